//! The endpoints before Simple JWT, beside the others.

use crate::cloud::{Stack, is};
use serde_json::{Value, json};
use tests::wire::{Answer, Request};

const ADA: &str = r#"{"message":"Hello, Ada!"}"#;

/// A token and the one that came after it.
pub(crate) async fn a_legacy_token_is_good_by_header_and_cookie(stack: &Stack) -> (String, String) {
    let token = token(&stack.post("/api-token-auth/", ada()).await);
    assert_eq!(stack.post("/api-token-verify/", json!({"token": token})).await.status, 201);
    let renewed = self::token(&stack.post("/api-token-refresh/", json!({"token": token})).await);
    let path = stack.at("/api/jwt-auth/");
    is(&stack.send(Request::bearer(&path, &renewed)).await, 200, ADA);
    let by_cookie = Request::new("GET", &path).header("Cookie", format!("jwt={renewed}"));
    is(&stack.send(by_cookie).await, 200, ADA);
    // Through the authorizer, which guards the others.
    is(&stack.greet(&renewed).await, 200, ADA);
    (token, renewed)
}

pub(crate) async fn a_legacy_token_lives_and_ends(stack: &Stack) {
    let (token, renewed) = a_legacy_token_is_good_by_header_and_cookie(stack).await;
    let path = stack.at("/api/jwt-auth/");
    let ending = Request::json(&stack.at("/api-token-blacklist/"), &json!({"token": token}));
    let ended = stack.send(ending.header("Authorization", format!("Bearer {renewed}"))).await;
    assert_eq!(ended.status, 201, "{}", ended.text());
    is(&stack.send(Request::bearer(&path, &renewed)).await, 403, r#"{"detail":"Token is blacklisted."}"#);
    assert_eq!(stack.greet(&token).await.status, 401);
}

pub(crate) async fn a_superuser_is_needed_to_be_another(stack: &Stack) {
    let token = token(&stack.post("/api-token-auth/", ada()).await);
    let request = Request::json(&stack.at("/api-token-impersonate/"), &json!({"user": 1}));
    let answer = stack.send(request.header("Authorization", format!("Bearer {token}"))).await;
    is(&answer, 403, r#"{"detail":"You do not have permission to perform this action."}"#);
}

fn ada() -> Value {
    json!({"username": "ada", "password": "correct horse battery staple"})
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json().get("token").and_then(Value::as_str).unwrap().to_owned()
}
