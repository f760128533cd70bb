//! The sample of a function of one's own: it learns from the authorizer alone whose call it is.
#![expect(clippy::indexing_slicing, reason = "a test stops where an answer is another")]

use crate::cloud::{Stack, is};
use serde_json::{Value, json};
use tests::wire::{Answer, Request};

const NOT_FOUND: &str = r#"{"detail":"Not found."}"#;
const TAKEN: &str = r#"{"name":["organization with this name already exists."]}"#;

pub(crate) async fn an_organization_comes_and_goes(stack: &Stack) {
    let (access, _) = stack.log_in().await;
    let added = ask(stack, &access, "POST", "/api/organizations/", json!({"name": "Acme"})).await;
    assert_eq!((added.status, &added.json()["message"]), (201, &json!("Organization Added !")), "{}", added.text());
    is(&ask(stack, &access, "POST", "/api/organizations", json!({"name": "ACME"})).await, 400, TAKEN);
    let listed = ask(stack, &access, "GET", "/api/organizations/?search=ac&page_size=5", Value::Null).await;
    assert_eq!(listed.json(), json!({"next": null, "results": [added.json()["data"]]}));
    let named = ask(stack, &access, "GET", "/api/organizations/?name=acme", Value::Null).await;
    assert_eq!(named.json()["results"], listed.json()["results"]);

    let path = format!("/api/organizations/{}/", added.json()["data"]["id"].as_str().unwrap());
    let renamed = ask(stack, &access, "PATCH", &path, json!({"name": "Apex"})).await;
    assert_eq!((renamed.status, &renamed.json()["name"]), (200, &json!("Apex")), "{}", renamed.text());
    is(&ask(stack, &access, "GET", &path, Value::Null).await, 200, &renamed.text());
    is(&ask(stack, &access, "DELETE", &path, Value::Null).await, 204, "");
    is(&ask(stack, &access, "GET", &path, Value::Null).await, 404, NOT_FOUND);
    let silent = stack.send(Request::new("GET", &stack.at("/api/organizations/"))).await;
    assert_eq!(silent.status, 401, "{}", silent.text());
}

async fn ask(stack: &Stack, access: &str, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::new(method, &stack.at(path)).header("Authorization", format!("Bearer {access}"));
    let request = if body.is_null() {
        request
    } else {
        request.header("Content-Type", "application/json").body(body.to_string())
    };
    stack.send(request).await
}
