//! The claims of a new legacy token, in the order in which each package writes them.

use crate::{
    authentication::legacy::{Verifier, is_drf},
    call::Call,
    problem::Problem,
};
use serde_json::{Value, json};
use settings::{Settings, TokenId, UsernameField};
use store::User;
use token::Claims;

/// The claims of a token for `user`, issued now.
pub(super) fn payload(user: &User, call: &Call<'_>) -> Claims {
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
        claims.set("jti", uuid::Builder::from_random_bytes(call.ambient.access).into_uuid().to_string());
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
