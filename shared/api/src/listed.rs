//! The blacklist, as Simple JWT keeps it: by the ids of refresh and sliding tokens, before anything else about them.

use crate::{call::Call, problem::Problem};
use store::Standing;
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
        Some(jti) if names(&service.standing(&jti, None).await?, &jti) => Err(Problem::Blacklisted),
        _ => Err(fault.into()),
    }
}

/// Whether a refresh token of this id was blacklisted: logged out, or rotated away. Whoever else bears the id is listed, too.
pub(crate) fn names(standing: &Standing, jti: &str) -> bool {
    let session = standing.session.as_ref();
    let is_over = session.is_some_and(|session| session.revoked_at.is_some() && session.jti == jti);
    let is_followed = session.is_some_and(|session| session.previous_jti.as_deref() == Some(jti));
    standing.jti_blacklisted || is_over || is_followed
}
