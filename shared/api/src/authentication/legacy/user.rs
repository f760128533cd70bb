//! From a token's text to the user it speaks for: signature, blacklist, name, in this order.

use crate::{
    authentication::legacy::{
        Verifier, is_drf,
        refusal::{LegacyRefusal, RefusedBy},
    },
    problem::Problem,
};
use serde_json::Value;
use settings::{Settings, TokenId};
use store::User;
use token::{Claims, LegacyToken};

/// A token that is good, and its user, who is active.
pub(crate) struct LegacyAuthentication {
    pub(crate) token: LegacyToken,
    pub(crate) user: User,
}

/// Holds a token against keys, blacklist and user.
pub(crate) async fn authenticate(
    raw: &str,
    refused_by: RefusedBy,
    verifier: Verifier<'_>,
) -> Result<LegacyAuthentication, Problem> {
    let settings = verifier.service.settings();
    let token = verified(raw, refused_by, verifier)?;
    if keeps_blacklist(settings) && verifier.service.store.is_blacklisted(id(&token, settings)).await? {
        return Err(LegacyRefusal::Blacklisted.at(refused_by, settings));
    }
    let user = owner(&token, refused_by, verifier).await?;
    Ok(LegacyAuthentication { token, user })
}

/// The user whom a good token names, if it is one who may come in.
pub(crate) async fn owner(token: &LegacyToken, refused_by: RefusedBy, verifier: Verifier<'_>) -> Result<User, Problem> {
    let settings = verifier.service.settings();
    let name = named(token.claims()).ok_or(LegacyRefusal::NoUsername.at(refused_by, settings))?;
    if refused_by == RefusedBy::Endpoint && settings.jwt_token_id == TokenId::Require && lacks_id(token, settings) {
        return Err(LegacyRefusal::Invalid.at(refused_by, settings));
    }
    let user = verifier.service.user_named(&name).await?.filter(|user| is_owner(user, token.claims()));
    let user = user.ok_or(LegacyRefusal::UnknownUser.at(refused_by, settings))?;
    check_user(&user, token, verifier).map_err(|refusal| refusal.at(refused_by, settings))?;
    Ok(user)
}

/// A token that the keys have signed, and that is good by itself.
pub(crate) fn verified(raw: &str, refused_by: RefusedBy, verifier: Verifier<'_>) -> Result<LegacyToken, Problem> {
    LegacyToken::verify(raw, verifier.keys, &verifier.service.legacy.rules, verifier.now)
        .map_err(|error| LegacyRefusal::from(error).at(refused_by, verifier.service.settings()))
}

/// Whether tokens can be blacklisted: with `drf-jwt`, unless BLACKLIST_ENABLED is off.
pub(crate) fn keeps_blacklist(settings: &Settings) -> bool {
    is_drf(settings) && settings.blacklist_enabled
}

/// What a token is blacklisted under: the id that it shares with all that were refreshed from the same login, or, where
/// it has none or JWT_TOKEN_ID is off, what tells it from all others.
pub(crate) fn id<'t>(token: &'t LegacyToken, settings: &Settings) -> &'t str {
    let family = family(token.claims()).filter(|_| settings.jwt_token_id != TokenId::Off);
    family.unwrap_or_else(|| token.fingerprint())
}

/// `orig_jti`, or `jti` of a token that was not refreshed yet.
pub(crate) fn family(claims: &Claims) -> Option<&str> {
    ["orig_jti", "jti"].into_iter().find_map(|name| claims.get(name)?.as_str().filter(|id| token::is_id(id)))
}

fn lacks_id(token: &LegacyToken, settings: &Settings) -> bool {
    is_drf(settings) && token.claims().get("jti").and_then(Value::as_str).is_none_or(str::is_empty)
}

