//! The blacklist, as Simple JWT keeps it: by the ids of refresh and sliding tokens, before anything else about them.

use crate::{call::Call, problem::Problem};
use store::{Presented, State, TokenStatus};
use token::{Kind, Token};

/// Verifies a token that can be blacklisted, by own keys alone. One that is, is told as such, whatever else is wrong with it.
///
/// # Errors
/// [`Problem::Blacklisted`], or what [`Token::verify_own`] finds.
pub(crate) async fn verify<K: Kind>(raw: &str, call: &Call<'_>) -> Result<Token<K>, Problem> {
    let (service, now) = (call.service, call.ambient.now);
    let fault = match Token::verify_own(raw, call.keys, &service.rules, now) {
        Ok(token) => return Ok(token),
        Err(fault) => fault,
    };
    let id = token::genuine_id(raw, call.keys, &service.rules, now).filter(|_| service.settings().blacklist_enabled);
    match id {
        Some(jti) if is_named(&service.token_status(&jti, None).await?, &jti) => Err(Problem::Blacklisted),
        _ => Err(fault.into()),
    }
}

/// Whether a token of this id was logged out or rotated away, whatever kind of token has the id now.
fn is_named(status: &TokenStatus, jti: &str) -> bool {
    let presented = Presented { jti, is_refresh: false, login: i64::MAX };
    matches!(status.state(&presented), State::Blacklisted | State::Rotated)
}
