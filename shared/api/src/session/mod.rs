//! A session: how it begins, and what its row means for a token that names it.

pub(crate) mod adoption;
pub(crate) mod asked_claims;
pub(crate) mod begin;
pub(crate) mod extra_claims;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod mint;
pub(crate) mod new_password;
pub(crate) mod pair;
pub(crate) mod proof;
pub(crate) mod renewal;
pub(crate) mod reuse;
pub(crate) mod throttle;

use crate::{call::Call, log, problem::Problem};
use settings::Settings;
use store::{Opened, Presented, Session, SessionSlot, User};
use token::{Claims, Kind, Refresh, Token};

/// When a session that begins now ends, however often it is refreshed (SESSION_MAX_LIFETIME).
pub(crate) fn end_of_new(call: &Call<'_>) -> Option<i64> {
    let longest = call.service.settings().session_max_lifetime;
    (longest > 0).then(|| call.ambient.now.saturating_add(longest))
}

/// The claim of a login that asked to be remembered (REMEMBER_LIFETIME).
pub(crate) const REMEMBER: &str = "remember";

/// How long the refresh token is good for that takes the place of one with these claims.
pub(crate) fn refresh_lifetime(claims: &Claims, settings: &Settings) -> i64 {
    let asked = claims.get(REMEMBER) == Some(&true.into());
    settings.remembered_lifetime().filter(|_| asked).unwrap_or_else(|| settings.refresh_lifetime())
}

/// A token's lifetime, cut to the end of its session.
pub(crate) fn within(lifetime: i64, now: i64, end: Option<i64>) -> i64 {
    end.map_or(lifetime, |end| lifetime.min(end.saturating_sub(now)))
}

/// A session that begins now, with the token `jti` that `kid` signs and that expires at `expiry`.
pub(crate) fn begun(user: &User, jti: &str, expiry: i64, kid: Option<String>, call: &Call<'_>) -> Session {
    Session {
        sid: token::session_of(jti).unwrap_or(jti).to_owned(),
        user_id: user.id.clone(),
        jti: jti.to_owned(),
        previous_jti: None,
        kid,
        generation: 0,
        issued_at: call.ambient.now,
        expiry,
        rotated_at: None,
        absolute_expiry: end_of_new(call),
        revoked_at: None,
        reason: None,
        created_at: call.ambient.now,
        epoch: user.epoch,
        ip: call.caller.ip.clone(),
        last_ip: None,
        claims: None,
        user_agent: call.caller.user_agent.clone(),
    }
}

/// Opens the session that a new refresh or sliding token stands for.
pub(crate) async fn open(user: &User, session: Session, call: &Call<'_>) -> Result<(), Problem> {
    if !call.service.settings().blacklist_enabled {
        return Ok(());
    }
    match call.service.store.open_session(&session).await? {
        Opened::Opened => take_slot(user, &session.sid, call).await,
        Opened::Taken => Err(Problem::unavailable("a fresh session id is taken")),
    }
}

/// Gives a new session its place among MAX_SESSIONS_PER_USER; the oldest one makes room for it.
pub(crate) async fn take_slot(user: &User, sid: &str, call: &Call<'_>) -> Result<(), Problem> {
    let limit = call.service.settings().max_sessions_per_user;
    if limit == 0 {
        return Ok(());
    }
    let slot = SessionSlot { user_id: &user.id, epoch: user.epoch, sid, limit, now: call.ambient.now };
    for ended in call.service.store.take_slot(&slot).await? {
        log::session_displaced(&user.id, &ended, call);
    }
    Ok(())
}

/// What a token says of itself, to be held against [`store::TokenStatus`].
pub(crate) fn presented<K: Kind>(token: &Token<K>) -> Presented<'_> {
    Presented {
        jti: token.jti(),
        is_refresh: Refresh::TYPE == Some(token.token_type()),
        login: token::login_time(token.claims()),
    }
}
