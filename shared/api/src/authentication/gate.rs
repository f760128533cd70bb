//! Who is let in: by a token of Simple JWT, and with LEGACY by one of the packages before it.

use crate::{
    authentication::{
        credential,
        legacy::guard,
        principal::Principal,
        simple_jwt::{self, Authenticated},
        state,
    },
    call::Call,
    problem::Problem,
    service::Service,
    view::Guard,
};
use http::HeaderMap;
use settings::Settings;
use token::{KeySet, Rules};

/// The caller, if the guard lets them in.
pub(crate) async fn enter(guard: Guard, call: &Call<'_>, headers: &HeaderMap) -> Result<Option<Principal>, Problem> {
    match (guard, &call.caller.principal) {
        (Guard::Open | Guard::Public(_), _) => Ok(None),
        (Guard::Optional, _) => enter_if_told(call, headers).await,
        (Guard::Bearer, Some(principal)) => Ok(Some(principal.clone())),
        (Guard::Bearer, None) => {
            let authenticated = admit_with(headers, call.keys, call.service, call.ambient.now).await?;
            Ok(Some(authenticated.principal))
        }
        (Guard::Legacy, _) => guard::authenticate(call, headers).await.map(Some),
        (Guard::LegacySuperuser, _) => guard::authenticate_superuser(call, headers).await.map(Some),
    }
}

/// Who brings a token, if it is good; nobody, where there is none.
async fn enter_if_told(call: &Call<'_>, headers: &HeaderMap) -> Result<Option<Principal>, Problem> {
    match admit_with(headers, call.keys, call.service, call.ambient.now).await {
        Ok(authenticated) => Ok(Some(authenticated.principal)),
        Err(Problem::NotAuthenticated) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Authenticates a request by its own headers and the keys alone, where no authorizer stands in front.
///
/// # Errors
/// Every [`Problem`] of a header or a token that is refused.
pub fn admit(
    headers: &HeaderMap,
    keys: &KeySet,
    settings: &Settings,
    rules: &Rules,
    now: i64,
) -> Result<Authenticated, Problem> {
    simple_jwt::verify(&credential::presented(headers, settings)?, keys, settings, rules, now)
}

/// Authenticates a request as [`admit`] does, and by session and user where the settings ask for it.
///
/// # Errors
/// Those of [`admit`], and [`Problem::Unavailable`] without the store.
pub async fn admit_with(
    headers: &HeaderMap,
    keys: &KeySet,
    service: &Service,
    now: i64,
) -> Result<Authenticated, Problem> {
    let raw = credential::presented(headers, service.settings())?;
    match simple_jwt::verify(&raw, keys, service.settings(), &service.rules, now) {
        Ok(authenticated) if state::is_stateful(service.settings()) => {
            state::check(service, &authenticated).await.map(|()| authenticated)
        }
        Ok(authenticated) => Ok(authenticated),
        Err(problem) => guard::authenticate_token(&raw, keys, service, now).await?.ok_or(problem),
    }
}
