//! Whether a new password is good enough, told in Django's words.

use crate::{endpoint::Call, problem::Problem};
use password::policy::{Attribute, Policy};
use settings::Settings;
use store::User;

/// What is said of a password that was stolen somewhere.
const BREACHED: &str = "This password has appeared in a data breach.";

/// Holds a new password of `user` against the policy and, with BREACHED_PASSWORD_URL, against the breached ones.
///
/// # Errors
/// [`Problem::Fields`] with everything that stands against it, under the name of `field`.
pub(crate) async fn judge(password: &str, user: &User, field: &str, call: &Call<'_>) -> Result<(), Problem> {
    let settings = call.service.settings();
    let weaknesses = policy(settings).weaknesses(password, &attributes(user));
    let mut faults: Vec<String> = weaknesses.iter().map(ToString::to_string).collect();
    // What is refused anyway is told to nobody.
    if faults.is_empty() && is_breached(password, settings).await? {
        faults.push(BREACHED.to_owned());
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Problem::Fields(faults.into_iter().map(|fault| (field.to_owned(), fault)).collect()))
}

fn policy(settings: &Settings) -> Policy {
    Policy {
        min_length: usize::try_from(settings.password_min_length).unwrap_or(usize::MAX),
        may_be_numeric: settings.password_may_be_numeric,
    }
}

/// The attributes that Django's validator looks at, under their verbose names.
fn attributes(user: &User) -> [Attribute<'_>; 4] {
    [
        Attribute { name: "username", value: &user.username },
        Attribute { name: "first name", value: &user.first_name },
        Attribute { name: "last name", value: &user.last_name },
        Attribute { name: "email address", value: &user.email },
    ]
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
