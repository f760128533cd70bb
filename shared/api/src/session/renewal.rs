//! What the user of a refresh or a sliding token must be like for it to be renewed.

use crate::{authentication::state, call::Call, problem::Problem, session::logout};
use settings::SimpleJwtVersion;
use store::User;
use token::{Kind, Token};

/// The user, if there is one, who may have tokens renewed.
pub(crate) fn active(user: Option<User>, call: &Call<'_>) -> Result<User, Problem> {
    let may_be_inactive = !call.service.settings().check_user_is_active;
    user.filter(|user| user.is_active || may_be_inactive).ok_or(Problem::NoActiveAccountForToken)
}

/// Whether SIMPLE_JWT_VERSION looks at the user wherever a token is renewed.
pub(crate) fn looks_at_the_user(call: &Call<'_>) -> bool {
    call.service.settings().simple_jwt_version == SimpleJwtVersion::Master
}

/// Whether the password is the one that the token was issued under, where CHECK_REVOKE_TOKEN asks.
pub(crate) fn is_current<K: Kind>(token: &Token<K>, user: &User, call: &Call<'_>) -> bool {
    !looks_at_the_user(call) || state::check_unrevoked(user, token.claims(), call.service.settings()).is_ok()
}

/// Ends a token that was issued under another password.
pub(crate) async fn demand_current<K: Kind>(token: &Token<K>, user: &User, call: &Call<'_>) -> Result<(), Problem> {
    if is_current(token, user, call) {
        return Ok(());
    }
    if call.service.settings().blacklist_enabled {
        logout::end(token, call).await?;
    }
    Err(Problem::PasswordChangedAtRefresh)
}
