//! `POST /api/token/refresh/`: a refresh token in, a new access token out, and with ROTATE_REFRESH_TOKENS a new
//! refresh token, once (Simple JWT's TokenRefreshView).

use serde::Serialize;
use settings::Settings;
use store::{Opened, Rotated, Rotation, Session, User};
use token::{Access, Signed, Stamp, Token};

use crate::{
    endpoint::{Call, Endpoint, Field, View},
    form::{Body, Char},
    obtain,
    problem::Problem,
    session,
};

/// The endpoint.
pub struct Refresh;

/// The token that is to be refreshed.
pub struct Form {
    refresh: String,
}

/// A new access token; with rotation the next refresh token, too.
#[derive(Serialize)]
pub struct Reply {
    access: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<String>,
}

impl Endpoint for Refresh {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Refresh",
        description: "Takes a refresh type JSON web token and returns an access type JSON web\n\
                      token if the refresh token is valid.",
        allow: "POST, OPTIONS",
        guarded: false,
    };

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Field { name: "refresh", read_only: false }, Field { name: "access", read_only: true }]
    }

    fn parse(body: &Body, _: &Settings) -> Result<Form, Problem> {
        let [refresh] = body.require([Char::trimmed("refresh")])?;
        Ok(Form { refresh })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Reply, Problem> {
        let service = call.service;
        let refresh = Token::verify(&form.refresh, call.keys, &service.rules, call.ambient.now)?;
        let settings = service.settings();
        match (settings.rotate_refresh_tokens, settings.blacklist_after_rotation && settings.blacklist_enabled) {
            (false, _) => renew(&refresh, call).await,
            (true, false) => branch(&refresh, call).await,
            (true, true) => rotate(&refresh, call).await,
        }
    }
}

