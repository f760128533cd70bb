//! `POST /api-token-impersonate/`

use crate::legacy::obtain::{app, token};
use serde_json::{Value, json};
use tests::{
    app::{NOT_PROVIDED, PASSWORD, TestApp, claims, text, user},
    wire::{Answer, Request},
};

const PATH: &str = "/api-token-impersonate/";

/// A app with a superuser, and the superuser's token.
async fn superuser(settings: &[(&str, &str)]) -> (TestApp, String) {
    let app = app("drf-jwt", settings).await;
    let mut root = user("3", "root", true);
    root.is_superuser = true;
    app.service.store.create_user(&root).await.unwrap();
    let answer = app.post("/api-token-auth/", json!({"username": "root", "password": PASSWORD})).await;
    let token = text(&answer, "token");
    (app, token)
}

async fn impersonate(app: &TestApp, token: &str, body: Value) -> Answer {
    app.send(Request::json(PATH, &body).header("Authorization", format!("Bearer {token}"))).await
}

#[tokio::test]
async fn describes_its_field_and_blacklist_does() {
    let (app, root) = superuser(&[]).await;
    for (path, field, kind) in [(PATH, "user", "field"), ("/api-token-blacklist/", "token", "string")] {
        let header = format!("Bearer {root}");
        let answer = app.send(Request::new("OPTIONS", path).header("Authorization", header)).await.json();
        assert_eq!(answer["actions"]["POST"][field]["type"], kind, "{answer}");
    }
}

#[tokio::test]
async fn gives_a_superuser_the_token_of_another() {
    let (app, root) = superuser(&[("JWT_IMPERSONATION_COOKIE", "as")]).await;
    let answer = impersonate(&app, &root, json!({"user": 1})).await;
    assert_eq!((answer.status, answer.json().as_object().unwrap().len()), (201, 1));
    let token = text(&answer, "token");
    assert_eq!(claims(&token)["username"], "alice");
    assert!(answer.header("set-cookie").unwrap().starts_with(&format!("as={token}; ")));
}

#[tokio::test]
async fn gives_nobody_else_anything() {
    let (app, _) = superuser(&[]).await;
    let alice = token(&app).await;
    let answer = impersonate(&app, &alice, json!({"user": 3})).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (403, r#"{"detail":"You do not have permission to perform this action."}"#)
    );
    assert_eq!(app.post(PATH, json!({"user": 3})).await.text(), NOT_PROVIDED);
}

#[tokio::test]
async fn names_what_is_wrong_with_the_other() {
    let (app, root) = superuser(&[]).await;
    for (body, expected) in [
        (json!({"user": 2}), r#"{"non_field_errors":["User account is disabled."]}"#),
        (json!({"user": 999}), r#"{"user":["Invalid pk \"999\" - object does not exist."]}"#),
        (json!({"user": "abc"}), r#"{"user":["Incorrect type. Expected pk value, received str."]}"#),
        (json!({}), r#"{"user":["This field is required."]}"#),
        (json!({"user": [1]}), r#"{"user":["Incorrect type. Expected pk value, received list."]}"#),
        (json!({"user": ""}), r#"{"user":["This field may not be null."]}"#),
        (json!({"user": null}), r#"{"user":["This field may not be null."]}"#),
    ] {
        let answer = impersonate(&app, &root, body).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, expected));
    }
}

#[tokio::test]
async fn is_drf_jwts_alone() {
    assert_eq!(app("jwt", &[]).await.post(PATH, json!({})).await.status, 404);
}
