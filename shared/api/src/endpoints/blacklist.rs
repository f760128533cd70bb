//! `POST /api/token/blacklist/`: log out. The refresh token's session ends, and with it every token that would have
//! come from it (Simple JWT's TokenBlacklistView).

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    listed, log,
    problem::Problem,
    request::asked::Asked,
    session::{
        pair::{Delivery, Form},
        reuse,
    },
    view::{Field, Guard, View},
};
use serde::Serialize;
use settings::Settings;
use store::{Blacklisted, Ended, Revocation, Revoked};
use token::{Kind, Refresh, Token};

/// Why a session ended, in its row.
pub(crate) const REASON: &str = "blacklisted";

/// The endpoint.
pub struct Blacklist;

/// `{}`: the session is over.
#[derive(Serialize)]
pub struct Reply {}

impl Endpoint for Blacklist {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Blacklist",
        description: "Takes a token and blacklists it. Must be used with the\n\
                      `rest_framework_simplejwt.token_blacklist` app installed.",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Form::field()]
    }

    fn parse(asked: &Asked<'_>, settings: &Settings) -> Result<Form, Problem> {
        Form::parse(asked, settings)
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        match (log_out(&form.refresh, call).await, &form.delivery) {
            (Ok(()), _) => {}
            // Who is logged out already loses the cookies all the same.
            (Err(Problem::Blacklisted | Problem::Token(_)), Delivery::Cookies(_)) => {}
            (Err(problem), _) => return Err(problem),
        }
        Ok(Answer { cookies: form.delivery.clear(call)?, ..Answer::of(Reply {}) })
    }
}

async fn log_out(raw: &str, call: &Call<'_>) -> Result<(), Problem> {
    let service = call.service;
    let refresh = listed::verify::<Refresh>(raw, call).await?;
    if service.settings().blacklist_enabled && !end(&refresh, call).await? {
        return Err(Problem::Blacklisted);
    }
    log::logout(refresh.user_id(), refresh.jti(), call);
    Ok(())
}

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
        reason: REASON,
        ip: call.caller.ip.as_deref(),
    };
    match store.revoke_session(&revocation).await? {
        Revoked::Already => Ok(false),
        // Boxed: what is rare shall not make every logout larger.
        Revoked::NotCurrent => Box::pin(end_followed(sid, refresh, call)).await,
        Revoked::Revoked => Ok(true),
    }
}

/// A token that was followed logs out, too, with REUSE_DETECTION: within the grace it is its holder who wants the
/// session to be over, after that somebody else may have followed it.
async fn end_followed<K: Kind>(sid: &str, refresh: &Token<K>, call: &Call<'_>) -> Result<bool, Problem> {
    let (settings, store, now) = (call.service.settings(), &call.service.store, call.ambient.now);
    let user_id = call.service.owner(refresh.user_id().unwrap_or_default()).await?;
    let session = store.session(sid).await?.filter(|session| session.user_id == user_id);
    match session.filter(|_| settings.reuse_detection) {
        Some(session) if session.is_within_grace(refresh.jti(), now, settings.refresh_grace_seconds) => {
            Ok(store.end_session_of(&user_id, sid, now, REASON).await? == Ended::Ended)
        }
        Some(session) => Err(reuse::end(&session, reuse::Cause::Replayed, call).await?),
        None => Ok(false),
    }
}
