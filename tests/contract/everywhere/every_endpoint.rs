//! What holds on every path: methods, media types, sizes, headers.

use crate::app::TestApp;
use serde_json::{Value, json};
use tests::wire::{self, Request};

const OPEN: [&str; 6] = [
    "/api/token/",
    "/api/token/refresh/",
    "/api/token/verify/",
    "/api/token/blacklist/",
    "/api/token/sliding/",
    "/api/token/sliding/refresh/",
];

#[tokio::test]
async fn ct_18_allows_post_and_options() {
    let app = TestApp::plain().await;
    for path in OPEN {
        for method in ["GET", "PUT", "PATCH", "DELETE", "TRACE", "FOO"] {
            let answer = app.send(Request::new(method, path)).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.text(), format!(r#"{{"detail":"Method \"{method}\" not allowed."}}"#));
            assert_eq!(answer.header("allow"), Some("POST, OPTIONS"));
        }
    }
}

#[tokio::test]
async fn ct_13_names_broken_json_without_repeating_it() {
    let app = TestApp::plain().await;
    for path in OPEN {
        let request = Request::new("POST", path).header("Content-Type", "application/json").body(r#"{"secret": "#);
        let answer = app.send(request).await;
        assert_eq!(answer.status, 400);
        assert!(answer.text().starts_with(r#"{"detail":"JSON parse error - "#), "{}", answer.text());
        assert!(!answer.text().contains("secret"));
    }
}

#[tokio::test]
async fn ct_16_refuses_other_media_types() {
    let app = TestApp::plain().await;
    for path in OPEN {
        for media in ["text/plain", "application/xml", "application/vnd.api+json", ""] {
            let answer = app.send(Request::new("POST", path).header("Content-Type", media).body("{}")).await;
            assert_eq!(answer.status, 415);
            assert_eq!(answer.text(), format!(r#"{{"detail":"Unsupported media type \"{media}\" in request."}}"#));
        }
    }
}

#[tokio::test]
async fn ct_32_writes_json_that_nobody_keeps_or_sniffs() {
    let app = TestApp::plain().await;
    for request in
        [Request::new("POST", "/api/token/"), Request::new("POST", "/nope/"), Request::new("GET", "/api/hello/")]
    {
        let answer = app.send(request).await;
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("server"), None);
        assert!(serde_json::from_str::<Value>(&answer.text()).is_ok());
    }
}

#[tokio::test]
async fn ct_31_does_not_know_other_paths() {
    let app = TestApp::plain().await;
    for path in ["/api/nope/", "/API/TOKEN/", "/api/token//", "/", "/api/token/refresh/x"] {
        let answer = app.send(Request::new("POST", path)).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, r#"{"detail":"Not found."}"#), "{path}");
    }
}

#[tokio::test]
async fn ct_34_invites_no_foreign_page() {
    let app = TestApp::plain().await;
    let answer = app.send(Request::new("OPTIONS", "/api/token/").header("Origin", "https://evil.test")).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
}

/// A view of Django REST framework that has no use for a body does not parse it.
#[tokio::test]
async fn looks_at_no_body_where_none_is_meant() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    for (method, path, status) in [
        ("GET", "/api/sessions/", 200),
        ("HEAD", "/api/sessions/", 200),
        ("DELETE", "/api/sessions/", 204),
        ("DELETE", "/api/sessions/0123456789ab4def/", 404),
        ("GET", "/api/hello/", 200),
        ("GET", "/api/user/", 200),
        ("GET", "/.well-known/jwks.json", 200),
    ] {
        for (media, body) in [("application/json", "null"), ("application/json", "["), ("text/csv", "a;b"), ("", "x")] {
            let request = Request::new(method, path).header("Authorization", format!("Bearer {access}"));
            let answer = app.send(request.header("Content-Type", media).body(body)).await;
            assert_eq!(answer.status, status, "{method} {path} {media} {body}: {}", answer.text());
        }
    }
    let posted = Request::new("POST", "/api/hello/").header("Authorization", format!("Bearer {access}"));
    let answer = app.send(posted.header("Content-Type", "application/json").body("[")).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
}

#[tokio::test]
async fn ds_09_refuses_a_long_body_and_lives_on() {
    let app = TestApp::plain().await;
    for length in [65_537, 1_000_000] {
        let request =
            Request::new("POST", "/api/token/").header("Content-Type", "application/json").body("a".repeat(length));
        let answer = app.send(request).await;
        assert_eq!((answer.status, answer.json()["detail"].is_string()), (413, true));
    }
    app.log_in().await;
}

#[tokio::test]
async fn ds_03_survives_deep_nesting() {
    let app = TestApp::plain().await;
    for path in OPEN {
        let request = Request::new("POST", path).header("Content-Type", "application/json").body("[".repeat(60_000));
        assert_eq!(app.send(request).await.status, 400, "{path}");
    }
}

#[tokio::test]
async fn ds_13_sees_one_request_where_two_are_hidden() {
    let app = TestApp::plain().await;
    let smuggled =
        "POST /api/token/verify/ HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\n0\r\n\r\nX";
    let answer = wire::exchange(app.service.address, smuggled.as_bytes(), false).await;
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status == 400));
}

#[tokio::test]
async fn describes_itself() {
    let app = TestApp::plain().await;
    let answer = app.send(Request::new("OPTIONS", "/api/token/verify/")).await;
    assert_eq!(answer.json()["name"], "Token Verify");
    assert_eq!(
        answer.json()["actions"]["POST"]["token"],
        json!({"type": "string", "required": true, "read_only": false, "label": "Token"})
    );
}

#[tokio::test]
async fn answers_503_and_no_more_when_the_store_is_gone() {
    let app = TestApp::plain().await;
    let (refresh, access) = app.log_in().await;
    app.service.lose_the_store().await;
    let login = app.post("/api/token/", json!({"username": "alice", "password": "x"})).await;
    for answer in [login, app.refresh(&refresh).await, app.hello(&access).await] {
        assert_eq!(answer.status, 503);
        assert_eq!(answer.text(), r#"{"detail":"Service temporarily unavailable, try again later."}"#);
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert_eq!(app.post("/api/token/verify/", json!({"token": access})).await.status, 200, "verify asks no store");
}
