//! `POST /api/token/verify/`

use crate::app::{INVALID, TestApp, claims, forged, now, tampered, text};
use serde_json::json;
use tests::{claims::Claims, wire::Answer};

const BLACKLISTED: &str = r#"{"non_field_errors":["Token is blacklisted"]}"#;

async fn verify(stage: &TestApp, token: &str) -> Answer {
    stage.post("/api/token/verify/", json!({"token": token})).await
}

#[tokio::test]
async fn ct_26_says_nothing_of_a_good_token() {
    let stage = TestApp::plain().await;
    let (refresh, access) = stage.log_in().await;
    for token in [refresh, access] {
        let answer = verify(&stage, &token).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    }
}

#[tokio::test]
async fn refuses_a_changed_one() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    let answer = verify(&stage, &tampered(&access)).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, INVALID));
}

#[tokio::test]
async fn tells_a_blacklisted_token_with_blacklist_after_rotation() {
    let stage = TestApp::with(&[("BLACKLIST_AFTER_ROTATION", "true")]).await;
    let (refresh, access) = stage.log_in().await;
    stage.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    let answer = verify(&stage, &refresh).await;
    assert_eq!((answer.status, answer.text().as_str()), (400, BLACKLISTED));
    assert_eq!(verify(&stage, &access).await.status, 200, "an access token lives until it expires");
}

#[tokio::test]
async fn looks_at_the_id_alone_whatever_type_bears_it() {
    let stage = TestApp::with(&[("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")]).await;
    let (refresh, _) = stage.log_in().await;
    let bears = |refresh: &str| {
        let (id, user) = (claims(refresh)["jti"].clone(), "1");
        Claims::access().with("jti", id).with("user_id", user).sign()
    };
    assert_eq!(verify(&stage, &bears(&refresh)).await.status, 200);
    let next = text(&stage.refresh(&refresh).await, "refresh");
    assert_eq!(verify(&stage, &bears(&refresh)).await.text(), BLACKLISTED, "rotated away");
    stage.post("/api/token/blacklist/", json!({"refresh": next})).await;
    assert_eq!(verify(&stage, &bears(&next)).await.text(), BLACKLISTED, "logged out");
}

#[tokio::test]
async fn does_not_ask_the_store_by_default() {
    let stage = TestApp::plain().await;
    let (refresh, _) = stage.log_in().await;
    stage.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    assert_eq!(verify(&stage, &refresh).await.status, 200);
}

#[tokio::test]
async fn bl_11_holds_every_token_against_session_and_user_in_profile_hardened() {
    let stage = TestApp::hardened(&[]).await;
    let (refresh, access) = stage.log_in().await;
    assert_eq!(verify(&stage, &access).await.status, 200);
    stage.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    assert_eq!(verify(&stage, &access).await.text(), BLACKLISTED);
    let (_, access) = stage.log_in().await;
    stage.service.store.set_active("1", false, None).await.unwrap();
    let inactive = r#"{"detail":"User is inactive","code":"user_inactive"}"#;
    assert_eq!(verify(&stage, &access).await.text(), inactive);
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
