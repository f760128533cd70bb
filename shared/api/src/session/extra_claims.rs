//! The claims beside Simple JWT's own: what TOKEN_CLAIMS tells of the user, as long as a request can carry it, and what
//! CLAIMS_FUNCTION says.

use crate::{
    authentication::state::password_fingerprint,
    call::Call,
    log,
    problem::Problem,
    session::{
        asked_claims::{self, Terms},
        pair::Delivery,
    },
};
use attributes::Attribute;
use claims::Said;
use serde_json::{Map, Value, json};
use settings::{CopiedField, FieldSource, Settings, UserField, UserIdField};
use store::{Session, User};
use token::{Claims, Kind, Token};

/// How much of a token these claims may take, in bytes of JSON. API Gateway takes 10 240 bytes of headers, of which base64
/// makes 7 680: a kilobyte is left for the other claims, the signature and the other headers.
pub(crate) const LONGEST: usize = 6_656;

/// The same where a browser keeps the token in a cookie of 4 096 bytes.
pub(crate) const LONGEST_IN_COOKIE: usize = 2_048;

/// The claims of a new login: CHECK_REVOKE_TOKEN's fingerprint, then TOKEN_CLAIMS, then what CLAIMS_FUNCTION says.
pub(crate) async fn of_login(user: &User, delivery: &Delivery, call: &Call<'_>) -> Result<Claims, Problem> {
    let settings = call.service.settings();
    let said = asked_claims::at_login(user, terms(delivery), call).await?;
    let mut claims = Claims::default();
    if settings.check_revoke_token {
        claims.set(&settings.revoke_token_claim, json!(password_fingerprint(user)));
    }
    let fields = of_user(user, &said.claims, delivery, call);
    for (name, value) in overridden(fields, &said).iter().filter(|(_, value)| !value.is_null()) {
        claims.set(name, value.clone());
    }
    if is_dated_by_end(user, settings, call.ambient.now) {
        claims.set(token::EPOCH, user.epoch);
    }
    Ok(claims)
}

/// What a token says anew at a refresh; `null` is a claim that it is without. With CLAIMS_FUNCTION_AT_REFRESH all that the function
/// does not say again is gone.
pub(crate) async fn anew<K: Kind>(
    token: &Token<K>,
    user: &User,
    delivery: &Delivery,
    call: &Call<'_>,
) -> Result<Claims, Problem> {
    let before = asked_claims::said_before(token.claims(), call);
    let Some(said) = asked_claims::at_refresh(user, terms(delivery), call).await? else {
        return Ok(of_user(user, &before, delivery, call));
    };
    let gone = before.iter().map(|(name, _)| (name.to_owned(), Value::Null));
    let fields = of_user(user, &said.claims, delivery, call);
    let fields = fields.iter().map(|(name, value)| (name.to_owned(), value.clone()));
    Ok(overridden(gone.chain(fields).collect(), &said))
}

/// The claims of TOKEN_CLAIMS, from the user's row as it is now; `null` for a field that the user does not have. If they make the token
/// too large `beside` what CLAIMS_FUNCTION says, the largest are left out: the token then grants less, never more.
fn of_user(user: &User, beside: &Claims, delivery: &Delivery, call: &Call<'_>) -> Claims {
    let mut claims: Map<String, Value> = fields(user, &call.service.settings().token_claims);
    claims.retain(|name, _| beside.get(name).is_none());
    let longest = terms(delivery).longest;
    let mut left_out = Vec::new();
    while size(&claims).saturating_add(beside.to_json().len()) > longest {
        let Some(largest) =
            claims.iter().max_by_key(|(_, value)| value.to_string().len()).map(|(name, _)| name.clone())
        else {
            break;
        };
        claims.shift_remove(&largest);
        left_out.push(largest);
    }
    if !left_out.is_empty() {
        log::claims_left_out(&user.id, &left_out.join(","), call);
    }
    // A claim that is left out must not stay as it was in an older token.
    claims.extend(left_out.into_iter().map(|name| (name, Value::Null)));
    claims.into_iter().collect()
}

/// Claims with what CLAIMS_FUNCTION says in their place.
fn overridden(mut claims: Claims, said: &Said) -> Claims {
    for (name, value) in said.claims.iter() {
        claims.set(name, value.clone());
    }
    for name in &said.suppressed {
        claims.set(name, Value::Null);
    }
    claims
}

fn terms(delivery: &Delivery) -> Terms<'static> {
    Terms { own: &[], longest: if matches!(delivery, Delivery::Body) { LONGEST } else { LONGEST_IN_COOKIE } }
}

/// The claims that a refresh writes anew, where they are others than the token's, as the session's row keeps them.
pub(crate) fn changed<K: Kind>(token: &Token<K>, now: &Claims) -> Option<String> {
    let says = |name: &str| token.claims().get(name).unwrap_or(&Value::Null);
    now.iter().any(|(name, value)| says(name) != value).then(|| now.to_json())
}

/// The token with the claims that the last refresh of its session wrote anew.
pub(crate) fn as_refreshed<K: Kind>(token: &Token<K>, session: &Session) -> Result<Token<K>, Problem> {
    let text = session.claims.as_deref().unwrap_or("{}");
    let claims: Map<String, Value> = serde_json::from_str(text).map_err(Problem::unavailable)?;
    Ok(token.saying(&claims.into_iter().collect()))
}

/// What some fields of a user say; `null` where the user is without one.
pub(crate) fn fields(user: &User, wanted: &[CopiedField]) -> Map<String, Value> {
    let value = |field: &CopiedField| match &field.source {
        FieldSource::Attribute(name) => user.attributes.get(name).map_or(Value::Null, Attribute::to_json),
        FieldSource::BuiltIn(field) => field_of(user, *field),
    };
    wanted.iter().map(|field| (field.name.clone(), value(field))).collect()
}

/// Whether a new token needs the user's epoch as a claim: it is issued before the date of the last end of all sessions, and nothing
/// else in it tells that it comes after that end.
fn is_dated_by_end(user: &User, settings: &Settings, now: i64) -> bool {
    let has_no_session = !settings.blacklist_enabled;
    now < user.epoch && (has_no_session || settings.user_id_field != UserIdField::Id)
}

/// The bytes that claims take in a token, before base64.
fn size(claims: &Map<String, Value>) -> usize {
    claims.clone().into_iter().collect::<Claims>().to_json().len()
}

fn field_of(user: &User, field: UserField) -> Value {
    match field {
        UserField::Email => json!(user.email),
        UserField::FirstName => json!(user.first_name),
        UserField::Groups => json!(user.groups),
        UserField::IsStaff => json!(user.is_staff),
        UserField::IsSuperuser => json!(user.is_superuser),
        UserField::LastName => json!(user.last_name),
        UserField::Username => json!(user.username),
    }
}
