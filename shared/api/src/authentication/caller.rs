//! Who calls a handler, once the guard of its view has let them in.

use crate::{
    authentication::{principal::Principal, state::present},
    call::Call,
    problem::Problem,
};
use settings::UserIdField;
use store::User;

/// Whom the authorizer let in. Nothing that a client sends can make it somebody else.
pub(crate) fn principal<'c>(call: &'c Call<'_>) -> Result<&'c Principal, Problem> {
    call.caller.principal.as_ref().ok_or(Problem::NotAuthenticated)
}

/// The user behind an authenticated request. A token that names its user by name or address, and is older than the time
/// since when the user is found by it, names somebody else.
pub(crate) async fn user(call: &Call<'_>) -> Result<User, Problem> {
    let (principal, settings) = (principal(call)?, call.service.settings());
    let user = present(call.service.user_identified(&principal.user_id).await?, settings)?;
    let is_another = settings.user_id_field != UserIdField::Id && principal.login < user.found_since();
    if is_another { Err(Problem::UserNotFound) } else { Ok(user) }
}

/// The superuser behind an authenticated request, as the user's row says now: for what a host shows beside the endpoints.
///
/// # Errors
/// That nobody is logged in, that the user is gone or disabled, or 403 for everybody else.
pub async fn superuser(call: &Call<'_>) -> Result<User, Problem> {
    let user = user(call).await?;
    if user.is_superuser { Ok(user) } else { Err(Problem::not_permitted()) }
}

/// The session of the token behind an authenticated request, if its id names one.
pub(crate) fn session_of<'c>(call: &'c Call<'_>) -> Option<&'c str> {
    token::session_of(&call.caller.principal.as_ref()?.jti)
}

/// What the token behind an authenticated request has in common with those that were refreshed from the same login: its
/// session, or its id where that names none.
pub(crate) fn lineage<'c>(call: &'c Call<'_>) -> Result<&'c str, Problem> {
    let jti = &principal(call)?.jti;
    Ok(token::session_of(jti).unwrap_or(jti))
}
