//! What a session's row means for a token that names it.

use settings::TokenClass;
use store::{Session, Standing, User};

use crate::endpoint::Call;

/// When a session that begins now ends, however often it is refreshed (SESSION_MAX_LIFETIME).
pub(crate) fn end_of_new(call: &Call<'_>) -> Option<i64> {
    let longest = call.service.settings().session_max_lifetime;
    (longest > 0).then(|| call.ambient.now.saturating_add(longest))
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
        user_agent: call.caller.user_agent.clone(),
    }
}

/// Whether a token has lost its session: it was blacklisted, its session was ended, or its user ended all of them.
pub(crate) fn is_over(standing: &Standing, user: Option<&User>) -> bool {
    let ended = standing.session.as_ref().is_some_and(|session| session.revoked_at.is_some());
    standing.jti_blacklisted || ended || outlived(standing.session.as_ref(), user)
}

/// Whether a refresh token is dead: its session was ended, or it was rotated away.
pub(crate) fn is_spent(session: &Session, jti: &str) -> bool {
    session.revoked_at.is_some() || session.jti != jti
}

/// Whether a token that opens protected routes by itself was blacklisted, or rotated away.
pub(crate) fn is_dead(standing: &Standing, class: TokenClass, jti: &str) -> bool {
    let spent = class == TokenClass::Refresh && standing.session.as_ref().is_some_and(|session| is_spent(session, jti));
    spent || is_over(standing, None)
}

fn outlived(session: Option<&Session>, user: Option<&User>) -> bool {
    session.zip(user).is_some_and(|(session, user)| !session.survives(user.epoch))
}
