//! `POST /api/token/sliding/`

use crate::app::{NO_ACCOUNT, PASSWORD, TestApp, claims, now, text};
use serde_json::json;

#[tokio::test]
async fn answers_one_token() {
    let app = TestApp::with(&[("AUTH_TOKEN_CLASSES", "SlidingToken")]).await;
    let answer = app.post("/api/token/sliding/", json!({"username": "alice", "password": PASSWORD})).await;
    assert_eq!(answer.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["token"]);
    let token = text(&answer, "token");
    let claims = claims(&token);
    assert_eq!(claims.keys().collect::<Vec<_>>(), ["token_type", "exp", "iat", "jti", "refresh_exp", "user_id"]);
    assert_eq!([&claims["exp"], &claims["refresh_exp"]], [&json!(now() + 300), &json!(now() + 86_400)]);
    assert_eq!(app.hello(&token).await.status, 200);
}

#[tokio::test]
async fn refuses_a_wrong_password() {
    let answer =
        TestApp::plain().await.post("/api/token/sliding/", json!({"username": "alice", "password": "x"})).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, NO_ACCOUNT));
}

#[tokio::test]
async fn stands_in_for_the_pair_where_the_settings_say_so() {
    let app = TestApp::with(&[("TOKEN_ENDPOINTS", "sliding")]).await;
    let answer = app.post("/api/token/", json!({"username": "alice", "password": PASSWORD})).await;
    assert_eq!(claims(&text(&answer, "token"))["token_type"], "sliding");
}
