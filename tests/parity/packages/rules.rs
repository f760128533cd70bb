//! Differences that come up in many cases: each is a sentence, and says of a recorded answer what ours is in its place.

use crate::recorded::Case;
use serde_json::{Value, json};

/// A difference wherever it comes up. A case in which it does is counted as listed, if nothing else differs.
pub(crate) struct Rule {
    /// The cases that it concerns.
    pub(crate) concerns: fn(&Case) -> bool,
    /// Makes of the recorded answer what ours is; what only ours knows comes from it.
    pub(crate) apply: fn(&mut Case, &Value),
    /// The reason, in one sentence.
    pub(crate) why: &'static str,
}

/// An unknown path.
pub(crate) const NOT_FOUND: Rule = Rule {
    concerns: |case| case.response["status"] == 404 && case.response["body"].get("$html").is_some(),
    apply: |case, ours| {
        says(case, 404, json!({"detail": "Not found."}));
        copy(case, ours, "allow");
    },
    why: "every answer is JSON, that of an unknown path included",
};

/// What an endpoint says of itself.
pub(crate) const DESCRIPTION: Rule = Rule {
    concerns: |case| case.request["method"] == "OPTIONS" && case.response["status"] == 200,
    apply: |case, ours| {
        for part in ["body", "body_raw"] {
            case.response[part] = ours[part].clone();
        }
    },
    why: "an endpoint describes itself in its own words",
};

/// A 401 without a challenge.
pub(crate) const CHALLENGE: Rule = Rule {
    concerns: |case| case.response["status"] == 401 && case.response["headers"]["www-authenticate"].is_null(),
    apply: |case, ours| copy(case, ours, "www-authenticate"),
    why: "a 401 says what to come back with (RFC 9110, section 15.5.2)",
};

/// A redirection to the path with its slash.
pub(crate) const SLASH: Rule = Rule {
    concerns: |case| case.response["status"] == 301,
    apply: |case, ours| {
        if matches!(ours["status"].as_u64(), Some(200..300 | 400 | 401)) {
            becomes(case, ours);
        }
    },
    why: "a path without its slash is served, not redirected",
};

/// A failure of the package's own.
pub(crate) const CRASH: Rule = Rule {
    concerns: |case| case.response["status"] == 500,
    apply: |case, ours| {
        if ours["status"].as_u64().is_some_and(|status| status < 500) {
            becomes(case, ours);
        }
    },
    why: "no body, no link and no row can crash the service",
};

/// A link whose user is nobody.
pub(crate) const UID: Rule = Rule {
    concerns: |case| case.response["body"]["uid"][0].as_str().is_some_and(|told| told.starts_with("Invalid")),
    apply: |case, ours| {
        if ours["body"]["token"][0].as_str().is_some_and(|told| told.starts_with("Invalid")) {
            becomes(case, ours);
        }
    },
    why: "a dead link is told in one way, whether there is such a user or not",
};

/// A `uid` that is read in more than one spelling.
pub(crate) const LENIENT: Rule = Rule {
    concerns: |case| case.id.contains(".uid.") && matches!(case.response["status"].as_u64(), Some(200 | 204)),
    apply: |case, ours| {
        if ours["status"] == 400 && (ours["body"]["token"].is_array() || ours["body"]["uid"].is_array()) {
            becomes(case, ours);
        }
    },
    why: "a uid has one spelling",
};

/// New passwords that are refused here.
pub(crate) const PASSWORD: Rule = Rule {
    concerns: |case| case.id.contains(".password.") && matches!(case.response["status"].as_u64(), Some(200..300)),
    apply: |case, ours| {
        let told = ours["body"].to_string();
        let is_ours = told.contains("This password is too long") || told.contains("The password is too similar");
        if ours["status"] == 400 && is_ours {
            becomes(case, ours);
        }
    },
    why: "a password of more than 4096 bytes is refused, and one that is like the user's own data, also at a reset",
};

/// What tokens say where nothing is kept of sessions.
pub(crate) const EPOCH: Rule = Rule {
    concerns: |case| case.response["tokens"].is_object(),
    apply: |case, ours| {
        for (name, token) in case.response["tokens"].as_object_mut().into_iter().flatten() {
            let said = &ours["tokens"][name]["claims"]["latchkey_epoch"];
            if said.is_string() && token["claims"].is_object() {
                token["claims"]["latchkey_epoch"] = said.clone();
                token["claim_order"] = ours["tokens"][name]["claim_order"].clone();
            }
        }
    },
    why: "where nothing is kept of sessions a token says which end of all sessions it came after",
};

/// All of our answer, and its mails.
pub(crate) fn becomes(case: &mut Case, ours: &Value) {
    case.response = ours.clone();
    if !case.effects.is_object() {
        case.effects = json!({});
    }
    case.effects["mail"] = ours["mails"].clone();
}

/// Puts a status and a body in JSON into the recorded answer.
pub(crate) fn says(case: &mut Case, status: u16, body: Value) {
    case.response["status"] = json!(status);
    case.response["body_raw"] = json!(body.to_string());
    case.response["body"] = body;
    case.response["headers"]["content-type"] = json!("application/json");
}

/// Takes a header from our answer.
pub(crate) fn copy(case: &mut Case, ours: &Value, header: &str) {
    case.response["headers"][header] = ours["headers"][header].clone();
}

/// Django's own session and its messages are rows and cookies of Django: no client of tokens looks at them.
pub(crate) fn without_the_session_of_django(response: &mut Value) {
    let Some(cookies) = response["headers"].get_mut("set-cookie").and_then(Value::as_array_mut) else { return };
    cookies.retain(|line| {
        let name = line.as_str().and_then(|line| line.split('=').next()).unwrap_or_default();
        !["csrftoken", "messages", "sessionid"].contains(&name)
    });
    if cookies.is_empty()
        && let Some(headers) = response["headers"].as_object_mut()
    {
        headers.shift_remove("set-cookie");
    }
}
