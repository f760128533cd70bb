//! `POST /api/token/blacklist/`

use crate::app::{BLACKLISTED, TestApp, now, text};
use serde_json::json;
use tests::{claims::Claims, wire::Answer};

async fn blacklist(app: &TestApp, token: &str) -> Answer {
    app.post("/api/token/blacklist/", json!({"refresh": token})).await
}

#[tokio::test]
async fn logs_out() {
    let app = TestApp::plain().await;
    let (refresh, _) = app.log_in().await;
    let answer = blacklist(&app, &refresh).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    assert_eq!(app.refresh(&refresh).await.text(), BLACKLISTED);
}

#[tokio::test]
async fn tells_that_it_was_done_before() {
    let app = TestApp::plain().await;
    let (refresh, _) = app.log_in().await;
    blacklist(&app, &refresh).await;
    let again = blacklist(&app, &refresh).await;
    assert_eq!((again.status, again.text().as_str()), (401, BLACKLISTED));
}

#[tokio::test]
async fn bl_01_ends_the_whole_session() {
    let app = TestApp::with(&[("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")]).await;
    let (first, _) = app.log_in().await;
    let second = text(&app.refresh(&first).await, "refresh");
    assert_eq!(blacklist(&app, &second).await.status, 200);
    assert_eq!([app.refresh(&first).await.text(), app.refresh(&second).await.text()], [BLACKLISTED; 2]);
}

#[tokio::test]
async fn keeps_a_foreign_token_logged_out() {
    let app = TestApp::plain().await;
    for jti in ["0123456789ab4def8123456789abcdef", "issued elsewhere"] {
        let token = Claims::refresh().with("jti", jti).sign();
        assert_eq!([blacklist(&app, &token).await.text(), app.refresh(&token).await.text()], ["{}", BLACKLISTED]);
    }
}

#[tokio::test]
async fn bl_02_refuses_an_expired_token() {
    let token = Claims::refresh().with("exp", now() - 1).with("iat", now() - 9).sign();
    let answer = blacklist(&TestApp::plain().await, &token).await;
    assert_eq!(answer.text(), r#"{"detail":"Token is expired","code":"token_not_valid"}"#);
}

#[tokio::test]
async fn does_nothing_where_nothing_is_kept() {
    let app = TestApp::with(&[("BLACKLIST_ENABLED", "false")]).await;
    let (refresh, _) = app.log_in().await;
    assert_eq!(blacklist(&app, &refresh).await.status, 200);
    assert_eq!(app.refresh(&refresh).await.status, 200);
}

#[tokio::test]
async fn logs_out_whatever_names_the_user() {
    for field in ["username", "email"] {
        let app = TestApp::hardened(&[("USER_ID_FIELD", field)]).await;
        let (refresh, access) = app.log_in().await;
        let next = text(&app.refresh(&refresh).await, "refresh");
        assert_eq!(app.hello(&access).await.status, 200, "{field}");
        assert_eq!(blacklist(&app, &next).await.status, 200, "{field}");
        assert_eq!(app.refresh(&next).await.text(), BLACKLISTED, "{field}");
        assert_eq!(app.hello(&access).await.text(), BLACKLISTED, "{field}");
    }
}

#[tokio::test]
async fn bl_01_ends_the_session_by_a_token_that_was_followed() {
    for (grace, body) in [("10", "{}"), ("0", BLACKLISTED)] {
        let app = TestApp::hardened(&[("REFRESH_GRACE_SECONDS", grace)]).await;
        let (first, _) = app.log_in().await;
        let answer = app.refresh(&first).await;
        assert_eq!(blacklist(&app, &first).await.text(), body, "after {grace} s it is a replay");
        assert_eq!(app.refresh(&text(&answer, "refresh")).await.text(), BLACKLISTED);
        assert_eq!(app.hello(&text(&answer, "access")).await.text(), BLACKLISTED);
    }
}
