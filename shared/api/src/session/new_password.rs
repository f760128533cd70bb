//! Whether a new password is good enough, told in Django's words.

use crate::{call::Call, problem::Problem};
use password::policy;
use settings::Settings;
use store::User;
use zeroize::Zeroizing;

/// Holds a new password of `user` against the policy and, with BREACHED_PASSWORD_URL, against the breached ones.
///
/// # Errors
/// [`Problem::Fields`] with everything that stands against it, under the name of `field`.
pub(crate) async fn judge(password: &str, user: &User, field: &str, call: &Call<'_>) -> Result<(), Problem> {
    let attributes = policy::attributes([&user.username, &user.first_name, &user.last_name, &user.email]);
    let faults = breach::faults(password, &attributes, call.service.settings()).await.map_err(Problem::unavailable)?;
    refuse(faults, field)
}

/// Holds a new password against the policy alone: nobody is asked, and no user is known.
///
/// # Errors
/// As [`judge`].
pub(crate) fn judge_alone(password: &str, field: &str, settings: &Settings) -> Result<(), Problem> {
    refuse(breach::weaknesses(password, &[], settings), field)
}

/// The hash of a new password, as it is stored.
pub(crate) async fn encoded(password: &Zeroizing<String>, call: &Call<'_>) -> Result<String, Problem> {
    let (typed, salt) = (password.clone(), call.ambient.salt);
    call.service.hash(move || password::hash(&typed, salt)).await?.map_err(Problem::unavailable)
}

fn refuse(faults: Vec<String>, field: &str) -> Result<(), Problem> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Problem::Fields(faults.into_iter().map(|fault| (field.to_owned(), fault)).collect()))
}
