//! How a session ends by one of its own tokens.

use crate::{call::Call, problem::Problem, session::reuse};
use store::{Blacklisted, EndReason, Ended, Revocation, Revoked};
use token::{Kind, Token};

/// Whether this call ended the session; false where it was over before.
pub(crate) async fn end<K: Kind>(refresh: &Token<K>, call: &Call<'_>) -> Result<bool, Problem> {
    let (store, now) = (&call.service.store, call.ambient.now);
    // A token that names nobody has no session: a session belongs to a user.
    let owner = refresh.user_id().filter(|id| !id.is_empty());
    let (Some(sid), Some(owner)) = (token::session_of(refresh.jti()), owner) else {
        return match store.blacklist_jti(refresh.jti(), refresh.expiry(), now).await? {
            Blacklisted::Already => Ok(false),
            Blacklisted::Blacklisted => Ok(true),
            Blacklisted::Followed(sid) => Box::pin(end_followed(&sid, refresh, call)).await,
        };
    };
    let user_id = call.service.owner(owner).await?;
    let revocation = Revocation {
        sid,
        presented: refresh.jti(),
        user_id: &user_id,
        expiry: refresh.expiry(),
        now,
        reason: EndReason::LoggedOut,
        ip: call.caller.ip.as_deref(),
    };
    match store.revoke_session(&revocation).await? {
        Revoked::Already => Ok(false),
        // Boxed: what is rare shall not make every logout larger.
        Revoked::NotCurrent => Box::pin(end_followed(sid, refresh, call)).await,
        Revoked::Revoked => Ok(true),
    }
}

/// A token that was followed logs out, too, with REUSE_DETECTION.
async fn end_followed<K: Kind>(sid: &str, refresh: &Token<K>, call: &Call<'_>) -> Result<bool, Problem> {
    let (settings, store, now) = (call.service.settings(), &call.service.store, call.ambient.now);
    let user_id = call.service.owner(refresh.user_id().unwrap_or_default()).await?;
    let session = store.session(sid).await?.filter(|session| session.user_id == user_id);
    let Some(session) = session.filter(|_| settings.reuse_detection) else { return Ok(false) };
    match store::decide_logout(&session, refresh.jti(), now, settings.refresh_grace_seconds) {
        // It has ended: its holder may log out again at any time.
        None => Ok(false),
        Some(EndReason::LoggedOut) => {
            Ok(store.end_session_of(&user_id, sid, now, EndReason::LoggedOut).await? == Ended::Ended)
        }
        Some(reason) => Err(reuse::end(&session, reason, call).await),
    }
}
