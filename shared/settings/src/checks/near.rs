//! Names of variables that are nearly those of settings: a setting that nobody reads must not pass in silence.

use crate::{checks::foreign, fault::Fault, former, table::TABLE};

/// What other software puts before the name of a setting.
const PREFIXES: [&str; 6] = ["DJANGO_", "DRF_", "JWT_", "JWT_AUTH_", "LATCHKEY_", "SIMPLE_JWT_"];

/// From this length on a name is told from its beginning, and may have two letters wrong.
const LONG: usize = 10;

/// A note for a variable that is no setting and was probably meant to be one.
pub(crate) fn miss(name: &str) -> Option<Fault> {
    let is_known =
        TABLE.iter().any(|setting| setting.variable == name) || foreign::is_known(name) || former::is_known(name);
    let meant = TABLE.iter().map(|setting| setting.variable).find(|variable| !is_known && is_near(name, variable))?;
    Some(Fault::new(name, format!("is not a setting and is not read; {meant} is")))
}

fn is_near(name: &str, variable: &str) -> bool {
    let bare = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    let goes_on = variable.len() >= LONG && name.strip_prefix(variable).is_some_and(|rest| rest.starts_with('_'));
    goes_on || [name, bare].into_iter().any(|name| is_same(name, variable)) || is_misspelt(name, variable)
}

/// Whether two names differ in nothing but case and marks: `AccessTokenLifetime`, `access-token-lifetime`.
fn is_same(name: &str, variable: &str) -> bool {
    let letters = |text| str::chars(text).filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase());
    letters(name).eq(letters(variable))
}

fn is_misspelt(name: &str, variable: &str) -> bool {
    let wrong = if variable.len() < LONG { 1 } else { 2 };
    // The first letter is seldom wrong, and to look at it first makes this cost a start nothing.
    let is_alike = name.len().abs_diff(variable.len()) <= wrong && name.chars().next() == variable.chars().next();
    is_alike && strsim::osa_distance(name, variable) <= wrong
}

#[cfg(test)]
mod tests {
    use super::miss;

    #[test]
    fn what_is_misspelt_is_named() {
        for (name, meant) in [
            ("ROTATE_REFRESH_TOKEN", "ROTATE_REFRESH_TOKENS"),
            ("ACCESS_TOKEN_LIFETME", "ACCESS_TOKEN_LIFETIME"),
            ("SIMPLE_JWT_ACCESS_TOKEN_LIFETIME", "ACCESS_TOKEN_LIFETIME"),
            ("LATCHKEY_PROFILE", "PROFILE"),
            ("ACCESS_TOKEN_LIFETIME_MINUTES", "ACCESS_TOKEN_LIFETIME"),
            ("access_token_lifetime", "ACCESS_TOKEN_LIFETIME"),
            ("AccessTokenLifetime", "ACCESS_TOKEN_LIFETIME"),
            ("ACESS_TOKEN_LIFETME", "ACCESS_TOKEN_LIFETIME"),
            ("ALGORITM", "ALGORITHM"),
            ("SIGNIN_KEI", "SIGNING_KEY"),
            ("SIGNING_KEYS", "SIGNING_KEY"),
        ] {
            let told = miss(name).map(|note| note.to_string());
            assert_eq!(told, Some(format!("{name}: is not a setting and is not read; {meant} is")));
        }
    }

    #[test]
    fn settings_and_other_softwares_names_pass() {
        for name in [
            "ACCESS_TOKEN_LIFETIME",
            "AUTH_COOKIE_SAMESITE",
            "AWS_PROFILE",
            "HOME",
            "JWT_ISSUER",
            "LOGNAME",
            "PATH",
            "USER",
            // Two letters of a short name, and the first of a long one.
            "ALGORT",
            "XCCESS_TOKEN_LIFETIME",
        ] {
            assert_eq!(miss(name), None, "{name}");
        }
        for name in
            ["AWS_LAMBDA_FUNCTION_NAME", "KEYS_SECRET", "LATCHKEY_ROUNDS", "SECRET_KEY", "USERS_TABLE", "RUST_LOG"]
        {
            assert_eq!(miss(name), None, "{name}");
        }
    }
}
