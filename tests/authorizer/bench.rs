//! What every test here stands on: the events, one key, and a decision.

use api::authorizer::{self, Decision};
use serde_json::{Value, json};
use settings::Settings;
use tests::app::{self, SECRET};
use token::{Algorithm, Key, KeySet};

/// A kind of API: what to call it, its event, and the settings without which it does not work.
pub(crate) type Shape = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Every kind of API.
pub(crate) const SHAPES: [Shape; 9] = [
    ("rest_token", include_str!("events/rest_token.json"), &[]),
    ("rest_request", include_str!("events/rest_request.json"), &[]),
    ("http_1_0", include_str!("events/http_1_0.json"), &[]),
    ("http_2_0 simple", include_str!("events/http_2_0.json"), &[]),
    ("http_2_0 policy", include_str!("events/http_2_0.json"), &[("AUTHORIZER_RESPONSE", "policy")]),
    ("websocket header", include_str!("events/websocket_header.json"), &[]),
    ("websocket query", include_str!("events/websocket_query.json"), &[("WEBSOCKET_TOKEN", "query")]),
    ("websocket subprotocol", include_str!("events/websocket_subprotocol.json"), &[("WEBSOCKET_TOKEN", "subprotocol")]),
    ("appsync", include_str!("events/appsync.json"), &[]),
];

/// The time at which every test takes place, in Unix seconds.
pub(crate) const NOW: i64 = 1_795_341_600;

/// The session in [`claims`].
pub(crate) const SESSION: &str = "0123456789ab4cde";

/// The claims of alice's access token.
pub(crate) fn claims() -> Value {
    json!({
        "token_type": "access", "exp": NOW + 300, "iat": NOW,
        "jti": format!("{SESSION}8f0123456789abcd"), "user_id": "1",
    })
}

/// Alice's access token with further claims, or others.
pub(crate) fn token(changes: Value) -> String {
    let mut claims = claims();
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    app::forged(claims)
}

/// An event with this token in it.
pub(crate) fn event(text: &str, token: &str) -> Value {
    serde_json::from_str(&text.replace("{token}", token)).unwrap()
}

/// An event whose header has this value, whatever kind of API sends it.
pub(crate) fn headed(text: &str, header: &str) -> Value {
    let header = json!(header).to_string();
    serde_json::from_str(&text.replace("\"Bearer {token}\"", &header).replace("\"{token}\"", &header)).unwrap()
}

/// The settings of these variables, signed with the app's secret.
pub(crate) fn settings(variables: &[(&str, &str)]) -> Settings {
    let all = [variables, &[("ALGORITHM", "HS256"), ("SIGNING_KEY", SECRET)]].concat();
    Settings::of(&all).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The key of the app.
pub(crate) fn keys() -> KeySet {
    KeySet::new(vec![Key::hmac(None, Algorithm::HS256, SECRET.as_bytes()).unwrap()]).unwrap()
}

/// What the authorizer without a store makes of an event; `None` for what it does not know.
pub(crate) fn decide(event: &Value, variables: &[(&str, &str)]) -> Option<Decision> {
    let settings = settings(variables);
    authorizer::decide(event, &keys(), &settings, &settings.rules(), NOW).ok()
}

/// The answer of the authorizer without a store.
pub(crate) fn answer(event: &Value, variables: &[(&str, &str)]) -> Value {
    decide(event, variables).expect("an event").render().expect("a decision")
}

/// Whether an answer of any shape lets in.
pub(crate) fn is_allowed(answer: &Value) -> bool {
    answer["isAuthorized"] == true || answer.pointer("/policyDocument/Statement/0/Effect") == Some(&json!("Allow"))
}

/// What an answer of any shape tells the function behind.
pub(crate) fn context(answer: &Value) -> &serde_json::Map<String, Value> {
    answer.get("context").or_else(|| answer.get("resolverContext")).and_then(Value::as_object).expect("a context")
}
