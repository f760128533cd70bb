//! What stands in the environment of each function: no more than it reads, and never more than Lambda allows.

use crate::expanded::{BOTH, Template};
use serde_json::{Value, json};
use settings::Settings;
use std::collections::BTreeSet;

/// Lambda measures the variables as JSON, quotes and escapes included.
const LIMIT: usize = 4096;

/// The keys of the settings that may stand there. The legacy package's keys as PEM are in the key set.
const KEYS: [&str; 3] = ["JWT_SECRET_KEY", "SIGNING_KEY", "VERIFYING_KEY"];

/// Functions that verify or sign, or publish what verifies.
const READERS: [&str; 11] = [
    "Accounts",
    "Authorizer",
    "Blacklist",
    "Legacy",
    "Mail",
    "Oauth",
    "Obtain",
    "Refresh",
    "SessionAuthorizer",
    "Verify",
    "WellKnown",
];

/// Of those, the ones that take tokens of LEGACY.
const LEGACY_READERS: [&str; 3] = ["Legacy", "Oauth", "SessionAuthorizer"];

/// The longest that AWS makes the name of a table, and the ARN of the secret.
const TABLE: usize = 160;
const SECRET: usize = 140;

#[test]
fn sc_07_no_function_has_keys_in_its_environment_but_those_that_sign_or_verify() {
    for (name, variables) in BOTH.iter().flat_map(functions) {
        let keys: BTreeSet<&str> = KEYS.into_iter().filter(|key| variables.contains_key(*key)).collect();
        let own = if READERS.contains(&name) { vec!["SIGNING_KEY", "VERIFYING_KEY"] } else { Vec::new() };
        let legacy = if LEGACY_READERS.contains(&name) { vec!["JWT_SECRET_KEY"] } else { Vec::new() };
        assert_eq!(keys, own.into_iter().chain(legacy).collect(), "{name}");
        assert_eq!(variables.contains_key("OAUTH_CLIENTS"), name == "Oauth", "{name}");
    }
}

#[test]
fn a_setting_that_is_not_given_is_not_there() {
    for (name, variables) in BOTH.iter().flat_map(functions) {
        let nothing = |value: &Value| value["Ref"] == "AWS::NoValue";
        let there = variables.iter().filter(|(_, value)| !nothing(value) && !nothing(&value["Fn::If"][2]));
        let mut there: Vec<&str> = there.map(|(variable, _)| variable.as_str()).collect();
        there
            .retain(|variable| !["AUTHORIZER_CACHE_SECONDS", "ORGANIZATIONS_TABLE", "OUTBOX_TABLE"].contains(variable));
        assert_eq!(there, ["USERS_TABLE", "SESSIONS_TABLE", "KEYS_SECRET", "PROFILE"], "{name}");
    }
}

#[test]
fn nothing_overflows_whatever_the_parameters() {
    for template in BOTH.iter() {
        let rule = template.section("Rules").find(|(name, _)| *name == "KeysFitIntoTheEnvironment").unwrap().1;
        assert_eq!(rule["RuleCondition"], json!({"Fn::Not": [{"Fn::Equals": [{"Ref": "VerifyingKey"}, ""]}]}));
        let alone = json!({"Fn::And": [{"Fn::Equals": [{"Ref": "Legacy"}, "off"]}, {"Fn::Equals": [{"Ref": "SigningKey"}, ""]}, {"Fn::Equals": [{"Ref": "Accounts"}, "off"]}, {"Fn::Equals": [{"Ref": "Routes"}, ""]}]});
        assert_eq!(rule["Assertions"][0]["Assert"], alone);
        let rule =
            template.section("Rules").find(|(name, _)| *name == "ClaimsFunctionFitsIntoTheEnvironment").unwrap().1;
        assert_eq!(rule["RuleCondition"], json!({"Fn::Not": [{"Fn::Equals": [{"Ref": "ClaimsFunction"}, ""]}]}));
        let without_keys = json!({"Fn::And": [{"Fn::Equals": [{"Ref": "SigningKey"}, ""]}, {"Fn::Equals": [{"Ref": "VerifyingKey"}, ""]}]});
        assert_eq!(rule["Assertions"][0]["Assert"], without_keys);
        for (name, variables) in functions(template) {
            let size = |(variable, value): (&String, &Value)| match longest(template, value) {
                0 => 0,
                most => variable.len() + 6 + most,
            };
            let of = |given: &dyn Fn(&str) -> bool| variables.iter().filter(|(name, _)| given(name)).map(size).sum();
            // VERIFYING_KEY stands alone; else SIGNING_KEY or CLAIMS_FUNCTION, and ROUTES may, and with LEGACY and ACCOUNTS what
            // belongs to them.
            let asks = |variable: &str| variable.starts_with("CLAIMS_");
            let is_packages = |variable: &str| {
                ["LEGACY", "ROUTES", "SIGNING_KEY"].contains(&variable) || variable.starts_with("JWT_")
            };
            let signing: usize = of(&|variable| variable != "VERIFYING_KEY" && !asks(variable));
            let asking: usize = of(&|variable| !["SIGNING_KEY", "VERIFYING_KEY"].contains(&variable));
            let verifying: usize = of(&|variable| !is_packages(variable) && !asks(variable));
            let has_no_key = ["Accounts", "Mail", "RestAuth"].contains(&name);
            let most = if has_no_key { signing.max(asking) } else { signing.max(asking).max(verifying) };
            assert!(most < LIMIT, "{}: the environment of {name} may have {most} bytes", template.path);
        }
    }
}

