//! `POST /oauth/revoke`

use crate::app::{BLACKLISTED, TestApp, now, tampered, text};
use serde_json::json;
use tests::{
    claims::Claims,
    wire::{Answer, Request},
};

const CLIENTS: (&str, &str) = ("OAUTH_CLIENTS", "shop:0123456789abcdef");

async fn revoke(stage: &TestApp, token: &str) -> Answer {
    let body = format!("client_id=shop&client_secret=0123456789abcdef&token_type_hint=x&token={token}");
    let request = Request::new("POST", "/oauth/revoke").header("Content-Type", "application/x-www-form-urlencoded");
    stage.send(request.body(body)).await
}

async fn verify(stage: &TestApp, token: &str) -> u16 {
    stage.post("/api/token/verify/", json!({"token": token})).await.status
}

#[tokio::test]
async fn an_access_token_is_dead_and_its_session_goes_on() {
    let stage = TestApp::hardened(&[CLIENTS]).await;
    let (refresh, access) = stage.log_in().await;
    assert_eq!([verify(&stage, &access).await, stage.hello(&access).await.status], [200, 200]);
    let answer = revoke(&stage, &access).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    assert_eq!(verify(&stage, &access).await, 400);
    assert_eq!(stage.hello(&access).await.text(), BLACKLISTED);
    let next = text(&stage.refresh(&refresh).await, "access");
    assert_eq!(stage.hello(&next).await.status, 200);
}

#[tokio::test]
async fn bl_01_a_refresh_token_ends_its_session() {
    let stage = TestApp::hardened(&[CLIENTS]).await;
    let (refresh, access) = stage.log_in().await;
    assert_eq!(revoke(&stage, &refresh).await.status, 200);
    assert_eq!(stage.refresh(&refresh).await.text(), BLACKLISTED);
    assert_eq!(stage.hello(&access).await.text(), BLACKLISTED);
    assert_eq!(revoke(&stage, &refresh).await.status, 200, "it was, and is");
}

#[tokio::test]
async fn a_refresh_token_that_was_followed_ends_the_session_too() {
    let stage = TestApp::hardened(&[CLIENTS]).await;
    let (refresh, _) = stage.log_in().await;
    let next = text(&stage.refresh(&refresh).await, "refresh");
    assert_eq!(revoke(&stage, &refresh).await.status, 200);
    assert_eq!(stage.refresh(&next).await.text(), BLACKLISTED);
}

#[tokio::test]
async fn a_token_that_is_none_changes_nothing() {
    let stage = TestApp::with(&[CLIENTS]).await;
    let (refresh, access) = stage.log_in().await;
    let expired = Claims::refresh().with("exp", now() - 1).with("iat", now() - 9).sign();
    for token in ["x", &tampered(&refresh), &expired, ""] {
        let answer = revoke(&stage, token).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "{}"), "{token}");
    }
    assert_eq!([stage.refresh(&refresh).await.status, stage.hello(&access).await.status], [200, 200]);
}

#[tokio::test]
async fn a_token_of_django_stays_revoked() {
    let stage = TestApp::with(&[CLIENTS]).await;
    for jti in ["0123456789ab4def8123456789abcdef", "issued elsewhere"] {
        let token = Claims::refresh().with("jti", jti).sign();
        assert_eq!(revoke(&stage, &token).await.status, 200);
        assert_eq!(stage.refresh(&token).await.text(), BLACKLISTED);
    }
}

#[tokio::test]
async fn another_users_name_ends_nobodys_session() {
    let stage = TestApp::with(&[CLIENTS]).await;
    let (refresh, _) = stage.log_in().await;
    let jti = crate::app::claims(&refresh)["jti"].clone();
    let of_bob = Claims::refresh().with("jti", jti).with("user_id", "2").sign();
    assert_eq!([revoke(&stage, &of_bob).await.status, stage.refresh(&refresh).await.status], [200, 200]);
}

#[tokio::test]
async fn says_where_nothing_is_kept() {
    let stage = TestApp::with(&[CLIENTS, ("BLACKLIST_ENABLED", "false")]).await;
    let (refresh, _) = stage.log_in().await;
    let answer = revoke(&stage, &refresh).await;
    assert_eq!((answer.status, answer.text().as_str()), (400, r#"{"error":"unsupported_token_type"}"#));
}

/// RFC 7009 section 2.2.1: a client must not believe that a token has ended which has not.
#[tokio::test]
async fn a_legacy_token_is_ended_or_the_client_hears_that_it_cannot_be() {
    let ended = crate::legacy::obtain::stage("drf-jwt", &[CLIENTS]).await;
    let token = crate::legacy::obtain::token(&ended).await;
    assert_eq!(ended.hello(&token).await.status, 200);
    let answer = revoke(&ended, &token).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    assert_eq!(ended.hello(&token).await.status, 401);
    assert_eq!(ended.post("/api-token-verify/", json!({"token": token})).await.status, 400);

    for (package, settings) in [("jwt", &[CLIENTS][..]), ("drf-jwt", &[CLIENTS, ("BLACKLIST_ENABLED", "false")])] {
        let kept = crate::legacy::obtain::stage(package, settings).await;
        let token = crate::legacy::obtain::token(&kept).await;
        let answer = revoke(&kept, &token).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (400, r#"{"error":"unsupported_token_type"}"#),
            "{package}"
        );
        assert_eq!(kept.post("/api-token-verify/", json!({"token": token})).await.status / 100, 2, "{package}");
    }
    let none = crate::legacy::obtain::stage("jwt", &[CLIENTS]).await;
    assert_eq!(revoke(&none, "x.y.z").await.status, 200, "a text that is no token");
}
