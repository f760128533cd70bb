//! The claims of a new legacy token, in the order in which each package writes them.

use crate::{
    authentication::legacy::{Verifier, is_drf},
    call::Call,
    problem::Problem,
    session::{
        asked_claims::{self, Terms},
        extra_claims::{LONGEST, LONGEST_IN_COOKIE},
    },
};
use serde_json::{Value, json};
use settings::{Settings, TokenId, UsernameField};
use store::User;
use token::Claims;

/// What tokens of the packages say by themselves, beside what all tokens do.
const OWN: [&str; 5] = ["email", "orig_iat", "orig_jti", "user_id", "username"];

/// The claims of a token for a user who logs in, issued now.
pub(super) async fn of_login(user: &User, call: &Call<'_>) -> Result<Claims, Problem> {
    let said = asked_claims::at_login(user, terms(call), call).await?;
    Ok(saying(payload(user, call), &said.claims))
}

/// The claims of a token for `user`, issued now in place of another. The packages make each payload from nothing, so no claim of
/// the old token stays, and CLAIMS_FUNCTION is asked anew whatever CLAIMS_FUNCTION_AT_REFRESH says.
pub(super) async fn of_refresh(user: &User, call: &Call<'_>) -> Result<Claims, Problem> {
    let said = asked_claims::anew(user, terms(call), call).await?;
    Ok(saying(payload(user, call), &said.claims))
}

fn terms(call: &Call<'_>) -> Terms<'static> {
    let settings = call.service.settings();
    let in_cookie = settings.jwt_auth_cookie.is_some() || settings.jwt_impersonation_cookie.is_some();
    Terms { own: &OWN, longest: if in_cookie { LONGEST_IN_COOKIE } else { LONGEST } }
}

fn saying(mut claims: Claims, said: &Claims) -> Claims {
    for (name, value) in said.iter() {
        claims.set(name, value.clone());
    }
    claims
}

fn payload(user: &User, call: &Call<'_>) -> Claims {
    let settings = call.service.settings();
    let mut claims = if is_drf(settings) { of_drf(user, call) } else { of_jwt(user, call) };
    if call.ambient.now < user.epoch {
        claims.set(token::EPOCH, user.epoch);
    }
    if settings.legacy_refresh() {
        claims.set("orig_iat", call.ambient.now);
    }
    match settings.jwt_audience.as_slice() {
        [] => {}
        [one] => claims.set("aud", one.as_str()),
        several => claims.set("aud", several),
    }
    if let Some(issuer) = &settings.jwt_issuer {
        claims.set("iss", issuer.as_str());
    }
    claims
}

/// Signs with the newest key.
pub(super) fn sign(claims: &Claims, call: &Call<'_>) -> Result<String, Problem> {
    token::sign_legacy(claims, Verifier::of(call).keys, &call.service.legacy.rules, call.ambient.now)
        .ok_or_else(|| Problem::unavailable(token::Error::NoSigner))
}

fn of_jwt(user: &User, call: &Call<'_>) -> Claims {
    let settings = call.service.settings();
    let mut claims = Claims::default();
    claims.set("user_id", id(user));
    claims.set("username", name(user, settings));
    claims.set("exp", expiry(call));
    claims.set("email", user.email.as_str());
    claims
}

fn of_drf(user: &User, call: &Call<'_>) -> Claims {
    let settings = call.service.settings();
    let mut claims = Claims::default();
    claims.set("username", name(user, settings));
    claims.set("iat", call.ambient.now);
    claims.set("exp", expiry(call));
    if settings.jwt_token_id != TokenId::Off {
        claims.set("jti", uuid::Builder::from_random_bytes(call.ambient.access_random).into_uuid().to_string());
    }
    if settings.jwt_payload_include_user_id {
        claims.set("user_id", id(user));
    }
    claims
}

fn expiry(call: &Call<'_>) -> i64 {
    call.ambient.now.saturating_add(call.service.settings().jwt_expiration_delta)
}

/// A number where the id is one, as Django's ids are; else text.
fn id(user: &User) -> Value {
    let number = user.id.parse::<i64>().ok().filter(|number| number.to_string() == user.id);
    number.map_or_else(|| json!(user.id), Value::from)
}

fn name<'u>(user: &'u User, settings: &Settings) -> &'u str {
    match settings.username_field {
        UsernameField::Email => &user.email,
        UsernameField::Username => &user.username,
    }
}
