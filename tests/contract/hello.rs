//! `GET /api/hello/`, and everything that stands before a guarded endpoint.

use crate::app::{BLACKLISTED, NOT_PROVIDED, TestApp, forged, not_valid, now, tampered};
use serde_json::json;
use tests::{claims::Claims, wire::Request};

const TWO_VALUES: &str =
    r#"{"detail":"Authorization header must contain two space-delimited values","code":"bad_authorization_header"}"#;

#[tokio::test]
async fn greets_the_world_and_those_who_have_a_name() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    assert_eq!(app.hello(&access).await.text(), r#"{"message":"Hello, World!"}"#);
    app.service.store.update_profile("1", "alice@example.com", "Alice", "Liddell", None).await.unwrap();
    assert_eq!(app.hello(&access).await.text(), r#"{"message":"Hello, Alice Liddell!"}"#);
}

#[tokio::test]
async fn is_indented_where_the_client_wants_it() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    for (accept, text) in [
        ("application/json; indent=2", "{\n  \"message\": \"Hello, World!\"\n}"),
        ("application/json; indent=0", r#"{"message":"Hello, World!"}"#),
    ] {
        let request = Request::bearer("/api/hello/", &access).header("Accept", accept);
        assert_eq!(app.send(request).await.text(), text, "{accept}");
    }
}

#[tokio::test]
async fn asks_for_credentials() {
    let app = TestApp::plain().await;
    let answer = app.send(Request::new("GET", "/api/hello/")).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, NOT_PROVIDED));
    // A Gateway Response says it, and keeps the name.
    assert_eq!(answer.header("x-amzn-remapped-www-authenticate"), None);
    assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="api""#));
    for scheme in ["Basic", "JWT", "Token", "Bearer:"] {
        let request = Request::new("GET", "/api/hello/").header("Authorization", format!("{scheme} x"));
        assert_eq!(app.send(request).await.text(), NOT_PROVIDED, "{scheme}");
    }
}

#[tokio::test]
async fn az_04_takes_the_scheme_in_any_case() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    for scheme in ["bearer", "BEARER", "BeArEr"] {
        let request = Request::new("GET", "/api/hello/").header("Authorization", format!("{scheme} {access}"));
        assert_eq!(app.send(request).await.status, 200, "{scheme}");
    }
}

#[tokio::test]
async fn wants_exactly_one_token_in_exactly_one_header() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    for header in ["Bearer".to_owned(), format!("Bearer {access} x")] {
        let request = Request::new("GET", "/api/hello/").header("Authorization", header);
        assert_eq!(app.send(request).await.text(), TWO_VALUES);
    }
    let twice = Request::bearer("/api/hello/", &access).header("Authorization", format!("Bearer {access}"));
    assert_eq!(app.send(twice).await.text(), TWO_VALUES);
}

#[tokio::test]
async fn says_which_token_it_refused_and_why() {
    let app = TestApp::plain().await;
    let (refresh, access) = app.log_in().await;
    let expired = Claims::access().with("exp", now() - 1).with("iat", now() - 9).sign();
    for (token, why) in
        [(tampered(&access), "Token is invalid"), (expired, "Token is expired"), (refresh, "Token has wrong type")]
    {
        let answer = app.hello(&token).await;
        assert_eq!((answer.status, answer.text()), (401, not_valid(why)));
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="api", error="invalid_token""#));
    }
}

/// The example of CONTRIBUTING.md.
#[tokio::test]
async fn an_access_token_ends_after_five_minutes() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    app.advance("299s");
    assert_eq!(app.hello(&access).await.status, 200);
    app.advance("1s");
    assert_eq!(app.hello(&access).await.text(), not_valid("Token is expired"));
    let forged = Claims::access().with("exp", app.now()).sign();
    assert_eq!(app.hello(&forged).await.status, 401);
}

#[tokio::test]
async fn knows_its_users() {
    let app = TestApp::plain().await;
    for (user_id, refused) in [
        ("2", r#"{"detail":"User is inactive","code":"user_inactive"}"#),
        ("99", r#"{"detail":"User not found","code":"user_not_found"}"#),
    ] {
        let token = Claims::access().with("user_id", user_id).sign();
        assert_eq!(app.hello(&token).await.text(), refused);
    }
}

#[tokio::test]
async fn turns_away_who_logged_out_in_profile_hardened() {
    let app = TestApp::hardened(&[]).await;
    let (refresh, access) = app.log_in().await;
    assert_eq!(app.hello(&access).await.status, 200);
    app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    let answer = app.hello(&access).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, BLACKLISTED));
}

#[tokio::test]
async fn takes_the_header_and_the_words_that_the_settings_name() {
    let settings = [("AUTH_HEADER_NAME", "HTTP_X_ACCESS_TOKEN"), ("AUTH_HEADER_TYPES", "JWT,Token")];
    let app = TestApp::with(&settings).await;
    let (_, access) = app.log_in().await;
    let request = Request::new("GET", "/api/hello/").header("X-Access-Token", format!("Token {access}"));
    assert_eq!(app.send(request).await.status, 200);
    let answer = app.hello(&access).await;
    assert_eq!(answer.header("www-authenticate"), Some(r#"JWT realm="api""#));
}

#[tokio::test]
async fn turns_away_a_blacklisted_sliding_token() {
    let app = TestApp::with(&[("AUTH_TOKEN_CLASSES", "SlidingToken")]).await;
    let sliding = |kind| json!({"token_type": kind, "exp": now() + 60, "iat": now(), "jti": "one", "user_id": "1", "refresh_exp": now() + 60});
    assert_eq!(app.hello(&forged(sliding("sliding"))).await.status, 200);
    app.post("/api/token/blacklist/", json!({"refresh": forged(sliding("refresh"))})).await;
    let answer = app.hello(&forged(sliding("sliding"))).await;
    assert_eq!(answer.json()["messages"][0]["message"], "Token is blacklisted");
}
