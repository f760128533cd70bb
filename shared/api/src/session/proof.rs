//! Whether the caller knows the password, not only has a token.

use crate::{authentication::caller, call::Call, log, problem::Problem, session::throttle::Attempt};
use password::Verdict;
use settings::UsernameField;
use store::User;
use zeroize::Zeroizing;

/// Whether this is the password of the caller, who is `user`. Wrong ones count as failed logins.
///
/// # Errors
/// [`Problem::Throttled`] after too many.
pub(crate) async fn knows_password(typed: &Zeroizing<String>, user: &User, call: &Call<'_>) -> Result<bool, Problem> {
    let name = match call.service.settings().username_field {
        UsernameField::Email => &user.email,
        UsernameField::Username => &user.username,
    };
    let attempt = Attempt::begin_own(name, caller::lineage(call)?, call).await?;
    let (typed, encoded) = (typed.clone(), user.password.clone());
    match call.service.hash(move || password::verify(&typed, &encoded)).await? {
        Ok(Verdict::Match | Verdict::MatchStale) => {
            attempt.succeeded(call).await;
            Ok(true)
        }
        Ok(Verdict::Mismatch) | Err(_) => {
            log::password_refused(&user.id, caller::session_of(call), call);
            attempt.failed(call).await?;
            Ok(false)
        }
    }
}
