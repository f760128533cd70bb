//! Behind an HTTP API: the same answers, but for what is refused before a function is asked.

use crate::cloud::{Stack, is};
use serde_json::json;
use tests::wire::{Answer, Request};

const NO_ACCOUNT: &str = r#"{"detail":"No active account found with the given credentials"}"#;

/// Payload 2.0 of events and of the authorizer, which answers yes or no.
pub(crate) async fn the_gateway_refuses_in_its_own_words(stack: &Stack) {
    let (access, refresh) = stack.log_in().await;
    is(&stack.greet(&access).await, 200, r#"{"message":"Hello, Ada!"}"#);
    let said = |answer: Answer| (answer.status, answer.json());
    let (silent, unknown) = ["/api/hello/", "/nope/"].map(|path| Request::new("GET", &stack.at(path))).into();
    assert_eq!(said(stack.greet(&refresh).await), (403, json!({"message": "Forbidden"})));
    assert_eq!(said(stack.send(silent).await), (401, json!({"message": "Unauthorized"})));
    assert_eq!(said(stack.send(unknown).await), (404, json!({"message": "Not Found"})));
}

/// A route that goes on behind the slash leads there, too, but to nothing.
pub(crate) async fn nothing_lies_below_a_path(stack: &Stack) {
    for path in ["/api/token/nope", "/api/token/nope/", "/api/token/verify/nope"] {
        is(&stack.post(path, json!({"username": "ada"})).await, 404, r#"{"detail":"Not found."}"#);
    }
}

/// What is neither text nor JSON arrives as base64.
pub(crate) async fn forms_arrive_as_they_were_sent(stack: &Stack) {
    let form = Request::new("POST", &stack.at("/api/token/?format=json"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("username=ada&password=wrong");
    is(&stack.send(form).await, 401, NO_ACCOUNT);
}

pub(crate) async fn a_session_is_found_by_its_path(stack: &Stack) {
    let (access, _) = stack.log_in().await;
    let end = |id: &str| {
        Request::new("DELETE", &stack.at(&format!("/api/sessions/{id}/")))
            .header("Authorization", format!("Bearer {access}"))
    };
    let listed = stack.send(Request::bearer(&stack.at("/api/sessions/"), &access)).await.json();
    let id = listed.pointer("/0/id").unwrap().as_str().unwrap().to_owned();
    assert_eq!(stack.send(end(&id)).await.status, 204);
    assert_eq!(stack.send(end("0123456789ab4def")).await.status, 404);
}