/// The `username`; `None` where Python sees nothing in it. What is there and is no name is nobody's.
fn named(claims: &Claims) -> Option<String> {
    match claims.get("username")? {
        Value::Null | Value::Bool(false) => None,
        Value::String(name) => Some(name.clone()).filter(|name| !name.is_empty()),
        Value::Number(number) => Some(number.to_string()).filter(|_| number.as_f64() != Some(0.0)),
        Value::Array(items) => (!items.is_empty()).then(String::new),
        Value::Object(members) => (!members.is_empty()).then(String::new),
        Value::Bool(true) => Some(String::new()),
    }
}

/// Whether the user is the one whose id the token says, where it says one: a name can have passed to somebody else.
fn is_owner(user: &User, claims: &Claims) -> bool {
    match claims.get("user_id") {
        None | Some(Value::Null) => true,
        Some(Value::Number(id)) => *id.to_string() == *user.id,
        Some(id) => id.as_str() == Some(&*user.id),
    }
}

fn check_user(user: &User, token: &LegacyToken, verifier: Verifier<'_>) -> Result<(), LegacyRefusal> {
    if !user.is_active {
        return Err(LegacyRefusal::Disabled);
    }
    // Who ended all sessions meant these tokens, too. Nothing was ended where the epoch is the time of creation still.
    let ended = match login(token.claims(), verifier.service.settings(), verifier.now) {
        Some(at) => at < user.epoch,
        None => user.created_at < user.epoch,
    };
    if ended { Err(LegacyRefusal::Expired) } else { Ok(()) }
}

/// When the user logged in, as far as the token tells: its `exp` does, where it says nothing else. A time to come tells
/// nothing: the token was made under another `JWT_EXPIRATION_DELTA`.
fn login(claims: &Claims, settings: &Settings, now: i64) -> Option<i64> {
    let time = |name| claims.get(name).and_then(Value::as_i64);
    let by_expiry = || Some(time("exp")?.saturating_sub(settings.jwt_expiration_delta));
    let told = time("orig_iat").or_else(|| time("iat")).or_else(by_expiry).filter(|at| *at <= now);
    told.max(time(token::EPOCH)).map(|at| at.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Claims {
        value.as_object().unwrap().clone().into_iter().collect()
    }

    #[test]
    fn reads_a_name_as_python_would() {
        let name = |value| named(&claims(json!({"username": value})));
        assert_eq!(name(json!("alice")).as_deref(), Some("alice"));
        assert_eq!(name(json!(12345)).as_deref(), Some("12345"));
        for nothing in [json!(""), json!(null), json!(0), json!(false), json!([]), json!({})] {
            assert_eq!(name(nothing), None);
        }
        assert_eq!(name(json!({"a": 1})).as_deref(), Some(""), "nobody is called so");
        assert_eq!(named(&claims(json!({}))), None);
    }

    #[test]
    fn a_family_is_known_by_its_first_token() {
        let family = |value| family(&claims(value)).map(str::to_owned);
        assert_eq!(family(json!({"jti": "a", "orig_jti": "b"})).as_deref(), Some("b"));
        assert_eq!(family(json!({"jti": "a", "orig_jti": null})).as_deref(), Some("a"));
        assert_eq!(family(json!({"jti": "x".repeat(1025)})), None);
        assert_eq!(family(json!({"jti": 7})), None);
    }

    #[test]
    fn a_login_is_dated_by_what_the_token_has() {
        let settings = Settings::read(|_| None).unwrap();
        let at = |value| login(&claims(value), &settings, 1000);
        assert_eq!(at(json!({"orig_iat": 1, "iat": 2, "exp": 903})), Some(1));
        assert_eq!(at(json!({"iat": 2, "exp": 903})), Some(2));
        assert_eq!(at(json!({"exp": 903})), Some(603));
        assert_eq!(at(json!({})), None);
        assert_eq!(at(json!({"exp": 1301})), None, "a login to come is none");
        assert_eq!(at(json!({"exp": 1301, "latchkey_epoch": 1002})), Some(1002));
    }
}
