//! `POST /api/token/blacklist/`

use crate::app::{BLACKLISTED, TestApp, now, text};
use serde_json::json;
use tests::{claims::Claims, wire::Answer};

async fn blacklist(stage: &TestApp, token: &str) -> Answer {
    stage.post("/api/token/blacklist/", json!({"refresh": token})).await
}

#[tokio::test]
async fn logs_out() {
    let stage = TestApp::plain().await;
    let (refresh, _) = stage.log_in().await;
    let answer = blacklist(&stage, &refresh).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    assert_eq!(stage.refresh(&refresh).await.text(), BLACKLISTED);
}

#[tokio::test]
async fn tells_that_it_was_done_before() {
    let stage = TestApp::plain().await;
    let (refresh, _) = stage.log_in().await;
    blacklist(&stage, &refresh).await;
    let again = blacklist(&stage, &refresh).await;
    assert_eq!((again.status, again.text().as_str()), (401, BLACKLISTED));
}

#[tokio::test]
async fn bl_01_ends_the_whole_session() {
    let stage = TestApp::with(&[("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")]).await;
    let (first, _) = stage.log_in().await;
    let second = text(&stage.refresh(&first).await, "refresh");
    assert_eq!(blacklist(&stage, &second).await.status, 200);
    assert_eq!([stage.refresh(&first).await.text(), stage.refresh(&second).await.text()], [BLACKLISTED; 2]);
}

#[tokio::test]
async fn keeps_a_foreign_token_logged_out() {
    let stage = TestApp::plain().await;
    for jti in ["0123456789ab4def8123456789abcdef", "issued elsewhere"] {
        let token = Claims::refresh().with("jti", jti).sign();
        assert_eq!([blacklist(&stage, &token).await.text(), stage.refresh(&token).await.text()], ["{}", BLACKLISTED]);
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
    let stage = TestApp::with(&[("BLACKLIST_ENABLED", "false")]).await;
    let (refresh, _) = stage.log_in().await;
    assert_eq!(blacklist(&stage, &refresh).await.status, 200);
    assert_eq!(stage.refresh(&refresh).await.status, 200);
}

#[tokio::test]
async fn logs_out_whatever_names_the_user() {
    for field in ["username", "email"] {
        let stage = TestApp::hardened(&[("USER_ID_FIELD", field)]).await;
        let (refresh, access) = stage.log_in().await;
        let next = text(&stage.refresh(&refresh).await, "refresh");
        assert_eq!(stage.hello(&access).await.status, 200, "{field}");
        assert_eq!(blacklist(&stage, &next).await.status, 200, "{field}");
        assert_eq!(stage.refresh(&next).await.text(), BLACKLISTED, "{field}");
        assert_eq!(stage.hello(&access).await.text(), BLACKLISTED, "{field}");
    }
}

#[tokio::test]
async fn bl_01_ends_the_session_by_a_token_that_was_followed() {
    for (grace, body) in [("10", "{}"), ("0", BLACKLISTED)] {
        let stage = TestApp::hardened(&[("REFRESH_GRACE_SECONDS", grace)]).await;
        let (first, _) = stage.log_in().await;
        let answer = stage.refresh(&first).await;
        assert_eq!(blacklist(&stage, &first).await.text(), body, "after {grace} s it is a replay");
        assert_eq!(stage.refresh(&text(&answer, "refresh")).await.text(), BLACKLISTED);
        assert_eq!(stage.hello(&text(&answer, "access")).await.text(), BLACKLISTED);
    }
}
