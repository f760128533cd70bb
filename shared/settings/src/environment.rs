//! The only file that reads the environment.

use crate::{
    deployment::Deployment,
    fault::Faults,
    file::Given,
    table::{Settings, TABLE},
};

/// The settings.
///
/// # Errors
/// Everything that is wrong with them, see [`Settings::read`].
pub fn settings() -> Result<Settings, Faults> {
    settings_over(&Given::new())
}

/// The settings, with those of a file for what the environment does not name.
///
/// # Errors
/// As [`settings`].
pub fn settings_over(file: &Given) -> Result<Settings, Faults> {
    let names = names();
    let all = names.iter().chain(file.iter().map(|(name, _)| name)).map(String::as_str);
    Ok(Settings::read(|name| given_over(file, name))?.noting(all))
}

/// What is given of all settings but the secrets, in the order of the table, by the environment or else by the file.
#[must_use]
pub fn open_settings_over(file: &Given) -> Given {
    let open = TABLE.iter().filter(|setting| !setting.is_secret()).map(|setting| setting.variable);
    open.filter_map(|name| given_over(file, name).map(|value| (name.to_owned(), value))).collect()
}

fn given_over(file: &Given, name: &str) -> Option<String> {
    let of_file = || file.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.clone());
    variable(name).or_else(of_file)
}

/// Where the service stands: tables, secret, region, endpoint, credentials.
///
/// # Errors
/// Everything that is missing, see [`Deployment::read`].
pub fn deployment() -> Result<Deployment, Faults> {
    Deployment::read(variable)
}

/// The `Handler` of the function's configuration, as Lambda tells it.
#[must_use]
pub fn handler() -> Option<String> {
    variable("_HANDLER")
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
