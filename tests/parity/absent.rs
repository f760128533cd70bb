//! What has no counterpart: settings that only a Python process can have, and views of the recorder's own project.

use serde_json::Value;

use crate::recorded::Case;

/// The guarded route that ours has. It refuses like any other.
const GUARDED: (&str, &str) = ("/api/hello/", "GET, POST, HEAD, OPTIONS");

/// A variant that ours cannot be set to, and why not.
const VARIANTS: &[(&str, &str)] = &[
    ("bad-serializer", "serializers are Python classes"),
    ("custom-claims", "serializers are Python classes; TOKEN_CLAIMS copies fields of the user into tokens"),
    ("custom-token-user", "TOKEN_USER_CLASS is a Python class"),
    ("debug", "there are no debug pages"),
    ("encoder", "JSON_ENCODER is a Python class"),
    ("encoder-off", "serializers are Python classes"),
    ("hdr-empty", "an empty list is the default, and a service that no header can reach is of no use"),
    ("inactive-ok-allow-all", "AUTHENTICATION_BACKENDS are Python classes"),
    ("jti-none", "every token has an id, or it could not be revoked"),
    ("jti-none-noapp", "every token has an id, or it could not be revoked"),
    ("json-parser-only", "parsers are Python classes"),
    ("lifetime-none", "every token has a lifetime"),
    ("locale", "messages are in English, as clients compare them"),
    ("locale-noapp", "messages are in English, as clients compare them"),
    ("no-append-slash", "a path answers with and without its slash"),
    ("no-auth-classes", "an empty list is the default, and a service that takes no token is of no use"),
    ("nonfield-key", "the framework's own settings are not offered"),
    ("on-login", "hooks are Python functions"),
    ("on-login-nolast", "hooks are Python functions"),
    ("refresh-lifetime-none", "every token has a lifetime"),
    ("rule-staff", "USER_AUTHENTICATION_RULE is a Python function"),
    ("throttle", "throttling belongs to API Gateway"),
    ("type-none", "every token says what it is, or a refresh token would open routes"),
];

/// A view of the recorder's project that is none of the package's, and why ours has no such route.
const PATHS: &[(&str, &str)] = &[
    ("/api/public/", "an open route that still reads tokens is the application's own"),
    ("/api/stateless/hello/", "the authorizer is the stateless one; routes behind it are the application's own"),
    ("/api/stateless/whoami/", "the user of a request is the application's own, made of the authorizer's context"),
    ("/api/whoami/", "the user of a request is the application's own, made of the authorizer's context"),
];

/// Why a case has no counterpart; none when it has one.
pub(crate) fn reason(variant: &str, path: &str) -> Option<&'static str> {
    let named =
        |list: &[(&str, &'static str)], name: &str| list.iter().find(|(known, _)| *known == name).map(|(_, why)| *why);
    named(VARIANTS, variant).or_else(|| named(PATHS, path))
}

/// The same case at our own guarded route where it asks for a view that we have not, only to be refused.
pub(crate) fn moved(mut case: Case) -> Case {
    let (path, allow) = GUARDED;
    let refused = matches!(case.response["status"].as_u64(), Some(401 | 500));
    if refused && PATHS.iter().any(|(known, _)| case.request["path"] == *known) {
        case.request["path"] = path.into();
        if let Some(recorded) = case.response["headers"].get_mut("allow") {
            *recorded = Value::from(allow);
        }
    }
    case
}

/// Names that stand here and in no recorded case: a list that is longer than the truth.
pub(crate) fn unused(variants: &[&str], paths: &[&str]) -> Vec<&'static str> {
    let variants = VARIANTS.iter().filter(|(name, _)| !variants.contains(name));
    let paths = PATHS.iter().filter(|(name, _)| !paths.contains(name));
    variants.chain(paths).map(|(name, _)| *name).collect()
}
