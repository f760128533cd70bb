//! From a request's header or cookie to whoever stands behind it: the `JSONWebTokenAuthentication` of both packages.

use crate::{
    authentication::{
        legacy::{
            Verifier, cookie, is_drf, is_on,
            refusal::RefusedBy,
            user::{self, LegacyAuthentication},
        },
        principal::Principal,
        simple_jwt::Authenticated,
    },
    call::Call,
    problem::Problem,
    service::Service,
};
use http::{HeaderMap, header::AUTHORIZATION};
use serde_json::Value;
use settings::Settings;
use std::borrow::Cow;
use token::KeySet;

const NOTHING_FOLLOWS: &str = "Invalid Authorization header. No credentials provided.";
const TOO_MUCH_FOLLOWS: &str = "Invalid Authorization header. Credentials string should not contain spaces.";

/// The bearer of a good token.
pub(crate) async fn authenticate(call: &Call<'_>, headers: &HeaderMap) -> Result<Principal, Problem> {
    Ok(principal(&admit(call, headers).await?, call.service))
}

/// The bearer of a good token of a superuser.
pub(crate) async fn authenticate_superuser(call: &Call<'_>, headers: &HeaderMap) -> Result<Principal, Problem> {
    let authentication = admit(call, headers).await?;
    if !authentication.user.is_superuser {
        return Err(Problem::not_permitted());
    }
    Ok(principal(&authentication, call.service))
}

async fn admit(call: &Call<'_>, headers: &HeaderMap) -> Result<LegacyAuthentication, Problem> {
    let raw = presented(headers, call.service.settings())?;
    user::authenticate(&raw, RefusedBy::Guard, Verifier::of(call)).await
}

/// Whom a legacy token speaks for at a gate for tokens of Simple JWT; `None` unless LEGACY is on and the token is good.
///
/// # Errors
/// [`Problem::Unavailable`]: nobody knows.
pub(crate) async fn authenticate_token(
    raw: &str,
    keys: &KeySet,
    service: &Service,
    now: i64,
) -> Result<Option<Authenticated>, Problem> {
    if !is_on(service.settings()) {
        return Ok(None);
    }
    match user::authenticate(raw, RefusedBy::Guard, Verifier::new(keys, service, now)).await {
        Ok(authentication) => {
            let claims = authentication.token.claims().clone();
            Ok(Some(Authenticated::of_legacy(principal(&authentication, service), claims, service.settings())))
        }
        Err(problem @ Problem::Unavailable(_)) => Err(problem),
        Err(_) => Ok(None),
    }
}

/// Whom a good token speaks for.
fn principal(authentication: &LegacyAuthentication, service: &Service) -> Principal {
    let LegacyAuthentication { token, user } = authentication;
    Principal {
        user_id: service.user_id_of(user).to_owned(),
        token_type: "legacy".to_owned(),
        jti: user::id(token, service.settings()).to_owned(),
        expiry: token.claims().get("exp").and_then(Value::as_i64).unwrap_or(i64::MAX),
        login: token::login_time(token.claims()),
        claims: std::collections::BTreeMap::new(),
    }
}

/// The token that came with a request.
pub(crate) fn presented<'h>(headers: &'h HeaderMap, settings: &Settings) -> Result<Cow<'h, str>, Problem> {
    let values: Vec<_> = headers.get_all(AUTHORIZATION).iter().map(|value| value.as_bytes()).collect();
    match values.as_slice() {
        [] => in_cookie(headers, settings),
        [one] if is_drf(settings) => match std::str::from_utf8(one) {
            Ok(header) => exactly(header, headers, settings),
            Err(_) => in_cookie(headers, settings),
        },
        [one] => loosely(String::from_utf8_lossy(one), headers, settings),
        // Which of them the gateway meant nobody can know.
        _ => Err(Problem::NotAuthenticated),
    }
}

/// `drf-jwt`: the prefix, one space, the token. Anything else is no credential, and a cookie may be one.
fn exactly<'h>(header: &'h str, headers: &'h HeaderMap, settings: &Settings) -> Result<Cow<'h, str>, Problem> {
    match header.split(' ').collect::<Vec<_>>().as_slice() {
        [prefix, _] if !is_ours(prefix, settings) => Err(Problem::NotAuthenticated),
        [_, token] if !token.is_empty() => Ok(Cow::Borrowed(*token)),
        _ => in_cookie(headers, settings),
    }
}

/// `djangorestframework-jwt`: words between white space. A header of whatever kind keeps the cookie out.
fn loosely<'h>(header: Cow<'h, str>, headers: &'h HeaderMap, settings: &Settings) -> Result<Cow<'h, str>, Problem> {
    let mut words = header.split_ascii_whitespace();
    match (words.next(), words.next(), words.next()) {
        (None, ..) => in_cookie(headers, settings),
        (Some(prefix), ..) if !is_ours(prefix, settings) => Err(Problem::NotAuthenticated),
        (_, None, _) => Err(Problem::LegacyUnauthenticated(NOTHING_FOLLOWS)),
        (_, Some(token), None) => Ok(Cow::Owned(token.to_owned())),
        _ => Err(Problem::LegacyUnauthenticated(TOO_MUCH_FOLLOWS)),
    }
}

fn is_ours(prefix: &str, settings: &Settings) -> bool {
    prefix.eq_ignore_ascii_case(settings.legacy_prefix())
}

/// The cookie of an impersonation goes before that of a login.
fn in_cookie<'h>(headers: &'h HeaderMap, settings: &Settings) -> Result<Cow<'h, str>, Problem> {
    let read = |name: &Option<String>| name.as_ref().and_then(|name| cookie::read(name, headers));
    let impersonated = read(&settings.jwt_impersonation_cookie).filter(|token| is_drf(settings) && !token.is_empty());
    let token = impersonated.or_else(|| read(&settings.jwt_auth_cookie)).ok_or(Problem::NotAuthenticated)?;
    cookie::check_page(headers, settings)?;
    Ok(Cow::Borrowed(token))
}
