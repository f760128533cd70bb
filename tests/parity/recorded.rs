//! What the recorder wrote down: cases, users and throw-away keys.

use serde_json::Value;
use std::{fs, path::PathBuf};

/// The HMAC secret that every recording used unless its settings say otherwise.
pub(crate) const SECRET_KEY: &str = "golden-secret-key-0123456789abcdefghijklmnopqrstuvwxyz-0123456789ABCDEF";

/// One recorded answer, with the request that led to it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The name of the case, unique in its file.
    pub(crate) id: String,
    /// The group that it is counted in.
    pub(crate) group: String,
    /// The name of its settings.
    pub(crate) variant: String,
    /// The package that answered.
    pub(crate) package: String,
    /// What its settings change against the package's defaults.
    pub(crate) settings: Value,
    /// The steps that lead to the request.
    pub(crate) setup: Vec<Value>,
    /// The request itself.
    pub(crate) request: Value,
    /// Algorithm and key that must verify every token of the answer.
    pub(crate) verify: Value,
    /// The answer, with placeholders for what changes from run to run.
    pub(crate) response: Value,
    /// What the request did to stored state.
    pub(crate) effects: Value,
    /// Whether it is about accounts.
    pub(crate) accounts: bool,
    /// Whether a token of the answer may be one of the request's.
    pub(crate) echoes: bool,
    /// Whether the message is Python's own, from one version to the next another.
    pub(crate) python_text: bool,
}

/// Every case of a recorded file, in its order.
pub(crate) fn cases(file: &str) -> Vec<Case> {
    text(file)
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| case(&serde_json::from_str(line).unwrap()))
        .collect()
}

/// The users that stood in the original's database.
pub(crate) fn users() -> Vec<Value> {
    let fixtures: Value = serde_json::from_str(&text("fixtures.json")).unwrap();
    fixtures["users"].as_array().unwrap().clone()
}

/// The text of a key as the recordings name it: `"secret"`, `{"secret": …}` or `{"file": …}`.
pub(crate) fn key(named: &Value) -> String {
    match (named["secret"].as_str(), named["file"].as_str()) {
        (Some(secret), _) => secret.to_owned(),
        (_, Some(file)) => text(file),
        _ => SECRET_KEY.to_owned(),
    }
}

/// A recorded file as text.
pub(crate) fn text(file: &str) -> String {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "parity", "recorded"].iter().collect();
    fs::read_to_string(folder.join(file)).unwrap()
}

/// The case of a line; what the line does not say is nothing.
pub(crate) fn case(line: &Value) -> Case {
    let named = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    Case {
        id: named("id"),
        group: named("group"),
        variant: named("variant"),
        package: named("package"),
        settings: line["settings"].clone(),
        setup: line["setup"].as_array().cloned().unwrap_or_default(),
        request: line["request"].clone(),
        verify: line["verify"].clone(),
        response: line["response"].clone(),
        effects: line["effects"].clone(),
        accounts: line["accounts"].as_bool().unwrap_or_default(),
        echoes: line["echo"].as_bool().unwrap_or_default(),
        python_text: line["python_text"].as_bool().unwrap_or_default(),
    }
}
