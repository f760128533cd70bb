//! Tokens of a session, signed as its row says, or will say: by which key, since when and until when.

use crate::{
    call::Call,
    problem::Problem,
    session,
    session::pair::{Issued, Pair},
};
use store::Session;
use token::{Access, Kind, Refresh, Signed, Stamp, Token};

/// The name of the key that will sign a new token of kind `K`, for the row, which has to know it first.
///
/// # Errors
/// There is no such key: nothing is written then.
pub(crate) fn signer<K: Kind>(call: &Call<'_>) -> Result<Option<String>, Problem> {
    let key = call.keys.signer_of::<K>(call.ambient.now).ok_or(token::Error::NoSigner)?;
    Ok(key.kid().map(str::to_owned))
}

/// The refresh token that is a session's current one, and the access token beside it: the same bytes however often they are asked for.
pub(crate) fn pair(refresh: &Token<Refresh>, session: &Session, call: &Call<'_>) -> Result<Pair, Problem> {
    let signed = sign(refresh, session, call)?;
    Ok(Pair { access: access(refresh, session, call)?, refresh: Some(Issued::new(refresh, signed)) })
}

/// A refresh or a sliding token, signed by the key that the session's row names.
pub(crate) fn sign<K: Kind>(token: &Token<K>, session: &Session, call: &Call<'_>) -> Result<Signed, Problem> {
    Ok(token.sign_with(session.kid.as_deref(), call.keys, &call.service.rules)?)
}

/// The access token beside a session's current refresh token.
fn access(refresh: &Token<Refresh>, session: &Session, call: &Call<'_>) -> Result<Issued, Problem> {
    let (kid, since) = (session.kid.as_deref(), session.issued_at);
    let access = access_token(refresh, since, session.absolute_expiry, call);
    let signed = access.sign_beside(kid, since, call.keys, &call.service.rules, call.ambient.now)?;
    Ok(Issued::new(&access, signed))
}

/// An access token of a refresh token that stays, signed now; `end` is that of its session.
pub(crate) fn beside(refresh: &Token<Refresh>, end: Option<i64>, call: &Call<'_>) -> Result<Issued, Problem> {
    let access = access_token(refresh, call.ambient.now, end, call);
    let signed = access.sign(call.keys, &call.service.rules, call.ambient.now)?;
    Ok(Issued::new(&access, signed))
}

/// With rotation its id follows from the refresh token's, so that a repeated request gets the same one; without, every refresh
/// gives another.
fn access_token(refresh: &Token<Refresh>, now: i64, end: Option<i64>, call: &Call<'_>) -> Token<Access> {
    let settings = call.service.settings();
    let lifetime = session::within(settings.access_token_lifetime, now, end);
    let jti = match token::session_of(refresh.jti()) {
        Some(_) if settings.rotate_refresh_tokens => token::access_jti(refresh.jti()),
        Some(sid) => token::jti_of_session(sid, call.ambient.access_random),
        None => token::jti(call.ambient.access_random),
    };
    refresh.access(&call.service.rules, Stamp { now, lifetime, jti: &jti })
}