/// A function is told some of the settings, and looks for contradictions among those.
#[test]
fn settings_that_fit_together_start_every_function() {
    let page = ("ACTIVATION_URL", "https://app.example.com/{uid}/{token}");
    let key = ("ACTIVATION_URL", "https://app.example.com/{key}");
    let by_address = ("USERNAME_FIELD", "email");
    let (activation, verification) = (("SEND_ACTIVATION_EMAIL", "true"), ("ACCOUNT_EMAIL_VERIFICATION", "mandatory"));
    let both = ("ACCOUNTS", "djoser,dj-rest-auth");
    for given in [
        vec![("ACCOUNTS", "djoser"), activation, page, by_address],
        vec![("ACCOUNTS", "dj-rest-auth"), verification, key, by_address],
        vec![("ACCOUNTS", "dj-rest-auth"), ("ACCOUNT_LOGIN_METHODS", "email"), key],
        vec![both, activation, verification, page, by_address],
        vec![both, ("ACCOUNT_EMAIL_VERIFICATION", "optional"), page],
        vec![both, ("ACCOUNT_EMAIL_VERIFICATION", "none")],
    ] {
        Settings::of(&given).unwrap();
        for (name, variables) in BOTH.iter().flat_map(functions) {
            let is_told = |variable: &str| variables.get(variable).is_some_and(|value| value["Ref"] != "AWS::NoValue");
            let tables = [("USERS_TABLE", "users"), ("OUTBOX_TABLE", "outbox")];
            let told: Vec<_> = given.iter().chain(&tables).filter(|(variable, _)| is_told(variable)).collect();
            let told: Vec<(&str, &str)> = told.into_iter().copied().collect();
            if let Err(faults) = Settings::of(&told) {
                panic!("{name} does not start with {given:?}: {faults}");
            }
        }
    }
}

/// The settings of LEGACY and of dj-rest-auth are in no environment without them, whatever they are.
#[test]
fn the_settings_of_legacy_are_there_with_it_alone() {
    for (name, condition) in BOTH.iter().flat_map(|template| template.section("Conditions")) {
        if name.starts_with("Jwt") {
            let needed = &condition["Fn::And"][0];
            let packages = [json!("LegacyEnabled"), json!("RestAuthEnabled")];
            let both = packages.iter().all(|package| needed["Fn::Or"].to_string().contains(&package.to_string()));
            assert!(both || packages.contains(&needed["Condition"]), "{name}");
        }
    }
}

/// The functions by name, with their variables.
fn functions(template: &Template) -> impl Iterator<Item = (&str, &serde_json::Map<String, Value>)> {
    template.resources("AWS::Lambda::Function").map(|(name, function)| {
        let variables = function["Properties"]["Environment"]["Variables"].as_object().unwrap();
        (name.trim_end_matches("Function"), variables)
    })
}

/// How many bytes of JSON a value can have at most.
fn longest(template: &Template, value: &Value) -> usize {
    if let Some(choice) = value["Fn::If"].as_array() {
        return choice.iter().skip(1).map(|value| longest(template, value)).max().unwrap();
    }
    match value["Ref"].as_str() {
        Some("AWS::NoValue") => 0,
        Some("OrganizationsTable" | "OutboxTable" | "SessionsTable" | "UsersTable") => TABLE,
        Some(name) => longest_of(template.section("Parameters").find(|(known, _)| *known == name).unwrap()),
        None => SECRET,
    }
}

/// How many bytes of JSON a parameter can have: by its words, by its number, or by its pattern. A pattern allows nothing
/// that JSON escapes, or counts it.
fn longest_of((name, parameter): (&str, &Value)) -> usize {
    if let Some(words) = parameter["AllowedValues"].as_array() {
        return words.iter().filter_map(Value::as_str).map(str::len).max().unwrap();
    }
    if let Some(most) = parameter["MaxValue"].as_u64() {
        return most.to_string().len();
    }
    let most = parameter["MaxLength"].as_u64().unwrap_or(0);
    let pattern = parameter["AllowedPattern"].as_str().unwrap_or_default();
    let repeated = pattern.rsplit_once("{0,").and_then(|(_, rest)| rest.strip_suffix('}')?.parse::<u64>().ok());
    let most = usize::try_from(most + repeated.unwrap_or(0)).unwrap();
    assert!(most > 0, "{name} may be of any length: it needs an AllowedPattern that ends with {{0,LENGTH}}");
    most
}
