//! `POST /api/token/verify/`

use crate::app::{INVALID, TestApp, claims, forged, now, tampered, text};
use serde_json::json;
use tests::{claims::Claims, wire::Answer};

const BLACKLISTED: &str = r#"{"non_field_errors":["Token is blacklisted"]}"#;

async fn verify(app: &TestApp, token: &str) -> Answer {
    app.post("/api/token/verify/", json!({"token": token})).await
}

#[tokio::test]
async fn ct_26_says_nothing_of_a_good_token() {
    let app = TestApp::plain().await;
    let (refresh, access) = app.log_in().await;
    for token in [refresh, access] {
        let answer = verify(&app, &token).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    }
}

#[tokio::test]
async fn refuses_a_changed_one() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let answer = verify(&app, &tampered(&access)).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, INVALID));
}

#[tokio::test]
async fn tells_a_blacklisted_token_with_blacklist_after_rotation() {
    let app = TestApp::with(&[("BLACKLIST_AFTER_ROTATION", "true")]).await;
    let (refresh, access) = app.log_in().await;
    app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    let answer = verify(&app, &refresh).await;
    assert_eq!((answer.status, answer.text().as_str()), (400, BLACKLISTED));
    assert_eq!(verify(&app, &access).await.status, 200, "an access token lives until it expires");
}

#[tokio::test]
async fn looks_at_the_id_alone_whatever_type_bears_it() {
    let app = TestApp::with(&[("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")]).await;
    let (refresh, _) = app.log_in().await;
    let bears = |refresh: &str| {
        let (id, user) = (claims(refresh)["jti"].clone(), "1");
        Claims::access().with("jti", id).with("user_id", user).sign()
    };
    assert_eq!(verify(&app, &bears(&refresh)).await.status, 200);
    let next = text(&app.refresh(&refresh).await, "refresh");
    assert_eq!(verify(&app, &bears(&refresh)).await.text(), BLACKLISTED, "rotated away");
    app.post("/api/token/blacklist/", json!({"refresh": next})).await;
    assert_eq!(verify(&app, &bears(&next)).await.text(), BLACKLISTED, "logged out");
}

#[tokio::test]
async fn does_not_ask_the_store_by_default() {
    let app = TestApp::plain().await;
    let (refresh, _) = app.log_in().await;
    app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    assert_eq!(verify(&app, &refresh).await.status, 200);
}

#[tokio::test]
async fn bl_11_holds_every_token_against_session_and_user_in_profile_hardened() {
    let app = TestApp::hardened(&[]).await;
    let (refresh, access) = app.log_in().await;
    assert_eq!(verify(&app, &access).await.status, 200);
    app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    assert_eq!(verify(&app, &access).await.text(), BLACKLISTED);
    let (_, access) = app.log_in().await;
    app.service.store.set_active("1", false, None).await.unwrap();
    let inactive = r#"{"detail":"User is inactive","code":"user_inactive"}"#;
    assert_eq!(verify(&app, &access).await.text(), inactive);
}

#[tokio::test]
async fn needs_a_type() {
    let token = forged(json!({"exp": now() + 60, "iat": now(), "jti": "x", "user_id": "1"}));
    let answer = verify(&TestApp::plain().await, &token).await;
    assert_eq!(answer.text(), r#"{"detail":"Token has no type","code":"token_not_valid"}"#);
}

#[tokio::test]
async fn cl_07_refuses_a_life_longer_than_any_we_give() {
    let token = Claims::access().with("exp", now() + 11 * 365 * 86_400).sign();
    let answer = verify(&TestApp::plain().await, &token).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, INVALID));
}
