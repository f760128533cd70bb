//! What happened, for whoever watches: one line for each event, under a name that stays.
//!
//! Hosts write the lines and add the request's id. No line holds a token, a password, a key or a name as it was typed.
//! `docs/events.md` lists them all.

use crate::{call::Call, problem::Problem};
use aws_lc_rs::digest::{SHA256, digest};
use settings::Settings;
use store::{EndReason, Session};

/// A line for each setting that was given and does not do what it says.
pub fn warn_of_settings(settings: &Settings) {
    for note in settings.notes() {
        tracing::warn!(event = "setting_warning", setting = note.variable(), cause = note.sentence());
    }
}

/// Somebody logged in.
pub(crate) fn login(user_id: &str, session: Option<&str>, call: &Call<'_>) {
    tracing::info!(event = "login", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// Somebody logged in, and something that should have been noted with it was not: the login stands.
pub(crate) fn login_not_recorded(what: &str, fault: &store::Error) {
    tracing::warn!(event = "login_not_recorded", what, cause = %fault);
}

/// Claims of TOKEN_CLAIMS, named in `claims`, do not fit into the user's tokens: a fault of the settings, or of the user's row.
pub(crate) fn claims_left_out(user_id: &str, claims: &str, call: &Call<'_>) {
    tracing::error!(event = "claims_left_out", at = call.ambient.now, user_id, claims, ip = call.caller.ip);
}

/// CLAIMS_FUNCTION did not say which claims a token has: there is none.
pub(crate) fn claims_function_failed(fault: &claims::Fault, call: &Call<'_>) {
    tracing::error!(event = "claims_function_failed", at = call.ambient.now, cause = fault.word(), detail = %fault);
}

/// Somebody was not let in.
pub(crate) fn login_failed(name: &str, call: &Call<'_>) {
    tracing::warn!(event = "login_failed", at = call.ambient.now, name = masked(name), ip = call.caller.ip);
}

/// Somebody tries too often.
pub(crate) fn login_throttled(name: &str, wait: i64, call: &Call<'_>) {
    tracing::warn!(event = "login_throttled", at = call.ambient.now, name = masked(name), wait, ip = call.caller.ip);
}

/// A session ended by its own token.
pub(crate) fn logout(user_id: Option<&str>, session: Option<&str>, call: &Call<'_>) {
    tracing::info!(event = "logout", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// Other software ended a token, or the session of one.
pub(crate) fn revoked(user_id: Option<&str>, session: Option<&str>, call: &Call<'_>) {
    tracing::info!(event = "revoked", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// A user changed fields of their own, named in `fields`.
pub(crate) fn user_edited(user_id: &str, fields: &str, call: &Call<'_>) {
    tracing::info!(event = "user_edited", at = call.ambient.now, user_id, fields, ip = call.caller.ip);
}

/// A user set another password, and all other sessions of the user ended.
pub(crate) fn password_set(user_id: &str, session: Option<&str>, call: &Call<'_>) {
    tracing::info!(event = "password_set", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// A user, or who has the user's token, did not know the password that was to be changed.
pub(crate) fn password_refused(user_id: &str, session: Option<&str>, call: &Call<'_>) {
    tracing::warn!(event = "password_refused", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// Somebody made an account.
pub(crate) fn account_created(user_id: &str, call: &Call<'_>) {
    tracing::info!(event = "account_created", at = call.ambient.now, user_id, ip = call.caller.ip);
}

/// Somebody deleted an account.
pub(crate) fn account_deleted(user_id: &str, session: Option<&str>, call: &Call<'_>) {
    tracing::info!(event = "account_deleted", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// A user showed by a link that an address is theirs.
pub(crate) fn address_confirmed(user_id: &str, call: &Call<'_>) {
    tracing::info!(event = "address_confirmed", at = call.ambient.now, user_id, ip = call.caller.ip);
}

/// Somebody asked for more mails or accounts than one may. Whether anybody has the address was not looked at.
pub(crate) fn mails_bounded(call: &Call<'_>) {
    tracing::warn!(event = "mails_bounded", at = call.ambient.now, ip = call.caller.ip);
}

/// A user ended one of their sessions.
pub(crate) fn session_ended(user_id: &str, session: &str, call: &Call<'_>) {
    tracing::info!(event = "session_ended", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// A user ended all their sessions but this one, or all.
pub(crate) fn sessions_ended(user_id: &str, kept: Option<&str>, call: &Call<'_>) {
    tracing::info!(event = "sessions_ended", at = call.ambient.now, user_id, kept, ip = call.caller.ip);
}

/// A session ended because its user has too many.
pub(crate) fn session_displaced(user_id: &str, session: &str, call: &Call<'_>) {
    tracing::info!(event = "session_displaced", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// A session went on.
pub(crate) fn refreshed(user_id: Option<&str>, session: Option<&str>, call: &Call<'_>) {
    tracing::info!(event = "refreshed", at = call.ambient.now, user_id, session, ip = call.caller.ip);
}

/// A spent refresh token got its successor again, within the grace. The clock tells why: two requests at once come within a
/// second, a client that lost an answer waits for it first.
pub(crate) fn grace_used(session: &Session, call: &Call<'_>) {
    let since = call.ambient.now.saturating_sub(session.rotated_at.unwrap_or_default());
    let cause = if since <= 1 { "at_once" } else { "answer_lost" };
    let (user_id, session) = (&session.user_id, &session.sid);
    tracing::info!(event = "refresh_grace_used", at = call.ambient.now, cause, user_id, session, ip = call.caller.ip);
}

/// Hands on what became of a genuine refresh token, and tells it.
pub(crate) fn refresh<T>(
    outcome: Result<T, Problem>,
    user_id: Option<&str>,
    session: Option<&str>,
    call: &Call<'_>,
) -> Result<T, Problem> {
    match &outcome {
        Ok(_) => refreshed(user_id, session, call),
        Err(Problem::Unavailable(_)) => {}
        Err(problem) => refresh_refused(problem, user_id, session, call),
    }
    outcome
}

/// A session did not go on.
fn refresh_refused(problem: &Problem, user_id: Option<&str>, session: Option<&str>, call: &Call<'_>) {
    let detail = problem.detail();
    tracing::info!(event = "refresh_refused", at = call.ambient.now, detail, user_id, session, ip = call.caller.ip);
}

/// A refresh token was used again that should not have been: two hold it. Told once for each session.
pub(crate) fn refresh_reuse_detected(cause: EndReason, session: &Session, call: &Call<'_>) {
    tracing::warn!(
        event = "refresh_reuse_detected",
        at = call.ambient.now,
        cause = cause.word(),
        user_id = session.user_id,
        session = session.sid,
        login_ip = session.ip,
        last_ip = session.last_ip.as_ref().or(session.ip.as_ref()),
        ip = call.caller.ip,
    );
}

/// A superuser got the token of another user.
pub(crate) fn impersonated(user_id: &str, call: &Call<'_>) {
    let by = call.caller.principal.as_ref().map(|principal| &*principal.user_id);
    tracing::warn!(event = "impersonated", at = call.ambient.now, user_id, by, ip = call.caller.ip);
}

/// What events have in place of a name that was typed: the first eight bytes of its SHA-256 in hexadecimal, whatever its case. It can be
/// compared, and not read.
pub fn masked(name: &str) -> String {
    let hash = digest(&SHA256, store::fold(name).as_bytes());
    hash.as_ref().first_chunk::<8>().map(hex::encode).unwrap_or_default()
}
