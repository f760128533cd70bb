//! The local gateway asks its authorizer as API Gateway does.

use serde_json::json;
use tests::{
    app::{BLACKLISTED, NOT_PROVIDED, TestApp, forged, now, text},
    wire::Request,
};

const STATEFUL: (&str, &str) = ("SESSION_CHECK", "true");
const INACTIVE: &str = r#"{"detail":"User is inactive","code":"user_inactive"}"#;

#[tokio::test]
async fn az_17_a_kept_answer_lets_in_that_much_longer_and_no_other_token() {
    let app = TestApp::with(&[STATEFUL, ("AUTHORIZER_CACHE_SECONDS", "1m")]).await;
    let (refresh, known) = app.log_in().await;
    let other = text(&app.refresh(&refresh).await, "access");
    assert_eq!(app.hello(&known).await.status, 200);
    app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    assert_eq!(app.hello(&known).await.status, 200, "kept");
    assert_eq!(app.hello(&other).await.text(), BLACKLISTED, "of the same session, which has ended");
}

#[tokio::test]
async fn az_17_without_a_cache_the_authorizer_is_always_asked() {
    let app = TestApp::with(&[STATEFUL]).await;
    let (_, token) = app.log_in().await;
    assert_eq!(app.send(Request::bearer("/api/sessions/", &token)).await.status, 200);
    app.service.store.set_active("1", false, None).await.unwrap();
    assert_eq!(app.send(Request::bearer("/api/sessions/", &token)).await.text(), INACTIVE);
}

#[tokio::test]
async fn a_refusal_is_kept_too() {
    let app = TestApp::with(&[STATEFUL, ("AUTHORIZER_CACHE_SECONDS", "1m")]).await;
    let (_, token) = app.log_in().await;
    app.service.store.set_active("1", false, None).await.unwrap();
    assert_eq!(app.hello(&token).await.text(), INACTIVE);
    app.service.store.set_active("1", true, None).await.unwrap();
    assert_eq!(app.hello(&token).await.text(), INACTIVE);
}

#[tokio::test]
async fn an_error_is_not_kept() {
    let app = TestApp::with(&[STATEFUL, ("AUTHORIZER_CACHE_SECONDS", "1m")]).await;
    let (_, token) = app.log_in().await;
    app.service.lose_the_store().await;
    assert_eq!(app.hello(&token).await.status, 503);
    app.service.store.create_tables().await.unwrap();
    let gone = r#"{"detail":"User not found","code":"user_not_found"}"#;
    assert_eq!(app.hello(&token).await.text(), gone, "asked again: there is no such user any more");
}

#[tokio::test]
async fn a_request_without_identity_source_is_refused_with_or_without_a_cache() {
    for cache in ["0", "1m"] {
        let app = TestApp::with(&[("AUTHORIZER_CACHE_SECONDS", cache)]).await;
        let answer = app.send(Request::new("GET", "/api/hello/")).await;
        assert_eq!((answer.status, answer.text().as_str()), (401, NOT_PROVIDED));
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="api""#));
    }
}

#[tokio::test]
async fn the_error_unauthorized_gets_the_gateway_s_own_401() {
    let app = TestApp::with(&[("AUTHORIZER_REFUSAL", "unauthorized")]).await;
    let expired = forged(json!({"token_type": "access", "exp": now() - 60, "jti": "x", "user_id": "1"}));
    let answer = app.hello(&expired).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, NOT_PROVIDED));
}
