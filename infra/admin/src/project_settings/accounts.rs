//! What becomes of the settings of djoser and of dj-rest-auth.

use crate::project_settings::line::{Line, typed};
use serde_json::{Map, Value};
use settings::TABLE;

const CLASSES: &str =
    "names Python classes, which are not run; fields that they add are attributes of users, see docs/users.md";
const CROSS_SITE: &str =
    "is not taken over, because every page could send the cookies; serve the front end on the same site, and leave Lax";
const MAIL: &str = "has no counterpart of this name; docs/settings.md says at ACCOUNTS what mails and their links need";
const NEEDLESS: &str = "needs no counterpart, because Latchkey always does so";
const OTHER_TOKENS: &str =
    "is for tokens of rest_framework.authtoken, which are not served; clients get JSON Web Tokens alone";
const PATHS: &str = "names users in paths; Latchkey uses their id there";
const UNKNOWN: &str = "has no counterpart; check whether your clients need it";

/// Django's default for `DEFAULT_FROM_EMAIL`: nobody chose it.
const SENDER: &str = "webmaster@localhost";

/// Names outside the dictionaries, the package that alone reads them, and their names here.
const BESIDE: [(&str, Option<&str>, &str); 5] = [
    ("ACCOUNT_EMAIL_VERIFICATION", Some("dj-rest-auth"), "ACCOUNT_EMAIL_VERIFICATION"),
    ("ACCOUNT_LOGIN_METHODS", Some("dj-rest-auth"), "ACCOUNT_LOGIN_METHODS"),
    ("ACCOUNT_SIGNUP_FIELDS", Some("dj-rest-auth"), "ACCOUNT_SIGNUP_FIELDS"),
    ("DEFAULT_FROM_EMAIL", None, "MAIL_FROM"),
    ("PASSWORD_RESET_TIMEOUT", None, "PASSWORD_RESET_TIMEOUT"),
];

/// Names of both packages, and what to do instead.
const ADVICE: &[(&str, &str)] = &[
    ("CREATE_SESSION_ON_LOGIN", OTHER_TOKENS),
    ("EMAIL", MAIL),
    ("EMAIL_FRONTEND_PROTOCOL", MAIL),
    ("JWT_AUTH_COOKIE_ENFORCE_CSRF_ON_UNAUTHENTICATED", NEEDLESS),
    ("JWT_AUTH_COOKIE_USE_CSRF", NEEDLESS),
    ("LOGOUT_ON_PASSWORD_CHANGE", "is always so: a new password ends all other sessions of the user"),
    ("PASSWORD_RESET_USE_SITES_DOMAIN", MAIL),
    ("PERMISSIONS", CLASSES),
    ("REGISTER_PERMISSION_CLASSES", CLASSES),
    ("SERIALIZERS", CLASSES),
    ("SESSION_LOGIN", "is not taken over; Latchkey starts no Django sessions"),
    ("SOCIAL_AUTH_ALLOWED_REDIRECT_URIS", "has no counterpart: there is no social login"),
    ("SOCIAL_AUTH_TOKEN_STRATEGY", "has no counterpart: there is no social login"),
    ("TOKEN_CREATOR", CLASSES),
    ("TOKEN_MODEL", OTHER_TOKENS),
    ("USER_ID_FIELD", PATHS),
    ("USE_JWT", NEEDLESS),
    ("WEBAUTHN", "has no counterpart: there are no passkeys"),
];

/// Adds what moves of a package's settings to the variables, and what does not to the lines that are told. `dictionary` is their
/// name in the project, `package` the word for it in the setting ACCOUNTS, where there is one.
pub(super) fn moved(
    (dictionary, package): (&str, &str),
    entries: &Map<String, Value>,
    (given, unfollowed): (&mut Vec<Line>, &mut Vec<Line>),
) {
    if !entries.is_empty() && is_served(package) {
        match given.iter_mut().find(|(name, _)| name == "ACCOUNTS") {
            Some((_, served)) => *served = format!("{served},{package}"),
            None => given.push(("ACCOUNTS".to_owned(), package.to_owned())),
        }
    }
    for entry in entries {
        let (name, text) = typed(entry);
        match name.as_str() {
            "JWT_AUTH_SAMESITE" if text.eq_ignore_ascii_case("none") => {
                unfollowed.push((format!("{dictionary}.{name}"), CROSS_SITE.to_owned()));
            }
            _ if text == "none" => {}
            "EMAIL_FRONTEND_DOMAIN" => given.push(("DOMAIN".to_owned(), text)),
            "EMAIL_FRONTEND_SITE_NAME" => given.push(("SITE_NAME".to_owned(), text)),
            "LOGIN_FIELD" => given.push(("USERNAME_FIELD".to_owned(), text)),
            name if is_account_setting(name, package) => given.push((name.to_owned(), text)),
            name => unfollowed.push((format!("{dictionary}.{name}"), advice(name).to_owned())),
        }
    }
}

