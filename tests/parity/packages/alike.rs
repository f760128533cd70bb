//! Differences about accounts that come up in cases of one kind, in one package or in both.

use crate::{
    packages::rules::{Rule, becomes},
    recorded::{self, Case},
};
use serde_json::{Value, json};

/// An address that no mail reaches.
pub(crate) const UNMAILABLE: Rule = Rule {
    concerns: |case| {
        let (local, domain) = typed(case, "email").trim().rsplit_once('@').unwrap_or_default();
        succeeds(case) && (local.len() > 64 || domain.starts_with('['))
    },
    apply: |case, ours| {
        if ours["status"] == 400 && ours["body"]["email"][0] == "Enter a valid email address." {
            becomes(case, ours);
        }
    },
    why: "an account has no address that mails never reach: 64 characters before the @ at most, and no host in brackets",
};

/// A login by an address that is not the user's one.
pub(crate) const ONE_ADDRESS: Rule = Rule {
    concerns: |case| case.group == "dra.login" && succeeds(case) && gives_addresses(case),
    apply: |case, ours| {
        if ours["body"]["non_field_errors"][0] == "Unable to log in with provided credentials." {
            becomes(case, ours);
        }
    },
    why: "a user has one address, and an address one user",
};

/// A link for a new password that goes to a second address, to who has no password, or to who waits for another link.
pub(crate) const OWN_LINK: Rule = Rule {
    concerns: |case| {
        let is_unusable =
            |user: &Value| user["email"] == typed(case, "email") && text(&user["password"]).starts_with('!');
        let signs_up = |step: &Value| text(&step["request"]["path"]).contains("registration");
        let is_other = gives_addresses(case) || case.setup.iter().any(signs_up);
        case.request["path"] == "/dj-rest-auth/password/reset/"
            && (is_other || recorded::users().iter().any(is_unusable))
    },
    apply: |case, ours| {
        if ours["body"] == case.response["body"] && ours["mails"] == json!([]) {
            becomes(case, ours);
        }
    },
    why: "a link for a new password goes to who has one and may log in, at the user's one address",
};

/// A name in other letters than ASCII's.
pub(crate) const NORMALIZED: Rule = Rule {
    concerns: |case| case.group.starts_with("dra.") && succeeds(case) && !typed(case, "username").is_ascii(),
    apply: |case, ours| {
        for place in ["/username", "/user/username"] {
            if let (Some(name), Some(own)) = (case.response["body"].pointer_mut(place), ours["body"].pointer(place)) {
                *name = own.clone();
            }
        }
        if case.response["body"] == ours["body"] {
            case.response["body_raw"] = ours["body_raw"].clone();
        }
    },
    why: "names are normalized (NFKC), so that what looks alike is one name",
};

/// An account that nobody could ever confirm.
pub(crate) const ADDRESS_DEMANDED: Rule = Rule {
    concerns: |case| case.response["status"] == 201 && typed(case, "email").trim().is_empty(),
    apply: |case, ours| {
        if ours["status"] == 400 && ours["body"] == json!({"email": ["This field is required."]}) {
            becomes(case, ours);
        }
    },
    why: "without an address nobody could ever confirm it",
};

/// A confirmed address that is taken away.
pub(crate) const ADDRESS_KEPT: Rule = Rule {
    concerns: |case| {
        let is_change = ["PATCH", "PUT"].contains(&text(&case.request["method"]));
        is_change && succeeds(case) && says(case, "email") && typed(case, "email").trim().is_empty()
    },
    apply: |case, ours| {
        if ours["body"] == json!({"email": ["This field may not be blank."]}) {
            becomes(case, ours);
        }
    },
    why: "a confirmed address gives way only to another that is confirmed",
};

/// A name that is another's in another case.
pub(crate) const ONE_NAME: Rule = Rule {
    concerns: |case| {
        let wanted = ["username", "new_username"].map(|field| typed(case, field));
        let is_alike = |user: &Value| {
            let name = text(&user["username"]);
            wanted.iter().any(|wanted| *wanted != name && wanted.eq_ignore_ascii_case(name))
        };
        succeeds(case) && case.group != "dra.login" && recorded::users().iter().any(is_alike)
    },
    apply: |case, ours| {
        let told = ["username", "new_username"].map(|field| &ours["body"][field][0]);
        if told.contains(&&json!("A user with that username already exists.")) {
            becomes(case, ours);
        }
    },
    why: "two names that differ by case alone are one",
};

