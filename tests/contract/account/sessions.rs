//! `GET /api/sessions/` and `DELETE /api/sessions/`

use crate::app::{BLACKLISTED, HARDENED, NOT_PROVIDED, PASSWORD, TestApp, now, sid, text};
use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use serde_json::json;
use tests::wire::{Answer, Request};

async fn list(app: &TestApp, access: &str) -> Answer {
    app.send(Request::bearer("/api/sessions/", access)).await
}

async fn end(app: &TestApp, access: &str, query: &str) -> Answer {
    let request = Request::new("DELETE", &format!("/api/sessions/{query}"));
    app.send(request.header("Authorization", format!("Bearer {access}"))).await
}

#[tokio::test]
async fn lists_the_callers_sessions_and_says_which_is_theirs() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let body = json!({"username": "alice", "password": PASSWORD}).to_string();
    let elsewhere = Request::new("POST", "/api/token/").header("Content-Type", "application/json");
    app.send(elsewhere.header("User-Agent", "a phone").body(body)).await;
    let answer = list(&app, &access).await;
    let sessions = answer.json().as_array().unwrap().clone();
    assert_eq!((answer.status, sessions.len()), (200, 2));
    let mine = sessions.iter().find(|session| session["current"] == true).unwrap();
    assert_eq!(mine["id"], sid(&access));
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    assert_eq!((&other["user_agent"], &other["ip"]), (&json!("a phone"), &json!("127.0.0.1")));
    let names: Vec<&String> = other.as_object().unwrap().keys().collect();
    assert_eq!(names, ["id", "created_at", "last_used_at", "ip", "user_agent", "current"]);
}

#[tokio::test]
async fn writes_times_as_django_rest_framework_does() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let created = text_of(&list(&app, &access).await, "created_at");
    assert_eq!(created, DateTime::from_secs(now()).fmt(DateTimeFormat::DateTime).unwrap());
}

fn text_of(answer: &Answer, name: &str) -> String {
    answer.json()[0][name].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn says_when_a_session_was_last_refreshed() {
    let app = TestApp::hardened(&[]).await;
    let (refresh, _) = app.log_in().await;
    app.advance("90s");
    let access = text(&app.refresh(&refresh).await, "access");
    let answer = list(&app, &access).await;
    assert_eq!(answer.json().as_array().unwrap().len(), 1);
    let [created, used] = [now(), now() + 90].map(|at| DateTime::from_secs(at).fmt(DateTimeFormat::DateTime).unwrap());
    assert_eq!([text_of(&answer, "created_at"), text_of(&answer, "last_used_at")], [created, used]);
}

#[tokio::test]
async fn shows_nobody_elses_sessions_and_none_that_are_over() {
    let app = TestApp::plain().await;
    app.service.store.set_active("2", true, None).await.unwrap();
    let (refresh, _) = app.log_in().await;
    app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    app.post("/api/token/", json!({"username": "bob", "password": PASSWORD})).await;
    let (_, access) = app.log_in().await;
    let sessions = list(&app, &access).await.json();
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    assert_eq!(sessions[0]["id"], sid(&access));
}

#[tokio::test]
async fn rf_21_logs_out_everywhere_else() {
    for settings in [&HARDENED[..], &[]] {
        let app = TestApp::with(settings).await;
        let (refresh, access) = app.log_in().await;
        let (others_refresh, others_access) = app.log_in().await;
        let answer = end(&app, &access, "").await;
        assert_eq!((answer.status, answer.text().as_str(), answer.header("content-type")), (204, "", None));
        assert_eq!(app.refresh(&others_refresh).await.text(), BLACKLISTED);
        assert_eq!(list(&app, &access).await.json().as_array().unwrap().len(), 1);
        assert_eq!(app.hello(&access).await.status, 200);
        assert_eq!(app.refresh(&refresh).await.status, 200);
        let let_in_elsewhere = if settings.is_empty() { 200 } else { 401 };
        assert_eq!(app.hello(&others_access).await.status, let_in_elsewhere, "only SESSION_CHECK asks the store");
        app.log_in().await;
    }
}

#[tokio::test]
async fn rf_21_logs_out_everywhere_here_too() {
    let app = TestApp::hardened(&[]).await;
    let (refresh, access) = app.log_in().await;
    assert_eq!(end(&app, &access, "?all=true").await.status, 204);
    assert_eq!(app.refresh(&refresh).await.text(), BLACKLISTED);
    assert_eq!(app.hello(&access).await.text(), BLACKLISTED);
    let verified = app.post("/api/token/verify/", json!({"token": access})).await;
    assert_eq!((verified.status, verified.text().as_str()), (400, r#"{"non_field_errors":["Token is blacklisted"]}"#));
    let (refresh, _) = app.log_in().await;
    assert_eq!(app.refresh(&refresh).await.status, 200, "a new login works");
}

#[tokio::test]
async fn rf_21_a_session_that_was_logged_out_logs_out_nobody() {
    let app = TestApp::plain().await;
    let (refresh, access) = app.log_in().await;
    let (others, _) = app.log_in().await;
    app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    assert_eq!(end(&app, &access, "").await.text(), BLACKLISTED);
    assert_eq!(app.refresh(&others).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_21_leaves_one_session_of_all_that_log_each_other_out() {
    let app = TestApp::hardened(&[]).await;
    let mut tokens = Vec::new();
    for _ in 0..8 {
        tokens.push(app.log_in().await);
    }
    let app = std::sync::Arc::new(app);
    let racers: Vec<_> = tokens
        .iter()
        .cloned()
        .map(|(_, access)| {
            let app = std::sync::Arc::clone(&app);
            tokio::spawn(async move { end(&app, &access, "").await.status })
        })
        .collect();
    let mut won = Vec::new();
    for (racer, (_, access)) in racers.into_iter().zip(&tokens) {
        match racer.await.unwrap() {
            204 => won.push(access),
            status => assert_eq!(status, 401),
        }
    }
    let mut alive = Vec::new();
    for (_, access) in &tokens {
        if app.hello(access).await.status == 200 {
            alive.push(access);
        }
    }
    assert_eq!(alive.len(), 1);
    assert!(won.contains(&alive[0]));
}

#[tokio::test]
async fn asks_who_it_is() {
    let app = TestApp::plain().await;
    for method in ["GET", "DELETE", "OPTIONS"] {
        assert_eq!(app.send(Request::new(method, "/api/sessions/")).await.text(), NOT_PROVIDED, "{method}");
    }
    let (_, access) = app.log_in().await;
    let post = Request::new("POST", "/api/sessions/").header("Authorization", format!("Bearer {access}"));
    let answer = app.send(post).await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, DELETE, HEAD, OPTIONS")));
}
