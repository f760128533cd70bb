//! Variants that ours cannot be set to, mostly because only a Python process can have such settings, and why not.

/// Of `djangorestframework-simplejwt`.
pub(crate) const SIMPLE_JWT: &[(&str, &str)] = &[
    ("bad-serializer", "serializers are Python classes"),
    ("custom-claims", "serializers are Python classes; TOKEN_CLAIMS copies fields of the user into tokens"),
    ("custom-token-user", "TOKEN_USER_CLASS is a Python class"),
    ("debug", "there are no debug pages"),
    ("encoder", "JSON_ENCODER is a Python class"),
    ("encoder-off", "serializers are Python classes"),
    ("hdr-empty", "an empty list is the default, and a service that no header can reach is of no use"),
    ("inactive-ok-allow-all", "AUTHENTICATION_BACKENDS are Python classes"),
    ("json-parser-only", "parsers are Python classes"),
    ("locale", "messages are in English, as clients compare them"),
    ("locale-noapp", "messages are in English, as clients compare them"),
    ("no-append-slash", "a path answers with and without its slash"),
    ("no-auth-classes", "an empty list is the default, and a service that takes no token is of no use"),
    ("nonfield-key", "the framework's own settings are not offered"),
    ("on-login", "hooks are Python functions"),
    ("on-login-nolast", "hooks are Python functions"),
    ("rule-staff", "USER_AUTHENTICATION_RULE is a Python function"),
    ("throttle", "throttling belongs to API Gateway"),
];

/// Of its master.
pub(crate) const MASTER: &[(&str, &str)] = &[
    ("on-login", "hooks are Python functions"),
    ("on-login-bad", "hooks are Python functions"),
    ("on-login-nolast", "hooks are Python functions"),
    ("rule-staff", "USER_AUTHENTICATION_RULE is a Python function"),
];