/// Adds what the endpoints of accounts read beside the dictionaries of their packages: settings of Django and of django-allauth.
pub(super) fn beside(project: &Map<String, Value>, given: &mut Vec<Line>) {
    let serves = |package: Option<&str>| {
        let is_it = |text: &str| package.is_none_or(|package| text.split(',').any(|served| served == package));
        given.iter().any(|(name, text)| name == "ACCOUNTS" && is_it(text))
    };
    let is_read = |package: Option<&str>, text: &str| serves(package) && !["none", SENDER].contains(&text);
    let lines = BESIDE.iter().filter_map(|(theirs, package, ours)| {
        let (_, text) = typed(project.get_key_value(*theirs)?);
        is_read(*package, &text).then(|| ((*ours).to_owned(), text))
    });
    let lines: Vec<Line> = lines.collect();
    given.extend(lines);
}

/// Whether `beside` looks at the name.
pub(super) fn is_beside(name: &str) -> bool {
    BESIDE.iter().any(|(theirs, ..)| *theirs == name)
}

fn advice(name: &str) -> &'static str {
    let known = ADVICE.iter().find(|(known, _)| *known == name).map(|(_, advice)| *advice);
    known.unwrap_or(if name.ends_with("_SERIALIZER") { CLASSES } else { UNKNOWN })
}

/// A setting that is read under the package's own name. Simple JWT's means another, and so do the cookies of older packages.
fn is_account_setting(name: &str, package: &str) -> bool {
    let is_others = name == "USER_ID_FIELD" || (name.starts_with("JWT_") && package != "dj-rest-auth");
    !is_others && is_setting(name)
}

/// Whether ACCOUNTS can name the package.
fn is_served(package: &str) -> bool {
    TABLE.iter().any(|row| row.variable == "ACCOUNTS" && row.kind.contains(package))
}

fn is_setting(name: &str) -> bool {
    TABLE.iter().any(|row| row.variable == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(package: (&str, &str), entries: Value) -> (Vec<Line>, Vec<String>) {
        let (mut given, mut unfollowed) = (Vec::new(), Vec::new());
        moved(package, entries.as_object().unwrap(), (&mut given, &mut unfollowed));
        (given, unfollowed.into_iter().map(|(name, what)| format!("{name}: {what}")).collect())
    }

    #[test]
    fn the_field_of_djoser_that_users_log_in_with_moves_and_the_rest_is_told() {
        let (given, told) =
            told(("DJOSER", "djoser"), json!({"LOGIN_FIELD": "email", "SERIALIZERS": {"user": "app.S"}, "NEW": 1}));
        assert!(given.contains(&("USERNAME_FIELD".to_owned(), "email".to_owned())));
        assert_eq!(told, [format!("DJOSER.SERIALIZERS: {CLASSES}"), format!("DJOSER.NEW: {UNKNOWN}")]);
    }

    #[test]
    fn cookies_of_dj_rest_auth_move_and_none_goes_to_pages_of_other_sites() {
        let (given, told) = told(
            ("REST_AUTH", "dj-rest-auth"),
            json!({"JWT_AUTH_COOKIE": "my-auth", "JWT_AUTH_SAMESITE": "None", "MY_SERIALIZER": "x"}),
        );
        assert!(given.contains(&("JWT_AUTH_COOKIE".to_owned(), "my-auth".to_owned())), "{given:?}");
        assert_eq!(
            told,
            [format!("REST_AUTH.JWT_AUTH_SAMESITE: {CROSS_SITE}"), format!("REST_AUTH.MY_SERIALIZER: {CLASSES}")]
        );
    }

    #[test]
    fn nobody_is_advised_about_what_is_a_setting() {
        for (name, _) in ADVICE {
            assert!(!is_account_setting(name, "dj-rest-auth"), "{name}");
        }
    }
}
