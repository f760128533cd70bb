//! A refresh token that is used again: two hold it, and one of them should not (RFC 9700 section 4.14.2). With
//! REUSE_DETECTION its session ends.

use crate::{call::Call, log, problem::Problem};
use store::{EndReason, Ended, Reworded, Session};

/// Ends a session that is open, one of whose tokens was used again; the answer to that.
pub(crate) async fn end(session: &Session, cause: EndReason, call: &Call<'_>) -> Problem {
    told(session, cause, call).await.err().unwrap_or(Problem::Blacklisted)
}

/// The answer to a token of a session that has ended already.
pub(crate) async fn after_end(session: &Session, call: &Call<'_>) -> Problem {
    told_after_end(session, call).await.err().unwrap_or(Problem::Blacklisted)
}

async fn told(session: &Session, cause: EndReason, call: &Call<'_>) -> Result<(), Problem> {
    let (service, now) = (call.service, call.ambient.now);
    if service.settings().reuse_detection {
        end_others(session, call).await?;
        // Of many who see it, one ends the session and tells.
        if service.store.end_session(&session.sid, now, cause).await? == Ended::Ended {
            log::refresh_reuse_detected(cause, session, call);
        }
    }
    Ok(())
}

/// Tells of a session that was logged out, if a token of it is used all the same.
async fn told_after_end(session: &Session, call: &Call<'_>) -> Result<(), Problem> {
    let settings = call.service.settings();
    let is_reuse = store::is_reuse_after_logout(session, call.ambient.now, settings.refresh_grace_seconds);
    if settings.reuse_detection && is_reuse {
        end_others(session, call).await?;
        let (store, cause) = (&call.service.store, EndReason::ReplayedAfterLogout);
        if store.reword_end(&session.sid, EndReason::LoggedOut, cause).await? == Reworded::Reworded {
            log::refresh_reuse_detected(cause, session, call);
        }
    }
    Ok(())
}

/// Ends all other sessions of the user, if the settings say so. It comes first: where it fails the token can be used again,
/// and all is done then.
async fn end_others(session: &Session, call: &Call<'_>) -> Result<(), Problem> {
    if call.service.settings().reuse_ends_all_sessions {
        call.service.store.end_sessions_beside(session, call.ambient.later()).await?;
    }
    Ok(())
}
