//! djoser: where ours answers otherwise on purpose.

use crate::packages::{
    alike,
    deliberate::{Deliberate, Ours},
    package::Package,
    rules::{self, Rule, copy, says},
};
use serde_json::{Value, json};

/// djoser 2.3.5.
pub(crate) const DJOSER: Package = Package {
    name: "djoser",
    recorded: "djoser.jsonl",
    followed_by: &[("ACCOUNTS", "djoser"), ("DOMAIN", "app.example.com"), ("SITE_NAME", "Example")],
    differences: DIFFERENCES,
    rules: &[
        rules::NOT_FOUND,
        rules::DESCRIPTION,
        rules::SLASH,
        rules::CRASH,
        rules::UID,
        rules::LENIENT,
        rules::PASSWORD,
        alike::ADDRESS_DEMANDED,
        alike::ADDRESS_KEPT,
        alike::DISABLED,
        alike::ENDED,
        alike::OLD_HASH,
        alike::ONE_NAME,
        alike::UNMAILABLE,
        alike::OTHER_KIND,
        METHOD,
        UNTOLD,
    ],
    absent: ABSENT,
};

/// Public actions, to whoever brings no token.
const METHOD: Rule = Rule {
    concerns: |case| {
        let method = case.request["method"].as_str().unwrap_or_default();
        let path = case.request["path"].as_str().unwrap_or_default();
        let is_public = path == "/auth/users/" && method != "GET"
            || ["activation", "resend_activation", "reset_"].iter().any(|name| path.contains(name));
        method != "POST" && is_public && case.response["status"] == 401
    },
    apply: |case, ours| {
        let method = case.request["method"].as_str().unwrap_or_default().to_owned();
        match method.as_str() {
            "OPTIONS" => case.response = ours.clone(),
            _ => says(case, 405, json!({"detail": format!("Method \"{method}\" not allowed.")})),
        }
        if method == "HEAD" {
            (case.response["body"], case.response["body_raw"]) = (Value::Null, Value::Null);
        }
        copy(case, ours, "www-authenticate");
        copy(case, ours, "allow");
    },
    why: "a public endpoint is public whatever the method",
};

/// Another user's account.
const UNTOLD: Rule = Rule {
    concerns: |case| {
        let detail = case.response["body"]["detail"].as_str().unwrap_or_default();
        case.group == "djoser.detail"
            && ["No User matches the given query.", "You do not have permission to perform this action."]
                .contains(&detail)
    },
    apply: |case, _| says(case, 404, json!({"detail": "Not found."})),
    why: "an account that one may not see is not there",
};

const DEAD: &str = r#"{"token":["Invalid token for given user."]}"#;
const NOT_FOUND: &str = r#"{"detail":"Not found."}"#;

/// Variants that ours cannot be set to, and why not.
const ABSENT: &[(&str, &str)] = &[
    ("djoser-authtoken", "tokens of Django REST framework's own are not given out"),
    ("djoser-email-login", "LOGIN_FIELD email crashes at sign-up there; USERNAME_FIELD is for it, and wants links"),
    ("djoser-email-login-modelbackend", "the same, and AUTHENTICATION_BACKENDS are Python classes"),
];

/// Every deliberate difference.
const DIFFERENCES: &[Deliberate] = &[
    Deliberate {
        cases: &["djoser.detail.get.dotted", "djoser.detail.list.dotted", "djoser.detail.root*"],
        ours: Ours::Answer(404, NOT_FOUND),
        why: "there is no list of routes, and no format at the end of a path",
    },
    Deliberate {
        cases: &["djoser.detail.get.padded"],
        ours: Ours::Answer(404, NOT_FOUND),
        why: "ids are text, not what Python reads as a number",
    },
    Deliberate {
        cases: &["djoser.detail.patch.activation-inactive-unchanged"],
        ours: Ours::Answer(200, r#"{"email":"user2@example.com","id":2,"username":"bob"}"#),
        why: "an address that does not change needs no link; resend_activation/ sends another",
    },
    Deliberate {
        cases: &["djoser.resend-activation.setting-off"],
        ours: Ours::Answer(400, r#"{"non_field_errors":["Accounts are not activated by mail."]}"#),
        why: "a 400 says what is wrong",
    },
    Deliberate {
        cases: &["djoser.reset-username-confirm.bad-token-taken"],
        ours: Ours::Answer(400, DEAD),
        why: "whether a name is taken is told to who has the link",
    },
    Deliberate {
        cases: &["djoser.reset-password.case-domain"],
        ours: Ours::Answer(204, "null"),
        why: "an address is one in any case: the mail goes to it as it was confirmed",
    },
];
