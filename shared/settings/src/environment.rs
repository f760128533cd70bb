//! The only file that reads the environment.

use crate::{deployment::Deployment, fault::Faults, table::Settings};

/// The settings.
///
/// # Errors
/// Everything that is wrong with them, see [`Settings::read`].
pub fn settings() -> Result<Settings, Faults> {
    let names = names();
    Ok(Settings::read(variable)?.noting(names.iter().map(String::as_str)))
}

/// Where the service stands: tables, secret, region, endpoint, credentials.
///
/// # Errors
/// Everything that is missing, see [`Deployment::read`].
pub fn deployment() -> Result<Deployment, Faults> {
    Deployment::read(variable)
}

/// One variable. Bytes that are no text become replacement characters, so that a value is refused where it is read and not taken for absent.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// The name of every variable that is set to something.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
fn names() -> Vec<String> {
    let given = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    given.filter_map(|(name, _)| name.into_string().ok()).collect()
}
