//! Settings of Simple JWT, of the packages before it and of those around it that are none of ours, and what to do instead.

use crate::{fault::Fault, values::text};

const SERIALIZER: &str = "is a Python class and is not run; TOKEN_CLAIMS and CLAIMS_FUNCTION add claims to tokens, OBTAIN_FIELDS adds fields to the answer";
const CHECKS: &str = "is a Python class and is not run; check what it checks behind the authorizer";
const HANDLER: &str = "is a Python function and is not run; names and claims of legacy tokens are the package's own";
const HOOK: &str = "is a Python function and is not run; the log's events login and login_failed tell the same";
const COOKIE: &str =
    "is not read; the cookies of AUTH_COOKIE are always Secure, HttpOnly and SameSite=Strict, on their own paths";
const LATE: &str = "is not read, by Simple JWT neither; SLIDING_TOKEN_LIFETIME and SLIDING_TOKEN_REFRESH_LIFETIME are";
const REST_AUTH: &str =
    "is dj-rest-auth's and is not read; the origin of a page is always looked at, where cookies carry tokens";
const DICTIONARY: &str = "is not read as a whole; give each of its settings a variable of its own";

/// Names that are not read, and what to do instead. The service is as safe without what they say.
const IGNORED: &[(&str, &str)] = &[
    ("AUTH_COOKIE_DOMAIN", COOKIE),
    ("AUTH_COOKIE_HTTP_ONLY", COOKIE),
    ("AUTH_COOKIE_HTTPONLY", COOKIE),
    ("AUTH_COOKIE_PATH", COOKIE),
    ("AUTH_COOKIE_REFRESH", "is not read; AUTH_COOKIE names the cookies of both tokens"),
    ("AUTH_COOKIE_REFRESH_PATH", COOKIE),
    ("AUTH_COOKIE_SAMESITE", COOKIE),
    ("AUTH_COOKIE_SECURE", COOKIE),
    ("JSON_ENCODER", "is a Python class and is not run; claims are JSON values"),
    ("JWT_AUTH", DICTIONARY),
    ("JWT_AUTH_COOKIE_ENFORCE_CSRF_ON_UNAUTHENTICATED", REST_AUTH),
    ("JWT_AUTH_COOKIE_USE_CSRF", REST_AUTH),
    ("JWT_DECODE_HANDLER", HANDLER),
    ("JWT_DELETE_STALE_BLACKLISTED_TOKENS", "is not needed; expired rows are deleted"),
    ("JWT_ENCODE_HANDLER", HANDLER),
    (
        "JWT_GET_USER_SECRET_KEY",
        "is a Python function and is not run; its tokens end with the move, as no key here verifies them",
    ),
    ("JWT_PAYLOAD_GET_USERNAME_HANDLER", HANDLER),
    ("JWT_PAYLOAD_GET_USER_ID_HANDLER", HANDLER),
    ("JWT_PAYLOAD_HANDLER", HANDLER),
    ("JWT_RESPONSE_PAYLOAD_HANDLER", HANDLER),
    ("JWT_VERIFY", "is not read; every token is verified, and JWT_VERIFY_EXPIRATION says whether one may be expired"),
    ("ON_LOGIN_FAILED", HOOK),
    ("ON_LOGIN_SUCCESS", HOOK),
    ("SIMPLE_JWT", DICTIONARY),
    ("SLIDING_TOKEN_LIFETIME_LATE_USER", LATE),
    ("SLIDING_TOKEN_OBTAIN_SERIALIZER", SERIALIZER),
    ("SLIDING_TOKEN_REFRESH_LIFETIME_LATE_USER", LATE),
    ("SLIDING_TOKEN_REFRESH_SERIALIZER", CHECKS),
    ("TOKEN_BLACKLIST_SERIALIZER", CHECKS),
    ("TOKEN_OBTAIN_SERIALIZER", SERIALIZER),
    ("TOKEN_REFRESH_SERIALIZER", CHECKS),
    ("TOKEN_USER_CLASS", "is a Python class and is not run; the authorizer passes on the claims of the token"),
    ("TOKEN_VERIFY_SERIALIZER", CHECKS),
];

