//! What the log says: one event for each act, with ids and without names.

use crate::app::{PASSWORD, TestApp, sid, text};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};
use tests::{
    events::{heard, listen},
    wire::{Answer, Request},
};

const NEW: &str = "walrus on stilts";

/// The one event of this name about this session.
fn once(event: &str, token: &str) -> Value {
    let told = heard(event, "session", &sid(token));
    assert_eq!(told.len(), 1, "{event}: {told:?}");
    assert!(told[0]["at"].is_i64() && told[0]["ip"] == "127.0.0.1" && told[0]["user_id"] == "1", "{told:?}");
    told[0].clone()
}

async fn hardened() -> TestApp {
    listen();
    TestApp::hardened(&[("MAX_SESSIONS_PER_USER", "2")]).await
}

async fn guarded(stage: &TestApp, request: Request, access: &str) -> Answer {
    stage.send(request.header("Authorization", format!("Bearer {access}"))).await
}

#[tokio::test]
async fn a_session_is_told_from_its_beginning_to_its_end() {
    let stage = hardened().await;
    let (token, _) = stage.log_in().await;
    once("login", &token);
    let next = text(&stage.refresh(&token).await, "refresh");
    once("refreshed", &token);
    stage.post("/api/token/blacklist/", json!({"refresh": next})).await;
    once("logout", &token);
    stage.refresh(&next).await;
    assert_eq!(once("refresh_refused", &token)["detail"], "Token is blacklisted");
}

#[tokio::test]
async fn a_use_of_the_grace_is_told_with_its_cause() {
    let stage = hardened().await;
    let (twice, _) = stage.log_in().await;
    let (lost, _) = stage.log_in().await;
    for (token, pause, cause) in [(&twice, "0s", "at_once"), (&lost, "3s", "answer_lost")] {
        let first = stage.refresh(token).await;
        assert!(heard("refresh_grace_used", "session", &sid(token)).is_empty());
        stage.advance(pause);
        assert_eq!(stage.refresh(token).await.text(), first.text());
        assert_eq!(once("refresh_grace_used", token)["cause"], cause);
    }
}

#[tokio::test]
async fn a_session_that_makes_room_or_is_ended_by_its_user_is_told() {
    let stage = hardened().await;
    let (first, _) = stage.log_in().await;
    stage.advance("1s");
    let (second, _) = stage.log_in().await;
    let (third, access) = stage.log_in().await;
    once("session_displaced", &first);
    let end = Request::new("DELETE", &format!("/api/sessions/{}/", sid(&second)));
    assert_eq!(guarded(&stage, end, &access).await.status, 204);
    once("session_ended", &second);
    assert_eq!(guarded(&stage, Request::new("DELETE", "/api/sessions/"), &access).await.status, 204);
    assert_eq!(heard("sessions_ended", "kept", &sid(&third)).len(), 1);
}

#[tokio::test]
async fn a_password_that_is_changed_is_told_and_one_that_is_wrong() {
    let stage = hardened().await;
    let (token, access) = stage.log_in().await;
    for old in ["wrong", PASSWORD] {
        let form = json!({"old_password": old, "new_password": NEW});
        guarded(&stage, Request::json("/api/user/password/", &form), &access).await;
    }
    once("password_refused", &token);
    once("password_set", &token);
}

#[tokio::test]
async fn a_sliding_token_is_told_like_the_others() {
    listen();
    let stage = TestApp::plain().await;
    let login = stage.post("/api/token/sliding/", json!({"username": "alice", "password": PASSWORD})).await;
    let token = text(&login, "token");
    stage.post("/api/token/sliding/refresh/", json!({"token": token})).await;
    once("login", &token);
    once("refreshed", &token);
}

#[tokio::test]
async fn whoever_fails_is_told_by_a_name_that_cannot_be_read() {
    listen();
    let stage = TestApp::with(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES", "1")]).await;
    for _ in 0..2 {
        stage.post("/api/token/", json!({"username": "Somebody Unheard Of", "password": "x"})).await;
    }
    let hash = digest(&SHA256, b"somebody unheard of");
    let masked: String = hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let (failed, throttled) = (heard("login_failed", "name", &masked), heard("login_throttled", "name", &masked));
    assert_eq!((failed.len(), throttled.len()), (1, 1));
    assert_eq!(throttled[0]["wait"], 1_800);
    assert!(!format!("{failed:?}{throttled:?}").to_lowercase().contains("somebody"));
}
