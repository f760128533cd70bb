//! The defaults, as every Django client knows them.

use crate::cloud::{Stack, is, member};
use serde_json::json;
use tests::wire::Request;

const BLACKLISTED: &str = r#"{"detail":"Token is blacklisted","code":"token_not_valid"}"#;
const NO_ACCOUNT: &str = r#"{"detail":"No active account found with the given credentials"}"#;

pub(crate) async fn a_login_lives_and_ends(stack: &Stack) {
    for path in ["/api/token", "/api/token/"] {
        is(&stack.post(path, json!({"username": "ada", "password": "wrong"})).await, 401, NO_ACCOUNT);
    }
    let (access, refresh) = stack.log_in().await;
    is(&stack.greet(&access).await, 200, r#"{"message":"Hello, Ada!"}"#);
    let renewed = member(&stack.post("/api/token/refresh/", json!({"refresh": refresh})).await, "access");
    is(&stack.greet(&renewed).await, 200, r#"{"message":"Hello, Ada!"}"#);
    is(&stack.post("/api/token/verify/", json!({"token": refresh})).await, 200, "{}");
    is(&stack.post("/api/token/blacklist/", json!({"refresh": refresh})).await, 200, "{}");
    is(&stack.post("/api/token/refresh/", json!({"refresh": refresh})).await, 401, BLACKLISTED);
}

pub(crate) async fn the_gateway_refuses_in_the_words_of_drf(stack: &Stack) {
    let (access, _) = stack.log_in().await;
    let changed = stack.greet(&swapped(&access)).await;
    // The body is the authorizer's, which MiniStack does not put in; the local gateway's test does.
    assert_eq!(changed.status, 401);
    assert_eq!(changed.header("www-authenticate"), Some(r#"Bearer realm="api", error="invalid_token""#));
    assert_eq!(changed.header("cache-control"), Some("no-store"));

    let silent = stack.send(Request::new("GET", &stack.at("/api/hello/"))).await;
    is(&silent, 401, r#"{"detail":"Authentication credentials were not provided."}"#);
    assert_eq!(silent.header("www-authenticate"), Some(r#"Bearer realm="api""#));

    let method = stack.send(Request::new("GET", &stack.at("/api/token/"))).await;
    is(&method, 405, r#"{"detail":"Method \"GET\" not allowed."}"#);
    assert_eq!(method.header("allow"), Some("POST, OPTIONS"));
    is(&stack.send(Request::new("GET", &stack.at("/api/nope/"))).await, 404, r#"{"detail":"Not found."}"#);
}

pub(crate) async fn bodies_arrive_as_they_were_sent(stack: &Stack) {
    let form = Request::new("POST", &stack.at("/api/token/"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("username=ada&password=wrong");
    is(&stack.send(form).await, 401, NO_ACCOUNT);
    let torn = Request::new("POST", &stack.at("/api/token/"))
        .header("Content-Type", "application/json")
        .body(b"{\"username\":\"\xff\xfe\"}");
    assert_eq!(stack.send(torn).await.status, 400);
    let large = stack.post("/api/token/", json!({"username": "x".repeat(70_000)})).await;
    assert_eq!(large.status, 413, "{}", large.text());
}

pub(crate) async fn the_sliding_token_has_its_own_paths(stack: &Stack) {
    let ada = json!({"username": "ada", "password": "correct horse battery staple"});
    let token = member(&stack.post("/api/token/sliding/", ada).await, "token");
    member(&stack.post("/api/token/sliding/refresh/", json!({"token": token})).await, "token");
}

/// The token with another last character of its payload.
fn swapped(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (kept, last) = signed.split_at(signed.len() - 1);
    let other = if last == "Q" { "g" } else { "Q" };
    format!("{kept}{other}.{signature}")
}
