//! `POST /oauth/revoke`

use crate::app::{BLACKLISTED, TestApp, now, tampered, text};
use serde_json::json;
use tests::{
    claims::Claims,
    wire::{Answer, Request},
};

const CLIENTS: (&str, &str) = ("OAUTH_CLIENTS", "shop:0123456789abcdef");

async fn revoke(app: &TestApp, token: &str) -> Answer {
    let body = format!("client_id=shop&client_secret=0123456789abcdef&token_type_hint=x&token={token}");
    let request = Request::new("POST", "/oauth/revoke").header("Content-Type", "application/x-www-form-urlencoded");
    app.send(request.body(body)).await
}

async fn verify(app: &TestApp, token: &str) -> u16 {
    app.post("/api/token/verify/", json!({"token": token})).await.status
}

#[tokio::test]
async fn an_access_token_is_dead_and_its_session_goes_on() {
    let app = TestApp::hardened(&[CLIENTS]).await;
    let (refresh, access) = app.log_in().await;
    assert_eq!([verify(&app, &access).await, app.hello(&access).await.status], [200, 200]);
    let answer = revoke(&app, &access).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    assert_eq!(verify(&app, &access).await, 400);
    assert_eq!(app.hello(&access).await.text(), BLACKLISTED);
    let next = text(&app.refresh(&refresh).await, "access");
    assert_eq!(app.hello(&next).await.status, 200);
}

#[tokio::test]
async fn bl_01_a_refresh_token_ends_its_session() {
    let app = TestApp::hardened(&[CLIENTS]).await;
    let (refresh, access) = app.log_in().await;
    assert_eq!(revoke(&app, &refresh).await.status, 200);
    assert_eq!(app.refresh(&refresh).await.text(), BLACKLISTED);
    assert_eq!(app.hello(&access).await.text(), BLACKLISTED);
    assert_eq!(revoke(&app, &refresh).await.status, 200, "it was, and is");
}

#[tokio::test]
async fn a_refresh_token_that_was_followed_ends_the_session_too() {
    let app = TestApp::hardened(&[CLIENTS]).await;
    let (refresh, _) = app.log_in().await;
    let next = text(&app.refresh(&refresh).await, "refresh");
    assert_eq!(revoke(&app, &refresh).await.status, 200);
    assert_eq!(app.refresh(&next).await.text(), BLACKLISTED);
}

#[tokio::test]
async fn a_token_that_is_none_changes_nothing() {
    let app = TestApp::with(&[CLIENTS]).await;
    let (refresh, access) = app.log_in().await;
    let expired = Claims::refresh().with("exp", now() - 1).with("iat", now() - 9).sign();
    for token in ["x", &tampered(&refresh), &expired, ""] {
        let answer = revoke(&app, token).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "{}"), "{token}");
    }
    assert_eq!([app.refresh(&refresh).await.status, app.hello(&access).await.status], [200, 200]);
}

#[tokio::test]
async fn a_token_of_django_stays_revoked() {
    let app = TestApp::with(&[CLIENTS]).await;
    for jti in ["0123456789ab4def8123456789abcdef", "issued elsewhere"] {
        let token = Claims::refresh().with("jti", jti).sign();
        assert_eq!(revoke(&app, &token).await.status, 200);
        assert_eq!(app.refresh(&token).await.text(), BLACKLISTED);
    }
}

#[tokio::test]
async fn another_users_name_ends_nobodys_session() {
    let app = TestApp::with(&[CLIENTS]).await;
    let (refresh, _) = app.log_in().await;
    let jti = crate::app::claims(&refresh)["jti"].clone();
    let of_bob = Claims::refresh().with("jti", jti).with("user_id", "2").sign();
    assert_eq!([revoke(&app, &of_bob).await.status, app.refresh(&refresh).await.status], [200, 200]);
}

#[tokio::test]
async fn says_where_nothing_is_kept() {
    let app = TestApp::with(&[CLIENTS, ("BLACKLIST_ENABLED", "false")]).await;
    let (refresh, _) = app.log_in().await;
    let answer = revoke(&app, &refresh).await;
    assert_eq!((answer.status, answer.text().as_str()), (400, r#"{"error":"unsupported_token_type"}"#));
}

/// RFC 7009 section 2.2.1: a client must not believe that a token has ended which has not.
#[tokio::test]
async fn a_legacy_token_is_ended_or_the_client_hears_that_it_cannot_be() {
    let ended = crate::legacy::obtain::app("drf-jwt", &[CLIENTS]).await;
    let token = crate::legacy::obtain::token(&ended).await;
    assert_eq!(ended.hello(&token).await.status, 200);
    let answer = revoke(&ended, &token).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    assert_eq!(ended.hello(&token).await.status, 401);
    assert_eq!(ended.post("/api-token-verify/", json!({"token": token})).await.status, 400);

    for (package, settings) in [("jwt", &[CLIENTS][..]), ("drf-jwt", &[CLIENTS, ("BLACKLIST_ENABLED", "false")])] {
        let kept = crate::legacy::obtain::app(package, settings).await;
        let token = crate::legacy::obtain::token(&kept).await;
        let answer = revoke(&kept, &token).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (400, r#"{"error":"unsupported_token_type"}"#),
            "{package}"
        );
        assert_eq!(kept.post("/api-token-verify/", json!({"token": token})).await.status / 100, 2, "{package}");
    }
    let none = crate::legacy::obtain::app("jwt", &[CLIENTS]).await;
    assert_eq!(revoke(&none, "x.y.z").await.status, 200, "a text that is no token");
}
