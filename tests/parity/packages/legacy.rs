//! Where ours answers otherwise than `djangorestframework-jwt` and `drf-jwt` on purpose.

use crate::packages::{
    deliberate::{Deliberate, Ours},
    package::Package,
};

/// Both packages before Simple JWT.
pub(crate) const LEGACY: Package = Package {
    name: "before Simple JWT",
    recorded: "legacy.jsonl",
    followed_by: &[],
    differences: DIFFERENCES,
    rules: &[],
    absent: ABSENT,
};

/// Variants that ours cannot be set to, and why not.
const ABSENT: &[(&str, &str)] = &[
    ("dj-allow-all", "AUTHENTICATION_BACKENDS are Python classes"),
    ("dj-user-secret", "JWT_GET_USER_SECRET_KEY is a Python function"),
    ("j1-response", "JWT_RESPONSE_PAYLOAD_HANDLER is a Python function"),
    ("j1-user-secret", "JWT_GET_USER_SECRET_KEY is a Python function"),
];

/// Every deliberate difference.
const DIFFERENCES: &[Deliberate] = &[
    Deliberate {
        cases: &["j1.verify.alg-*", "j1.verify.aud-*", "j1.verify.iss-wrong", "j1.verify.nbf-*"],
        ours: Ours::Answer(400, r#"{"non_field_errors":["Error decoding signature."]}"#),
        why: "no token can crash the service",
    },
    Deliberate {
        cases: &["dj.verify.alg-missing"],
        ours: Ours::Answer(400, r#"{"non_field_errors":["Invalid token."]}"#),
        why: "no token can crash the service",
    },
    Deliberate {
        cases: &["dj.refresh.orig_iat-string"],
        ours: Ours::Answer(400, r#"{"non_field_errors":["orig_iat field not found in token."]}"#),
        why: "no token can crash the service: a time is a number",
    },
    Deliberate {
        cases: &["dj.blacklist.garbage"],
        ours: Ours::Answer(400, r#"{"non_field_errors":["Error decoding token."]}"#),
        why: "no token can crash the service",
    },
    Deliberate {
        cases: &["dj.blacklist.array"],
        ours: Ours::Answer(400, r#"{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}"#),
        why: "no body can crash the service",
    },
    Deliberate {
        cases: &["dj.blacklist.own-form"],
        ours: Ours::Answer(201, r#"{"token":"<jwt:untyped>"}"#),
        why: "no body can crash the service: a form without a token means one's own, as JSON does",
    },
    Deliberate {
        cases: &["dj.blacklist.list*"],
        ours: Ours::Answer(403, r#"{"detail":"You do not have permission to perform this action."}"#),
        why: "nobody is shown the tokens of others",
    },
    Deliberate {
        cases: &["dj.blacklist.detail-*"],
        ours: Ours::Answer(404, r#"{"detail":"Not found."}"#),
        why: "tokens are blacklisted here, not managed",
    },
    Deliberate {
        cases: &["j1.verify.verify-off-bad-sig"],
        ours: Ours::Answer(400, r#"{"non_field_errors":["Error decoding signature."]}"#),
        why: "JWT_VERIFY is not offered: a token that nobody signed is nobody's",
    },
    Deliberate {
        cases: &["j1.verify.verify-off-expired"],
        ours: Ours::Answer(400, r#"{"non_field_errors":["Signature has expired."]}"#),
        why: "JWT_VERIFY is not offered: JWT_VERIFY_EXPIRATION is",
    },
    Deliberate {
        cases: &["dj.obtain.ok.trim", "j1.obtain.ok.trim"],
        ours: Ours::Answer(400, r#"{"non_field_errors":["Unable to log in with provided credentials."]}"#),
        why: "a password is taken as it was typed, so that one with outer spaces works",
    },
    Deliberate {
        cases: &["j1.obtain.noslash"],
        ours: Ours::Answer(200, r#"{"token":"<jwt:untyped>"}"#),
        why: "a path without its slash is served, not redirected",
    },
    Deliberate {
        cases: &["j1.cookie.post-no-csrf"],
        ours: Ours::Answer(200, r#"{"message":"Hello, World!"}"#),
        why: "the greeting is our own example: it does not echo what it was sent",
    },
    Deliberate {
        cases: &["dj.exp-int.obtain"],
        ours: Ours::Answer(201, r#"{"pk":"<epoch:now>","token":"<jwt:untyped>"}"#),
        why: "variables are text: a lifetime without a unit is seconds",
    },
];
