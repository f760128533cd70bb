//! dj-rest-auth: where ours answers otherwise on purpose.

use crate::{
    packages::{
        alike,
        deliberate::{Deliberate, Ours},
        package::Package,
        rules::{self, Rule, becomes, copy},
    },
    recorded::Case,
};
use serde_json::{Value, json};

/// dj-rest-auth 7.2.0 with django-allauth 65.22.1. Where ours has a safer default, it is set to theirs.
pub(crate) const DJ_REST_AUTH: Package = Package {
    name: "dj-rest-auth",
    recorded: "dj_rest_auth.jsonl",
    followed_by: &[
        ("ACCOUNTS", "dj-rest-auth"),
        ("DOMAIN", "app.example.com"),
        ("SITE_NAME", "Example"),
        ("OLD_PASSWORD_FIELD_ENABLED", "false"),
        ("JWT_AUTH_SECURE", "false"),
        ("JWT_AUTH_REFRESH_COOKIE_PATH", "/"),
    ],
    differences: DIFFERENCES,
    rules: &[
        rules::NOT_FOUND,
        rules::DESCRIPTION,
        rules::CHALLENGE,
        ALLOWED,
        REFRESH,
        HANDED,
        rules::EPOCH,
        rules::SLASH,
        rules::CRASH,
        rules::UID,
        rules::LENIENT,
        rules::PASSWORD,
        alike::ADDRESS_DEMANDED,
        alike::DISABLED,
        alike::ENDED,
        alike::NORMALIZED,
        alike::OLD_HASH,
        alike::ONE_ADDRESS,
        alike::ONE_NAME,
        alike::UNMAILABLE,
        alike::OWN_LINK,
        alike::OWN_NAME,
        CSRF,
        TAKEN,
        IMPORTED,
        NAMELESS,
    ],
    absent: ABSENT,
};

/// What some views allow.
const ALLOWED: Rule = Rule {
    concerns: |case| {
        let path = case.request["path"].as_str().unwrap_or_default();
        path.contains("logout") || path.contains("verify-email")
    },
    apply: |case, ours| copy(case, ours, "allow"),
    why: "logout is a POST, and verify-email, too: nothing is done on a GET",
};