/// Without rotation: the refresh token stays as it is.
async fn renew(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<Reply, Problem> {
    admit(refresh, call).await?;
    let access = access(refresh, refresh.jti(), call.ambient.now, call);
    Ok(Reply { access: sign(&access, call)?.text, refresh: None })
}

/// ROTATE_REFRESH_TOKENS without BLACKLIST_AFTER_ROTATION: both tokens live on, so the new one is a session of its own.
async fn branch(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<Reply, Problem> {
    let user = admit(refresh, call).await?;
    let jti = token::jti(call.ambient.session);
    let next = successor(refresh, &jti, call.ambient.now, call);
    let signed = sign(&next, call)?;
    obtain::open(&user, &jti, next.expiry(), signed.kid, call).await?;
    let access = access(refresh, &jti, call.ambient.now, call);
    Ok(Reply { access: sign(&access, call)?.text, refresh: Some(signed.text) })
}

/// Rotation: the session's row moves from this token to its successor in one conditional write.
async fn rotate(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<Reply, Problem> {
    let user = owner(refresh, call).await?;
    let Some(sid) = token::session_of(refresh.jti()) else {
        return adopt(refresh, &user, call).await;
    };
    let now = call.ambient.now;
    let jti = token::jti_of_session(sid, call.ambient.session);
    let next = successor(refresh, &jti, now, call);
    let signed = sign(&next, call)?;
    let rotation = Rotation {
        sid,
        user_id: &user.id,
        epoch: user.epoch,
        presented: refresh.jti(),
        successor: &jti,
        kid: signed.kid.as_deref(),
        issued_at: now,
        expiry: next.expiry(),
        now,
        grace: call.service.settings().refresh_grace_seconds,
    };
    match call.service.store.rotate(&rotation).await? {
        Rotated::Fresh(_) => reply(refresh, &jti, now, signed.text, call),
        Rotated::Again(session) => repeat(refresh, &session, call),
        Rotated::Replayed(session) => replayed(refresh, &session, call).await,
        Rotated::Expired | Rotated::Outlived(_) | Rotated::Revoked(_) => Err(Problem::Blacklisted),
        Rotated::Missing => adopt(refresh, &user, call).await,
    }
}

/// A repeated request within the grace gets the very bytes that the first one got.
fn repeat(refresh: &Token<token::Refresh>, session: &Session, call: &Call<'_>) -> Result<Reply, Problem> {
    let next = successor(refresh, &session.jti, session.issued_at, call);
    let signed = next.sign_with(session.kid.as_deref(), call.keys, &call.service.rules)?;
    let access = access(refresh, &session.jti, session.issued_at, call);
    let access = access.sign_with(session.kid.as_deref(), call.keys, &call.service.rules)?;
    Ok(Reply { access: access.text, refresh: Some(signed.text) })
}

/// A token that was rotated away came back. With REUSE_DETECTION its session ends: one of its two holders is a thief.
async fn replayed(refresh: &Token<token::Refresh>, session: &Session, call: &Call<'_>) -> Result<Reply, Problem> {
    if call.service.settings().reuse_detection {
        call.service.store.end_session(&session.sid, call.ambient.now, "replayed").await?;
        tracing::warn!(
            event = "refresh_reuse_detected",
            cause = "replayed",
            session = session.sid,
            user_id = session.user_id,
            first_ip = session.ip,
            ip = call.caller.ip,
            jti = refresh.jti(),
        );
    }
    Err(Problem::Blacklisted)
}

/// A token without a session, from before the move: it gets one, and is spent by that.
async fn adopt(refresh: &Token<token::Refresh>, user: &User, call: &Call<'_>) -> Result<Reply, Problem> {
    if call.service.settings().require_session && !refresh.imported() {
        return Err(Problem::Blacklisted);
    }
    let now = call.ambient.now;
    let jti = match token::session_of(refresh.jti()) {
        Some(sid) => token::jti_of_session(sid, call.ambient.session),
        None => token::jti(call.ambient.session),
    };
    let next = successor(refresh, &jti, now, call);
    let signed = sign(&next, call)?;
    let session = Session {
        user_id: user.id.clone(),
        epoch: user.epoch,
        kid: signed.kid.clone(),
        previous_jti: Some(refresh.jti().to_owned()),
        rotated_at: Some(now),
        generation: 1,
        ip: call.caller.ip.clone(),
        user_agent: call.caller.user_agent.clone(),
        ..Session::new(token::session_of(&jti).unwrap_or_default(), &jti, now, next.expiry())
    };
    match call.service.store.adopt(&session, refresh.jti(), refresh.expiry(), now).await? {
        Opened::Opened => reply(refresh, &jti, now, signed.text, call),
        Opened::Taken => Err(Problem::Blacklisted),
    }
}

/// Whether the session lets this token in, and whose it is. A dead session is told before a dead user.
async fn admit(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<User, Problem> {
    let session = standing(refresh, call).await?;
    let user = owner(refresh, call).await?;
    let outlived = session.is_some_and(|session| session.epoch != user.epoch);
    if outlived && call.service.settings().session_check { Err(Problem::Blacklisted) } else { Ok(user) }
}

async fn standing(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<Option<Session>, Problem> {
    let (settings, store) = (call.service.settings(), &call.service.store);
    if !settings.blacklist_enabled {
        return Ok(None);
    }
    let row = match token::session_of(refresh.jti()) {
        Some(sid) => store.session(sid).await?,
        None if store.is_blacklisted(refresh.jti(), call.ambient.now).await? => return Err(Problem::Blacklisted),
        None => None,
    };
    match row {
        Some(session) if session::is_spent(&session, refresh.jti()) => Err(Problem::Blacklisted),
        None if settings.require_session && !refresh.imported() => Err(Problem::Blacklisted),
        row => Ok(row),
    }
}

/// The active user of a refresh token.
async fn owner(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<User, Problem> {
    let id = refresh.user_id().ok_or(Problem::NoUserIdentification)?;
    let user = call.service.user_identified(&id).await?.ok_or(Problem::NoActiveAccountForToken)?;
    if call.service.settings().check_user_is_active && !user.is_active {
        return Err(inactive(refresh, call).await?);
    }
    Ok(user)
}

/// What to tell of an inactive user's token: that it is dead, if it is, as Simple JWT looks there first.
async fn inactive(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<Problem, Problem> {
    standing(refresh, call).await?;
    Ok(Problem::NoActiveAccountForToken)
}

fn reply(
    refresh: &Token<token::Refresh>,
    jti: &str,
    issued_at: i64,
    next: String,
    call: &Call<'_>,
) -> Result<Reply, Problem> {
    let access = access(refresh, jti, issued_at, call);
    Ok(Reply { access: sign(&access, call)?.text, refresh: Some(next) })
}

fn successor(refresh: &Token<token::Refresh>, jti: &str, now: i64, call: &Call<'_>) -> Token<token::Refresh> {
    let lifetime = call.service.settings().refresh_token_lifetime;
    refresh.successor(&call.service.rules, Stamp { now, lifetime, jti })
}

/// The access token beside a refresh token. With rotation its id follows from the new refresh token's, so that a
/// repeated request gets the same one; without, every refresh gives another.
fn access(refresh: &Token<token::Refresh>, beside: &str, now: i64, call: &Call<'_>) -> Token<Access> {
    let settings = call.service.settings();
    let jti = match token::session_of(beside) {
        Some(_) if settings.rotate_refresh_tokens => token::access_jti(beside),
        Some(sid) => token::jti_of_session(sid, call.ambient.access),
        None => token::jti(call.ambient.access),
    };
    refresh.access(&call.service.rules, Stamp { now, lifetime: settings.access_token_lifetime, jti: &jti })
}

fn sign<K: token::Kind>(token: &Token<K>, call: &Call<'_>) -> Result<Signed, Problem> {
    Ok(token.sign(call.keys, &call.service.rules, call.ambient.now)?)
}
