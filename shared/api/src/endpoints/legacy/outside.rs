//! Legacy tokens that other software asks about: their part of `/oauth/introspect` and `/oauth/revoke`.

use crate::{
    authentication::legacy::{
        Verifier, is_on,
        refusal::RefusedBy,
        user::{self, keeps_blacklist},
    },
    call::Call,
    endpoints::legacy::blacklist,
    log,
    problem::Problem,
};
use serde_json::{Map, Value, json};

/// The members of RFC 7662 for a legacy token that is good; `None` for any other, and without LEGACY.
///
/// # Errors
/// [`Problem::Unavailable`] without the store.
pub(crate) async fn examine(raw: &str, call: &Call<'_>) -> Result<Option<Map<String, Value>>, Problem> {
    if !is_on(call.service.settings()) {
        return Ok(None);
    }
    let authentication = match user::authenticate(raw, RefusedBy::Guard, Verifier::of(call)).await {
        Ok(authentication) => authentication,
        Err(problem @ Problem::Unavailable(_)) => return Err(problem),
        Err(_) => return Ok(None),
    };
    let mut members = Map::new();
    members.insert("active".to_owned(), json!(true));
    members.insert("token_type".to_owned(), json!(call.service.settings().legacy_prefix()));
    members.insert("token_use".to_owned(), json!("legacy"));
    members.insert("sub".to_owned(), json!(call.service.user_id_of(&authentication.user)));
    members.insert("username".to_owned(), json!(authentication.user.username));
    let claims = authentication.token.claims();
    let told = ["exp", "iat", "aud", "iss", "jti"].into_iter().filter_map(|name| Some((name, claims.get(name)?)));
    members.extend(told.map(|(name, value)| (name.to_owned(), value.clone())));
    Ok(Some(members))
}

/// Ends a legacy token, and all of the same login; nothing happens to a text that is none.
///
/// # Errors
/// [`Problem::UnsupportedTokenType`] for a good token where legacy tokens cannot be ended (RFC 7009 section 2.2.1).
pub(crate) async fn revoke(raw: &str, call: &Call<'_>) -> Result<(), Problem> {
    let settings = call.service.settings();
    if !is_on(settings) {
        return Ok(());
    }
    let Ok(token) = user::verified(raw, RefusedBy::Guard, Verifier::of(call)) else { return Ok(()) };
    if !keeps_blacklist(settings) {
        return Err(Problem::UnsupportedTokenType);
    }
    let id = user::id(&token, settings);
    call.service.store.blacklist_jti(id, blacklist::end(&token, call), call.ambient.now).await?;
    log::revoked(None, None, call);
    Ok(())
}
