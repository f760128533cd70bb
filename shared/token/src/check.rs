//! What the claims of a rightly signed token must say, in Simple JWT's order: the first fault names the answer.

use crate::{Claims, Error, Kind, Names, Rules};
use serde_json::Value;

/// Longest token id and user id in bytes: they become keys of the store, which takes at most 2 048.
const MAX_ID: usize = 1024;

/// What the checked claims say.
pub(crate) struct Checked {
    pub(crate) expiry: i64,
    pub(crate) issued_at: Option<i64>,
    pub(crate) jti: String,
    pub(crate) user_id: Option<String>,
}

/// Checks the claims of a token of kind `K` at `now`.
///
/// A time before its time beats expiry, expiry beats a wrong `iss`, `aud`, `sub` or `jti`, and these beat what is missing.
pub(crate) fn check<K: Kind>(claims: &Claims, rules: &Rules, now: i64) -> Result<Checked, Error> {
    let (issued_at, expiry) = check_times(claims, rules, now)?;
    check_issuer(claims.get("iss"), rules)?;
    check_audience(claims.get("aud"), rules)?;
    check_text(claims.get("sub"))?;
    check_text(claims.get("jti"))?;
    let expiry = expiry.ok_or(Error::MissingExpiry)?;
    let jti = check_id(claims, &rules.names)?;
    check_type::<K>(claims, &rules.names)?;
    let user_id = check_user(claims, &rules.names)?;
    Ok(Checked { expiry, issued_at, jti, user_id })
}

/// The time that a claim names, in Unix seconds; `None` if the claim is not there.
///
/// Fractions are cut off and numbers beyond 64 bits clamped, as far as any comparison can tell. Anything else than a
/// number is refused (RFC 7519 section 2, NumericDate): a time in quotes must not be a time that is not checked.
pub(crate) fn time(claims: &Claims, name: &str) -> Result<Option<i64>, Error> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => Ok(Some(seconds(number))),
        Some(_) => Err(Error::Invalid),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float's cast cuts the fraction and clamps, which is what is meant"
)]
fn seconds(number: &serde_json::Number) -> i64 {
    number.as_i64().unwrap_or_else(|| number.as_f64().unwrap_or(f64::MAX) as i64)
}

/// `iat`, `nbf` and `exp`, in this order, which is PyJWT's.
fn check_times(claims: &Claims, rules: &Rules, now: i64) -> Result<(Option<i64>, Option<i64>), Error> {
    let latest = now.saturating_add(rules.leeway);
    let (issued_at, not_before) = (time(claims, "iat")?, time(claims, "nbf")?);
    if issued_at.is_some_and(|at| at > latest) || not_before.is_some_and(|at| at > latest) {
        return Err(Error::Invalid);
    }
    let expiry = expiry(claims)?;
    if expiry.is_some_and(|at| at <= now.saturating_sub(rules.leeway)) {
        return Err(Error::Expired);
    }
    // A time in milliseconds, or a leaked key's token for the rest of the century, is not one we have issued.
    let end = issued_at.unwrap_or(latest).saturating_add(rules.longest_lifetime);
    if expiry.is_some_and(|at| at > end) { Err(Error::Invalid) } else { Ok((issued_at, expiry)) }
}

/// `exp`, where `true` is the first second of 1970, as for PyJWT: such a token is expired.
fn expiry(claims: &Claims) -> Result<Option<i64>, Error> {
    match claims.get("exp") {
        Some(Value::Bool(second)) => Ok(Some(i64::from(*second))),
        _ => time(claims, "exp"),
    }
}

/// `iss`: exactly the configured issuer; without one, any text.
fn check_issuer(issuer: Option<&Value>, rules: &Rules) -> Result<(), Error> {
    check_text(issuer)?;
    match &rules.issuer {
        Some(wanted) if issuer.and_then(Value::as_str) != Some(wanted) => Err(Error::Invalid),
        _ => Ok(()),
    }
}

/// `aud`: one text or a list of texts, one of which is configured; without configured audiences, anything.
fn check_audience(audience: Option<&Value>, rules: &Rules) -> Result<(), Error> {
    let wanted = |name: &Value| name.as_str().is_some_and(|name| rules.audience.iter().any(|known| known == name));
    let right = match audience {
        _ if rules.audience.is_empty() => true,
        Some(Value::Array(names)) => names.iter().all(Value::is_string) && names.iter().any(wanted),
        Some(name) => wanted(name),
        None => false,
    };
    if right { Ok(()) } else { Err(Error::Invalid) }
}

/// A claim that may be missing but else must be text.
fn check_text(claim: Option<&Value>) -> Result<(), Error> {
    if claim.is_none_or(Value::is_string) { Ok(()) } else { Err(Error::Invalid) }
}

fn check_id(claims: &Claims, names: &Names) -> Result<String, Error> {
    let jti = claims.get(&names.jti).ok_or(Error::MissingId)?.as_str().ok_or(Error::Invalid)?;
    let usable = !jti.is_empty() && jti.len() <= MAX_ID && !jti.contains(char::is_control);
    if usable { Ok(jti.to_owned()) } else { Err(Error::Invalid) }
}

fn check_type<K: Kind>(claims: &Claims, names: &Names) -> Result<(), Error> {
    let kind = claims.get(&names.token_type).ok_or(Error::MissingType)?.as_str().ok_or(Error::WrongType)?;
    if K::TYPE.is_none_or(|wanted| wanted == kind) { Ok(()) } else { Err(Error::WrongType) }
}

/// The user id as text. Simple JWT before 5.5 wrote integers; what is neither means no user.
fn check_user(claims: &Claims, names: &Names) -> Result<Option<String>, Error> {
    match claims.get(&names.user_id) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(String::new())),
        Some(Value::Number(id)) if !id.is_f64() => Ok(Some(id.to_string())),
        Some(Value::String(id)) if id.len() <= MAX_ID => Ok(Some(id.clone())),
        Some(_) => Err(Error::Invalid),
    }
}
