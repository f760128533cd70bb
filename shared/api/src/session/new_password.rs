//! Whether a new password is good enough, told in Django's words.

use crate::{call::Call, problem::Problem};
use password::policy::{self, Attribute, Policy};
use settings::Settings;
use store::User;
use zeroize::Zeroizing;

/// Holds a new password of `user` against the policy and, with BREACHED_PASSWORD_URL, against the breached ones.
///
/// # Errors
/// [`Problem::Fields`] with everything that stands against it, under the name of `field`.
pub(crate) async fn judge(password: &str, user: &User, field: &str, call: &Call<'_>) -> Result<(), Problem> {
    let settings = call.service.settings();
    let attributes = policy::attributes([&user.username, &user.first_name, &user.last_name, &user.email]);
    let mut faults = weaknesses(password, &attributes, settings);
    // What is refused anyway is told to nobody.
    if faults.is_empty() && is_breached(password, settings).await? {
        faults.push(breach::BREACHED.to_owned());
    }
    refuse(faults, field)
}

/// Holds a new password against the policy alone: nobody is asked, and no user is known.
///
/// # Errors
/// As [`judge`].
pub(crate) fn judge_alone(password: &str, field: &str, settings: &Settings) -> Result<(), Problem> {
    refuse(weaknesses(password, &[], settings), field)
}

/// The hash of a new password, as it is stored.
pub(crate) async fn encoded(password: &Zeroizing<String>, call: &Call<'_>) -> Result<String, Problem> {
    let (typed, salt) = (password.clone(), call.ambient.salt);
    call.service.hash(move || password::hash(&typed, salt)).await?.map_err(Problem::unavailable)
}

fn weaknesses(password: &str, attributes: &[Attribute<'_>], settings: &Settings) -> Vec<String> {
    let policy = Policy::new(settings.password_min_length, settings.password_may_be_numeric);
    policy.weaknesses(password, attributes).iter().map(ToString::to_string).collect()
}

fn refuse(faults: Vec<String>, field: &str) -> Result<(), Problem> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Problem::Fields(faults.into_iter().map(|fault| (field.to_owned(), fault)).collect()))
}

/// Whether the password was stolen somewhere. Where nobody can tell, BREACHED_PASSWORD_FAIL_CLOSED decides.
async fn is_breached(password: &str, settings: &Settings) -> Result<bool, Problem> {
    let Some(url) = &settings.breached_password_url else { return Ok(false) };
    match breach::is_breached(url, password).await {
        Ok(breached) => Ok(breached),
        Err(fault) if settings.breached_password_fail_closed => Err(Problem::unavailable(fault)),
        Err(fault) => {
            tracing::warn!(event = "breached_passwords_not_asked", cause = %fault);
            Ok(false)
        }
    }
}
