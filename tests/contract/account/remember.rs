//! `"remember": true` at login, where `REMEMBER_LIFETIME` lets it be asked for.

use crate::app::{PASSWORD, TestApp, claims, text};
use serde_json::{Value, json};
use tests::wire::Request;

const REMEMBER: (&str, &str) = ("REMEMBER_LIFETIME", "30d");
const DAY: i64 = 86_400;

fn lifetime(token: &str) -> i64 {
    let claims = claims(token);
    claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
}

async fn log_in(app: &TestApp, remember: Value) -> String {
    let answer =
        app.post("/api/token/", json!({"username": "alice", "password": PASSWORD, "remember": remember})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(lifetime(&text(&answer, "access")), 300);
    text(&answer, "refresh")
}

#[tokio::test]
async fn makes_a_login_last_longer_also_when_it_is_refreshed() {
    let rotating = [("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")];
    let branching = [("ROTATE_REFRESH_TOKENS", "true")];
    for settings in [&rotating[..], &branching] {
        let app = TestApp::with(&[&[REMEMBER], settings].concat()).await;
        let first = log_in(&app, json!(true)).await;
        assert_eq!(lifetime(&first), 30 * DAY);
        app.advance("20d");
        let second = text(&app.refresh(&first).await, "refresh");
        assert_eq!(lifetime(&second), 30 * DAY, "{settings:?}");
        app.advance("20d");
        assert_eq!(app.refresh(&second).await.status, 200, "{settings:?}");
    }
}

#[tokio::test]
async fn lasts_as_long_as_a_login_always_does_where_nobody_asks_or_may() {
    let app = TestApp::with(&[REMEMBER]).await;
    for no in [json!(false), json!(null), json!("no"), json!({}), json!(1.5)] {
        assert_eq!(lifetime(&log_in(&app, no.clone()).await), DAY, "{no}");
    }
    let app = TestApp::plain().await;
    assert_eq!(lifetime(&log_in(&app, json!(true)).await), DAY);
}

#[tokio::test]
async fn stays_within_the_longest_session() {
    let app = TestApp::hardened(&[("REMEMBER_LIFETIME", "90d"), ("SESSION_MAX_LIFETIME", "10d")]).await;
    let refresh = log_in(&app, json!("true")).await;
    assert_eq!(lifetime(&refresh), 10 * DAY);
    app.advance("9d");
    let next = text(&app.refresh(&refresh).await, "refresh");
    assert_eq!(lifetime(&next), DAY);
}

#[tokio::test]
async fn ends_with_a_logout_as_any_login_does() {
    let app = TestApp::with(&[REMEMBER]).await;
    let refresh = log_in(&app, json!(true)).await;
    app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    assert_eq!(app.refresh(&refresh).await.status, 401);
}

#[tokio::test]
async fn is_described_where_it_may_be_asked_for() {
    let app = TestApp::with(&[REMEMBER]).await;
    let described = app.send(Request::new("OPTIONS", "/api/token/")).await.json();
    assert_eq!(described["actions"]["POST"]["remember"]["type"], "boolean");
}
