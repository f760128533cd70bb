//! The present password, by which the caller shows to be more than the bearer of a token.

use crate::{call::Call, endpoints::accounts::fields::Faults, problem::Problem, session::proof};
use store::User;
use zeroize::Zeroizing;

/// The name of the field.
pub(crate) const CURRENT: &str = "current_password";

/// Adds what is wrong with the present password of the caller. Wrong ones count as failed logins.
pub(crate) async fn check(
    typed: Option<&Zeroizing<String>>,
    user: &User,
    faults: &mut Faults,
    call: &Call<'_>,
) -> Result<(), Problem> {
    if let Some(typed) = typed
        && !proof::knows_password(typed, user, call).await?
    {
        faults.add(CURRENT, "Invalid password.");
    }
    Ok(())
}
