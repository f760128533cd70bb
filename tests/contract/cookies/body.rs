//! AUTH_COOKIE_BODY_ORIGINS: web views of apps keep their tokens themselves.

use crate::{
    app::{PASSWORD, TestApp, text},
    cookies::cookie::COOKIES,
};
use serde_json::json;
use tests::wire::{Answer, Request};

const VIEWS: (&str, &str) =
    ("AUTH_COOKIE_BODY_ORIGINS", "capacitor://localhost,ionic://localhost,http://localhost:8081");

async fn post(app: &TestApp, origin: &str, path: &str, body: serde_json::Value) -> Answer {
    let request = Request::json(path, &body).header("Origin", origin).header("Sec-Fetch-Site", "cross-site");
    app.send(request).await
}

#[tokio::test]
async fn a_web_view_gets_its_tokens_in_the_body_and_renews_them_there() {
    let app = TestApp::with(&[COOKIES, VIEWS]).await;
    for origin in ["capacitor://localhost", "ionic://localhost", "http://localhost:8081"] {
        let login = json!({"username": "alice", "password": PASSWORD});
        let answer = post(&app, origin, "/api/token/", login).await;
        assert_eq!((answer.status, answer.headers("set-cookie").len()), (200, 0), "{origin}");
        let refresh = text(&answer, "refresh");
        let answer = post(&app, origin, "/api/token/refresh/", json!({"refresh": refresh})).await;
        assert_eq!((answer.status, app.hello(&text(&answer, "access")).await.status), (200, 200), "{origin}");
        let answer = post(&app, origin, "/api/token/blacklist/", json!({"refresh": refresh})).await;
        assert_eq!((answer.status, answer.headers("set-cookie").len()), (200, 0), "{origin}");
    }
}

#[tokio::test]
async fn a_cookie_counts_for_no_web_view() {
    let app = TestApp::with(&[COOKIES, VIEWS]).await;
    let mut browser = crate::cookies::cookie::Browser::of_alice(&app).await;
    for path in ["/api/token/refresh/", "/api/token/blacklist/"] {
        let request = browser.cookies(Request::json(path, &json!({}))).header("Origin", "capacitor://localhost");
        assert_eq!(app.send(request).await.text(), r#"{"refresh":["This field is required."]}"#, "{path}");
    }
    let hello = browser.cookies(Request::new("GET", "/api/hello/")).header("Origin", "capacitor://localhost");
    assert_eq!(app.send(hello).await.status, 401);
    assert_eq!(browser.refresh().await.status, 200, "nothing has happened");
}

#[tokio::test]
async fn every_other_origin_is_refused_as_before() {
    let app = TestApp::with(&[COOKIES, VIEWS]).await;
    for origin in ["capacitor://evil", "capacitor://localhost.evil", "https://localhost", "null", ""] {
        let answer = post(&app, origin, "/api/token/", json!({"username": "alice", "password": PASSWORD})).await;
        assert_eq!(answer.status, 403, "{origin}");
    }
}