/// Names that stop the start, and what to do instead: Simple JWT does not start with them either, or without them doors would open
/// that were closed. (Simple JWT's removed `SECRET_KEY` is not among them: other software uses a variable of that name.)
const REFUSED: &[(&str, &str)] = &[
    ("AUTH_HEADER_TYPE", "is no longer a setting; use AUTH_HEADER_TYPES"),
    ("AUTH_TOKEN_CLASS", "is no longer a setting; use AUTH_TOKEN_CLASSES"),
    ("TOKEN_BACKEND_CLASS", "is no longer a setting; use ALGORITHM with the key set, or with SIGNING_KEY"),
    (
        "USER_AUTHENTICATION_RULE",
        "is a Python function and would not be run, so users that it refuses could log in; disable those users, and leave it out",
    ),
];

/// A note for each variable that is given and not read.
pub(crate) fn ignored(lookup: &impl Fn(&str) -> Option<String>) -> impl Iterator<Item = Fault> {
    told(IGNORED, lookup)
}

/// A fault for each variable that must not be given.
pub(crate) fn refused(lookup: &impl Fn(&str) -> Option<String>) -> impl Iterator<Item = Fault> {
    told(REFUSED, lookup)
}

/// Whether a name is one of these.
pub(crate) fn is_known(name: &str) -> bool {
    IGNORED.iter().chain(REFUSED).any(|(known, _)| *known == name)
}

fn told(names: &'static [(&str, &str)], lookup: &impl Fn(&str) -> Option<String>) -> impl Iterator<Item = Fault> {
    let given = names.iter().filter(|(name, _)| lookup(name).is_some_and(|value| says_something(name, &value)));
    given.map(|(name, sentence)| Fault::new(name, *sentence))
}

/// Whether a value is another one than the package's own default.
fn says_something(name: &str, value: &str) -> bool {
    let value = value.trim();
    let is_default = value.starts_with("rest_framework_simplejwt.") || value.starts_with("rest_framework_jwt.");
    let is_harmless = name == "JWT_VERIFY" && text::switch(value) == Some(true);
    !(value.is_empty() || text::is_none(value) || is_default || is_harmless)
}

#[cfg(test)]
mod tests {
    use crate::table::Settings;

    #[test]
    fn names_of_python_are_told_and_the_defaults_of_the_package_pass() {
        let own =
            Settings::of(&[("TOKEN_OBTAIN_SERIALIZER", "app.serializers.Mine"), ("ON_LOGIN_SUCCESS", "None")]).unwrap();
        let notes: Vec<String> = own.notes().iter().map(ToString::to_string).collect();
        let [note] = &notes[..] else { panic!("{notes:?}") };
        assert!(note.starts_with("TOKEN_OBTAIN_SERIALIZER: is a Python class and is not run; "), "{note}");
        let default = "rest_framework_simplejwt.authentication.default_user_authentication_rule";
        assert!(Settings::of(&[("USER_AUTHENTICATION_RULE", default)]).unwrap().notes().is_empty());
    }

    #[test]
    fn a_signature_is_verified_whatever_is_set() {
        assert!(Settings::of(&[("JWT_VERIFY", "True")]).unwrap().notes().is_empty());
        assert_eq!(Settings::of(&[("JWT_VERIFY", "False")]).map_or(1, |settings| settings.notes().len()), 1);
        assert_eq!(Settings::of(&[("ON_LOGIN_SUCCESS", "True")]).unwrap().notes().len(), 1, "no switch");
    }

    #[test]
    fn a_rule_that_would_not_be_kept_stops_the_start() {
        let faults = Settings::of(&[("USER_AUTHENTICATION_RULE", "apps.auth.rule")]).unwrap_err().to_string();
        assert!(faults.starts_with("USER_AUTHENTICATION_RULE: is a Python function and would not be run"), "{faults}");
    }
}
