//! The settings of a recording, as the variables that ours reads.

use crate::{
    packages::package::Package,
    recorded::{self, Case},
};
use serde_json::Value;
use std::net::SocketAddr;

/// Where the recorder published its JWKS; every run publishes it elsewhere.
const RECORDED_JWKS: &str = "http://127.0.0.1:18999";

/// Names and values of the variables that say the same as the settings of the case.
pub(crate) fn variables(package: &Package, case: &Case, jwks: SocketAddr) -> Vec<(String, String)> {
    let mut variables = given(&case.settings, jwks);
    for (name, value) in package.followed_by {
        if !variables.iter().any(|(known, _)| known == name) {
            variables.push((name.to_string(), value.to_string()));
        }
    }
    if case.accounts {
        variables.extend(accounts(&case.settings, &case.package));
    }
    match case.package.as_str() {
        "djangorestframework-jwt" => variables.push(("LEGACY".to_owned(), "jwt".to_owned())),
        "drf-jwt" => variables.push(("LEGACY".to_owned(), "drf-jwt".to_owned())),
        _ => {}
    }
    variables
}

/// What only cases about accounts have: the base projects of the recorder, and names that mean something else elsewhere.
fn accounts(settings: &Value, package: &str) -> Vec<(String, String)> {
    let pages = match package {
        "djoser" => {
            ["activate/{uid}/{token}", "password/reset/confirm/{uid}/{token}", "username/reset/confirm/{uid}/{token}"]
        }
        _ => ["account-confirm-email/{key}/", "password-reset/confirm/{uid}/{token}/", ""],
    };
    let names = ["ACTIVATION_URL", "PASSWORD_RESET_CONFIRM_URL", "USERNAME_RESET_CONFIRM_URL"];
    let mut variables: Vec<(String, String)> = names.into_iter().zip(pages).map(pair).collect();
    // Of djoser's views none asks whether there is one.
    if package != "djoser" && settings["flags"]["blacklist_app"] != true {
        variables.push(pair(("BLACKLIST_ENABLED", "false")));
    }
    if settings["flags"]["allauth"] == false {
        variables.push(pair(("ACCOUNT_LOGIN_METHODS", "username,email")));
    }
    let known =
        ["ACCOUNT_EMAIL_VERIFICATION", "ACCOUNT_LOGIN_METHODS", "ACCOUNT_SIGNUP_FIELDS", "PASSWORD_RESET_TIMEOUT"];
    let of_django = settings["django"].as_object().into_iter().flatten();
    let of_django = of_django.filter(|(name, _)| known.contains(&name.as_str()));
    variables.extend(of_django.map(|(name, value)| (name.clone(), text(value))));
    variables
}

fn pair((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Whether users are known by their UUID instead of by their number.
pub(crate) fn knows_users_by_uuid(settings: &Value) -> bool {
    settings["flags"]["uuid_users"] == true
}

fn given(settings: &Value, jwks: SocketAddr) -> Vec<(String, String)> {
    let mut variables = vec![("SIGNING_KEY".to_owned(), recorded::SECRET_KEY.to_owned())];
    let dictionaries = ["SIMPLE_JWT", "JWT_AUTH", "DJOSER", "REST_AUTH"].map(|name| settings[name].as_object());
    for (name, value) in dictionaries.into_iter().flatten().flatten() {
        variables.retain(|(known, _)| known != name);
        let several_keys = name == "JWT_SECRET_KEY" && !value.is_string();
        let text = if several_keys { value.to_string() } else { text(value) };
        variables.push((name.clone(), text.replace(RECORDED_JWKS, &format!("http://{jwks}"))));
    }
    // Of Django's own settings these alone have a counterpart.
    let of_django = settings["django"].as_object().into_iter().flatten().filter(|(name, _)| name.starts_with("CORS_"));
    let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    let listed = |value: &Value| if empty(value) { "[]".to_owned() } else { text(value) };
    variables.extend(of_django.map(|(name, value)| (name.clone(), listed(value))));
    if settings["flags"]["blacklist_app"] == false {
        variables.push(("BLACKLIST_ENABLED".to_owned(), "false".to_owned()));
    }
    if settings["flags"]["uuid_users"] == true {
        variables.push(("USERNAME_FIELD".to_owned(), "email".to_owned()));
    }
    variables
}

fn text(value: &Value) -> String {
    match value {
        Value::Array(items) => list(items),
        Value::Null => "None".to_owned(),
        Value::Object(_) if value["$td"].is_number() => value["$td"].to_string(),
        Value::Object(_) if value["$set"].is_array() => text(&value["$set"]),
        Value::Object(_) if value["$tuple"].is_array() => text(&value["$tuple"]),
        Value::Object(_) if value["$bytes"].is_string() => text(&value["$bytes"]),
        Value::Object(_) => recorded::text(value["$file"].as_str().unwrap()),
        Value::String(text) => text.clone(),
        _ => value.to_string(),
    }
}

fn list(items: &[Value]) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::given;
    use serde_json::json;

    #[test]
    fn settings_become_the_text_of_variables() {
        let settings = json!({"SIMPLE_JWT": {
            "ACCESS_TOKEN_LIFETIME": {"$td": 60},
            "AUTH_HEADER_TYPES": {"$tuple": ["Bearer", "JWT"]},
            "JWK_URL": "http://127.0.0.1:18999/404",
            "ROTATE_REFRESH_TOKENS": true,
            "SIGNING_KEY": {"$bytes": "k"},
        }, "flags": {"blacklist_app": false}});
        let expected = [
            ("ACCESS_TOKEN_LIFETIME", "60"),
            ("AUTH_HEADER_TYPES", "Bearer,JWT"),
            ("JWK_URL", "http://127.0.0.1:9/404"),
            ("ROTATE_REFRESH_TOKENS", "true"),
            ("SIGNING_KEY", "k"),
            ("BLACKLIST_ENABLED", "false"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(given(&settings, ([127, 0, 0, 1], 9).into()), expected);
    }
}
