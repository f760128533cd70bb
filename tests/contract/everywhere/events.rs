//! What the log says: one event for each act, with ids and without names.

use crate::app::{PASSWORD, TestApp, sid, text, user};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};
use store::User;
use tests::{
    accounts::{GOOD, access, activating, djoser, link, post, register, send_as},
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

async fn guarded(app: &TestApp, request: Request, access: &str) -> Answer {
    app.send(request.header("Authorization", format!("Bearer {access}"))).await
}

#[tokio::test]
async fn a_session_is_told_from_its_beginning_to_its_end() {
    let app = hardened().await;
    let (token, _) = app.log_in().await;
    once("login", &token);
    let next = text(&app.refresh(&token).await, "refresh");
    once("refreshed", &token);
    app.post("/api/token/blacklist/", json!({"refresh": next})).await;
    once("logout", &token);
    app.refresh(&next).await;
    assert_eq!(once("refresh_refused", &token)["detail"], "Token is blacklisted");
}

#[tokio::test]
async fn a_use_of_the_grace_is_told_with_its_cause() {
    let app = hardened().await;
    let (twice, _) = app.log_in().await;
    let (lost, _) = app.log_in().await;
    for (token, pause, cause) in [(&twice, "0s", "at_once"), (&lost, "3s", "answer_lost")] {
        let first = app.refresh(token).await;
        assert!(heard("refresh_grace_used", "session", &sid(token)).is_empty());
        app.advance(pause);
        assert_eq!(app.refresh(token).await.text(), first.text());
        assert_eq!(once("refresh_grace_used", token)["cause"], cause);
    }
}

#[tokio::test]
async fn a_session_that_makes_room_or_is_ended_by_its_user_is_told() {
    let app = hardened().await;
    let (first, _) = app.log_in().await;
    app.advance("1s");
    let (second, _) = app.log_in().await;
    let (third, access) = app.log_in().await;
    once("session_displaced", &first);
    let end = Request::new("DELETE", &format!("/api/sessions/{}/", sid(&second)));
    assert_eq!(guarded(&app, end, &access).await.status, 204);
    once("session_ended", &second);
    assert_eq!(guarded(&app, Request::new("DELETE", "/api/sessions/"), &access).await.status, 204);
    assert_eq!(heard("sessions_ended", "kept", &sid(&third)).len(), 1);
}

#[tokio::test]
async fn a_password_that_is_changed_is_told_and_one_that_is_wrong() {
    let app = hardened().await;
    let (token, access) = app.log_in().await;
    for old in ["wrong", PASSWORD] {
        let form = json!({"old_password": old, "new_password": NEW});
        guarded(&app, Request::json("/api/user/password/", &form), &access).await;
    }
    once("password_refused", &token);
    once("password_set", &token);
}

#[tokio::test]
async fn a_sliding_token_is_told_like_the_others() {
    listen();
    let app = TestApp::plain().await;
    let login = app.post("/api/token/sliding/", json!({"username": "alice", "password": PASSWORD})).await;
    let token = text(&login, "token");
    app.post("/api/token/sliding/refresh/", json!({"token": token})).await;
    once("login", &token);
    once("refreshed", &token);
}

#[tokio::test]
async fn an_account_is_told_from_its_beginning_to_its_end() {
    listen();
    let app = activating().await;
    register(&app, "newuser", "new@example.com").await;
    let id = app.service.store.user_named("newuser").await.unwrap().unwrap().id;
    let (uid, token) = link(&app).await;
    assert_eq!(post(&app, "activation/", json!({"uid": uid, "token": token})).await.status, 204);
    let own = access(&app, "newuser", GOOD).await;
    let end = Request::new("DELETE", "/auth/users/me/").header("Content-Type", "application/json");
    let end = end.body(json!({"current_password": GOOD}).to_string());
    assert_eq!(send_as(&app, &own, end).await.status, 204);
    for event in ["account_created", "address_confirmed", "account_deleted"] {
        assert_eq!(heard(event, "user_id", &id).len(), 1, "{event}");
    }
}

#[tokio::test]
async fn fields_that_a_user_writes_are_told() {
    listen();
    let app = TestApp::with(&[("USER_WRITABLE_ATTRIBUTES", "phone")]).await;
    app.service.store.create_user(&user("of-a-phone", "carol", true)).await.unwrap();
    let login = app.post("/api/token/", json!({"username": "carol", "password": PASSWORD})).await;
    let edit = Request::new("PATCH", "/api/user/").header("Content-Type", "application/json");
    let edit = edit.body(json!({"phone": "0171"}).to_string());
    assert_eq!(guarded(&app, edit, &text(&login, "access")).await.status, 200);
    let told = heard("user_edited", "user_id", "of-a-phone");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["fields"], "phone");
}

#[tokio::test]
async fn too_many_mails_are_told() {
    listen();
    let app = djoser(&[]).await;
    for _ in 0..6 {
        post(&app, "reset_password/", json!({"email": "nobody@example.com"})).await;
    }
    assert!(!heard("mails_bounded", "ip", "127.0.0.1").is_empty());
}

#[tokio::test]
async fn claims_that_no_request_could_carry_are_told() {
    listen();
    let app = TestApp::with(&[("TOKEN_CLAIMS", "username,groups")]).await;
    let groups = (0..200).map(|number| format!("department-{number:04}-readers-and-writers")).collect();
    let many = User { groups, ..user("of-many-groups", "carol", true) };
    app.service.store.create_user(&many).await.unwrap();
    assert_eq!(app.post("/api/token/", json!({"username": "carol", "password": PASSWORD})).await.status, 200);
    let told = heard("claims_left_out", "user_id", "of-many-groups");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["claims"], "groups");
}

#[tokio::test]
async fn whoever_fails_is_told_by_a_name_that_cannot_be_read() {
    listen();
    let app = TestApp::with(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES", "1")]).await;
    for _ in 0..2 {
        app.post("/api/token/", json!({"username": "Somebody Unheard Of", "password": "x"})).await;
    }
    let hash = digest(&SHA256, b"somebody unheard of");
    let masked: String = hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let (failed, throttled) = (heard("login_failed", "name", &masked), heard("login_throttled", "name", &masked));
    assert_eq!((failed.len(), throttled.len()), (1, 1));
    assert_eq!(throttled[0]["wait"], 1_800);
    assert!(!format!("{failed:?}{throttled:?}").to_lowercase().contains("somebody"));
}