/// The refresh token that a login hands over.
const REFRESH: Rule = Rule {
    concerns: |case| case.response["body"]["refresh"] == "" && !sets(case, "refresh"),
    apply: |case, ours| {
        case.response["body"]["refresh"] = json!("<jwt:refresh>");
        let raw = case.response["body_raw"].as_str().unwrap_or_default();
        case.response["body_raw"] = json!(raw.replace(r#""refresh":"""#, r#""refresh":"<jwt:refresh>""#));
        case.response["tokens"]["$.refresh"] = ours["tokens"]["$.refresh"].clone();
    },
    why: "a refresh token that is in no cookie is in the body: else nobody has it",
};

/// Who signs up gets the tokens as who logs in.
const HANDED: Rule = Rule {
    concerns: |case| case.variant.starts_with("dra-cookies") && case.response["status"] == 201,
    apply: |case, ours| {
        for part in ["body", "body_raw", "tokens"] {
            case.response[part] = ours[part].clone();
        }
        copy(case, ours, "set-cookie");
    },
    why: "a registration hands the tokens over as a login does: in cookies, where they are asked for",
};

/// A cookie without Django's token against forged requests.
const CSRF: Rule = Rule {
    concerns: |case| case.response["body"]["detail"].as_str().is_some_and(|told| told.starts_with("CSRF Failed")),
    apply: |case, ours| {
        if ours["status"] == 200 {
            becomes(case, ours);
        }
    },
    why: "in place of a CSRF token stands what a browser says of the page: a program says nothing",
};

/// An address that is another user's.
const TAKEN: Rule = Rule {
    concerns: |case| case.response["body"]["email"][0] == "User is already registered with this e-mail address.",
    apply: |case, ours| {
        if ours["status"] == 201 {
            becomes(case, ours);
        }
    },
    why: "who has an account is not told: the address stays with its owner, and the new account with none",
};

/// The users of the recordings have addresses that were never confirmed to django-allauth.
const IMPORTED: Rule = Rule {
    concerns: |case| case.response["body"]["non_field_errors"][0] == "E-mail is not verified.",
    apply: |case, ours| {
        if ours["status"] == 200 {
            becomes(case, ours);
        }
    },
    why: "the address of an imported user counts as confirmed",
};

/// Who signs up with an address alone.
const NAMELESS: Rule = Rule {
    concerns: |case| {
        let is_asked = case.response["body"]["username"][0] == "This field is required.";
        is_asked && case.variant.starts_with("dra-email") && case.variant != "dra-email-required"
    },
    apply: |case, ours| {
        if ours["status"] == 201 {
            becomes(case, ours);
        }
    },
    why: "where ACCOUNT_SIGNUP_FIELDS asks for no name, one is made of the address",
};

fn sets(case: &Case, cookie: &str) -> bool {
    let cookies = case.response["headers"]["set-cookie"].as_array();
    let is_it = |line: &Value| line.as_str().is_some_and(|line| line.starts_with(&format!("{cookie}=")));
    cookies.into_iter().flatten().any(is_it)
}

/// Variants that ours cannot be set to, and why not.
const ABSENT: &[(&str, &str)] = &[
    ("dra-mfa", "second factors are not served yet"),
    ("dra-mfa-cookies", "second factors are not served yet"),
    ("dra-mfa-options", "second factors are not served yet"),
    ("dra-rate-limits", "mails and accounts are bounded for every caller"),
    ("dra-token-default", "TOKEN_MODEL is a Python class"),
];

const NEITHER: &str = r#"{"detail":"Neither cookies or blacklist are enabled, so the token has not been deleted server side. Please make sure the token is deleted client side."}"#;
const NOT_FOUND: &str = r#"{"detail":"Not found."}"#;
const NOT_GIVEN: &str = r#"{"detail":"Refresh token was not included in request data."}"#;

/// Every deliberate difference.
const DIFFERENCES: &[Deliberate] = &[
    Deliberate {
        cases: &["dra.login.plain.blank-username", "dra.login.plain.only-password"],
        ours: Ours::Answer(
            400,
            r#"{"non_field_errors":["Must include either \"username\" or \"email\" and \"password\"."]}"#,
        ),
        why: "a login without a name is told what is missing, as with django-allauth",
    },
    Deliberate {
        cases: &["dra.login.plain.email-as-username"],
        ours: Ours::Answer(
            200,
            r#"{"access":"<jwt:access>","refresh":"<jwt:refresh>","user":{"pk":1,"username":"alice","email":"user1@example.com","first_name":"","last_name":""}}"#,
        ),
        why: "what is no field of its own is a setting: with both ways to log in a name may be an address",
    },
    Deliberate {
        cases: &["dra.logout.cookies.bad-access"],
        ours: Ours::Answer(200, r#"{"detail":"Successfully logged out."}"#),
        why: "who has a dead access token can log out",
    },
    Deliberate {
        cases: &["dra.user.patch.cookie-no-csrf-setting"],
        ours: Ours::Answer(
            401,
            r#"{"detail":"CSRF Failed: cookies count in requests from pages of this origin, or of AUTH_COOKIE_ORIGINS, alone."}"#,
        ),
        why: "a cookie counts for no page of another origin",
    },
    Deliberate {
        cases: &["dra.logout.bad-token"],
        ours: Ours::Answer(200, NEITHER),
        why: "who has a dead access token can log out",
    },
    Deliberate {
        cases: &["dra.logout.blacklist.no-cookie-setting", "dra.logout.body.null"],
        ours: Ours::Answer(401, NOT_GIVEN),
        why: "where no cookie is named the refresh token comes in the body, and null is none",
    },
    Deliberate {
        cases: &["dra.logout.get.allowed*"],
        ours: Ours::Answer(405, r#"{"detail":"Method \"GET\" not allowed."}"#),
        why: "nothing is done on a GET",
    },
    Deliberate {
        cases: &["dra.password-change.old.too-long"],
        ours: Ours::Answer(
            400,
            r#"{"old_password":["Your old password was entered incorrectly. Please enter it again."]}"#,
        ),
        why: "a present password may be longer than a new one of this form",
    },
    Deliberate {
        cases: &[
            "dra.password-reset-confirm.after-second-address",
            "dra.password-reset-confirm.plain.uid.base36",
            "dra.password-reset-confirm.uid.base64",
        ],
        ours: Ours::Answer(200, r#"{"detail":"Password has been reset with the new password."}"#),
        why: "a link is taken with and without django-allauth, whose second addresses are not imported",
    },
    Deliberate {
        cases: &["dra.register.email.255"],
        ours: Ours::Answer(400, r#"{"email":["Ensure this field has no more than 254 characters."]}"#),
        why: "no address is cut, and mailed to another domain",
    },
    Deliberate {
        cases: &["dra.resend-email.body.empty-object", "dra.resend-email.inactive-user"],
        ours: Ours::Answer(200, r#"{"detail":"ok"}"#),
        why: "who is not named is not mailed, and who was disabled is not",
    },
    Deliberate {
        cases: &["dra.verify-email.address-changed"],
        ours: Ours::Answer(404, NOT_FOUND),
        why: "a key confirms the address that waits for it",
    },
];
