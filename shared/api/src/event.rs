//! What happened, for whoever watches: one line for each event, under a name that stays.
//!
//! Hosts write the lines and add the request's id. No line holds a token, a password, a key or a name as it was typed.

use aws_lc_rs::digest::{SHA256, digest};
use store::Session;

use crate::endpoint::Call;

/// Somebody logged in.
pub(crate) fn login(user_id: &str, jti: &str, call: &Call<'_>) {
    let session = token::session_of(jti);
    tracing::info!(event = "login", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// Somebody was not let in.
pub(crate) fn login_failed(name: &str, call: &Call<'_>) {
    tracing::warn!(event = "login_failed", at = call.ambient.now, name = masked(name), ip = call.caller.ip);
}

/// Somebody tries too often.
pub(crate) fn login_throttled(wait: i64, call: &Call<'_>) {
    tracing::warn!(event = "login_throttled", at = call.ambient.now, wait, ip = call.caller.ip);
}

/// A session ended by its own token.
pub(crate) fn logout(user_id: Option<&str>, jti: &str, call: &Call<'_>) {
    let session = token::session_of(jti);
    tracing::info!(event = "logout", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// Other software ended a token, or the session of one.
pub(crate) fn revoked(user_id: Option<&str>, jti: &str, call: &Call<'_>) {
    let session = token::session_of(jti);
    tracing::info!(event = "revoked", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// A user set another password, and all other sessions of the user ended.
pub(crate) fn password_changed(user_id: &str, session: &str, call: &Call<'_>) {
    tracing::info!(event = "password_set", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// A session ended because its user has too many.
pub(crate) fn session_displaced(user_id: &str, session: &str, call: &Call<'_>) {
    tracing::info!(event = "session_displaced", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// A session went on.
pub(crate) fn refreshed(user_id: Option<&str>, jti: &str, call: &Call<'_>) {
    let session = token::session_of(jti);
    tracing::info!(event = "refreshed", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// A refresh token came back after it was followed: two hold it, and one of them should not (RFC 9700 section 4.14.2).
pub(crate) fn refresh_reuse_detected(cause: &str, session: &Session, call: &Call<'_>) {
    tracing::warn!(
        event = "refresh_reuse_detected",
        at = call.ambient.now,
        cause,
        user_id = session.user_id,
        session = session.sid,
        login_ip = session.ip,
        ip = call.caller.ip,
    );
}

/// A superuser got the token of another user.
pub(crate) fn impersonated(user_id: &str, call: &Call<'_>) {
    let by = call.caller.principal.as_ref().map(|principal| &*principal.user_id);
    tracing::warn!(event = "impersonated", at = call.ambient.now, user_id, by, ip = call.caller.ip);
}

/// A name that can be compared and not read.
fn masked(name: &str) -> String {
    digest(&SHA256, store::fold(name).as_bytes()).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