/// One's own name, given again.
pub(crate) const OWN_NAME: Rule = Rule {
    concerns: |case| {
        let is_taken = case.response["body"]["username"][0] == "A user with that username already exists.";
        is_taken && case.request["path"] == "/dj-rest-auth/user/"
    },
    apply: |case, ours| {
        if ours["status"] == 200 && ours["body"]["username"] == typed(case, "username") {
            becomes(case, ours);
        }
    },
    why: "one's own name is one's own",
};

/// A link of who was disabled.
pub(crate) const DISABLED: Rule = Rule {
    concerns: |case| {
        let users = recorded::users();
        let is_inactive =
            |name: &Value| users.iter().any(|user| user["username"] == *name && user["is_active"] == false);
        let is_disabled = |step: &Value| step["data"]["fields"]["is_active"] == false || is_inactive(&step["user"]);
        opens(case) && case.setup.iter().any(is_disabled)
    },
    apply: dies,
    why: "a link changes nothing for a disabled user, and lets no one in",
};

/// A link of one kind that is used as another.
pub(crate) const OTHER_KIND: Rule = Rule {
    concerns: |case| {
        let mailed = case.setup.iter().position(|step| step["op"] == "mail");
        let asked = mailed.and_then(|place| case.setup[..place].iter().rfind(|step| step["op"] == "request"));
        let kind = |path: &Value| ["username", "password"].into_iter().find(|kind| text(path).contains(kind));
        opens(case) && asked.is_some_and(|step| kind(&step["request"]["path"]) != kind(&case.request["path"]))
    },
    apply: dies,
    why: "a link of one kind is none of another",
};

/// A link that is older than a login.
pub(crate) const OLD_HASH: Rule = Rule {
    concerns: |case| {
        let made = case.setup.iter().position(|step| step["op"] == "mail" || step["op"] == "link");
        let is_login = |step: &Value| {
            let path = text(&step["request"]["path"]);
            ["/jwt/create/", "/login/", "/api/token/"].iter().any(|end| path.ends_with(end))
        };
        opens(case) && made.is_some_and(|place| case.setup[place..].iter().any(is_login))
    },
    apply: dies,
    why: "a login stores a better hash in place of an old one, and links from before end with it",
};

/// A refresh token from before a new password.
pub(crate) const ENDED: Rule = Rule {
    concerns: |case| {
        let is_reset = |step: &Value| text(&step["request"]["path"]).contains("reset") && is_confirm(&step["request"]);
        succeeds(case) && text(&case.request["path"]).contains("refresh") && case.setup.iter().any(is_reset)
    },
    apply: |case, ours| {
        if ours["status"] == 401 && ours["body"]["detail"] == "Token is blacklisted" {
            becomes(case, ours);
        }
    },
    why: "a new password ends all sessions",
};

/// What is said of a dead link.
fn dies(case: &mut Case, ours: &Value) {
    let told = text(&ours["body"]["token"][0]);
    if (ours["status"] == 400 && told.starts_with("Invalid")) || ours["status"] == 404 {
        becomes(case, ours);
    }
}

/// Whether a link is used, and opens something.
fn opens(case: &Case) -> bool {
    succeeds(case) && is_confirm(&case.request)
}

fn is_confirm(request: &Value) -> bool {
    ["confirm", "verify-email"].iter().any(|name| text(&request["path"]).contains(name))
}

fn succeeds(case: &Case) -> bool {
    matches!(case.response["status"].as_u64(), Some(200..300))
}

/// Whether a step of the recorder gave a user another address.
fn gives_addresses(case: &Case) -> bool {
    case.setup.iter().any(|step| step["action"] == "set_email" || step["data"]["fields"]["email"].is_string())
}

fn says(case: &Case, name: &str) -> bool {
    case.request["body"]["json"].get(name).is_some()
}

/// What was typed into a field: a form is a list of pairs.
fn typed<'c>(case: &'c Case, name: &str) -> &'c str {
    let body = &case.request["body"];
    let of_form = || body["form"].as_array()?.iter().find(|pair| pair[0] == name)?.get(1);
    body["json"].get(name).or_else(of_form).map(text).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
