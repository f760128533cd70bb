//! `POST /api-token-auth/`

use serde_json::json;
use tests::{
    app::{PASSWORD, SECRET, TestApp, claims, now, text, user},
    forge,
    wire::{Answer, Request},
};

const REFUSED: &str = r#"{"non_field_errors":["Unable to log in with provided credentials."]}"#;
const OTHER: &str = "another secret of at least thirty-two characters";

/// A app that speaks as one of the packages before Simple JWT.
pub(crate) async fn app(legacy: &str, settings: &[(&str, &str)]) -> TestApp {
    TestApp::with(&[&[("LEGACY", legacy)], settings].concat()).await
}

/// What a login of alice is answered.
pub(crate) async fn log_in(app: &TestApp) -> Answer {
    app.post("/api-token-auth/", json!({"username": "alice", "password": PASSWORD})).await
}

/// The token of a login of alice.
pub(crate) async fn token(app: &TestApp) -> String {
    text(&log_in(app).await, "token")
}

#[tokio::test]
async fn is_unknown_unless_it_is_switched_on() {
    let app = TestApp::plain().await;
    for path in ["/api-token-auth/", "/api-token-refresh/", "/api-token-verify/", "/api-token-blacklist/"] {
        let answer = app.post(path, json!({})).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, r#"{"detail":"Not found."}"#), "{path}");
        assert_eq!(answer.header("allow"), None);
    }
    assert_eq!(app.send(Request::new("GET", "/api/jwt-auth/")).await.status, 404);
    assert_eq!(app.post("/api-token-impersonate/", json!({})).await.status, 404);
}

#[tokio::test]
async fn djangorestframework_jwt_answers_200_and_a_token() {
    let app = app("jwt", &[]).await;
    let answer = log_in(&app).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json().as_object().unwrap().len(), 1);
    let claims = claims(&text(&answer, "token"));
    assert_eq!(claims.keys().collect::<Vec<_>>(), ["user_id", "username", "exp", "email"]);
    assert_eq!((&claims["user_id"], &claims["username"]), (&json!(1), &json!("alice")));
    assert_eq!(claims["exp"], now() + 300);
}

#[tokio::test]
async fn drf_jwt_answers_201_and_when_the_token_was_issued() {
    let app = app("drf-jwt", &[]).await;
    let answer = log_in(&app).await;
    assert_eq!(answer.status, 201);
    let claims = claims(&text(&answer, "token"));
    assert_eq!(answer.json()["pk"], claims["iat"]);
    assert_eq!(claims.keys().collect::<Vec<_>>(), ["username", "iat", "exp", "jti", "user_id", "orig_iat"]);
    assert_eq!(claims["jti"].as_str().unwrap().len(), 36);
}

#[tokio::test]
async fn says_the_same_to_everybody_who_is_not_let_in() {
    for legacy in ["jwt", "drf-jwt"] {
        let app = app(legacy, &[]).await;
        for (name, password) in [("alice", "wrong"), ("bob", PASSWORD), ("nobody", PASSWORD)] {
            let answer = app.post("/api-token-auth/", json!({"username": name, "password": password})).await;
            assert_eq!((answer.status, answer.text().as_str()), (400, REFUSED));
            assert_eq!(answer.header("www-authenticate"), None);
        }
    }
}

#[tokio::test]
async fn names_missing_fields_in_each_packages_order() {
    let missing = |first: &str, second: &str| {
        format!(r#"{{"{first}":["This field is required."],"{second}":["This field is required."]}}"#)
    };
    let answer = app("jwt", &[]).await.post("/api-token-auth/", json!({})).await;
    assert_eq!(answer.text(), missing("username", "password"));
    let answer = app("drf-jwt", &[]).await.post("/api-token-auth/", json!({})).await;
    assert_eq!(answer.text(), missing("password", "username"));
}

#[tokio::test]
async fn signs_with_the_keys_of_its_own() {
    let keys = format!(r#"{{"k1": "{OTHER}", "k2": "{SECRET}"}}"#);
    let app = app("drf-jwt", &[("JWT_SECRET_KEY", &keys), ("JWT_ALGORITHM", "HS512,HS256")]).await;
    let token = token(&app).await;
    let (header, _) = forge::parts(&token).unwrap();
    assert_eq!(json!(header), json!({"alg": "HS512", "kid": "k1", "typ": "JWT"}));
    assert!(forge::verifies(&token, "HS512", OTHER));
}

#[tokio::test]
async fn writes_what_is_set() {
    let settings = [
        ("JWT_EXPIRATION_DELTA", "1h"),
        ("JWT_AUDIENCE", "a,b"),
        ("JWT_ISSUER", "me"),
        ("JWT_TOKEN_ID", "off"),
        ("JWT_PAYLOAD_INCLUDE_USER_ID", "false"),
        ("JWT_ALLOW_REFRESH", "false"),
    ];
    let app = app("drf-jwt", &settings).await;
    let claims = claims(&token(&app).await);
    assert_eq!(claims.keys().collect::<Vec<_>>(), ["username", "iat", "exp", "aud", "iss"]);
    assert_eq!((&claims["aud"], &claims["iss"]), (&json!(["a", "b"]), &json!("me")));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
}

#[tokio::test]
async fn sets_the_cookie_that_is_named() {
    let app = app("drf-jwt", &[("JWT_AUTH_COOKIE", "jwt")]).await;
    let answer = log_in(&app).await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with(&format!("jwt={}; expires=", text(&answer, "token"))), "{cookie}");
    assert!(cookie.ends_with(" GMT; HttpOnly; Max-Age=300; Path=/; SameSite=Lax; Secure"), "{cookie}");
    let refused = app.post("/api-token-auth/", json!({"username": "alice", "password": "x"})).await;
    assert_eq!(refused.header("set-cookie"), None);
}

#[tokio::test]
async fn an_id_that_is_no_number_stays_text() {
    let app = app("jwt", &[]).await;
    app.service.store.create_user(&user("007", "james", true)).await.unwrap();
    let answer = app.post("/api-token-auth/", json!({"username": "james", "password": PASSWORD})).await;
    assert_eq!(claims(&text(&answer, "token"))["user_id"], "007");
}

#[tokio::test]
async fn gives_no_token_that_simple_jwts_endpoints_take() {
    let app = app("drf-jwt", &[]).await;
    let token = token(&app).await;
    let verified = app.post("/api/token/verify/", json!({"token": token})).await;
    let blacklisted = app.post("/api/token/blacklist/", json!({"refresh": token})).await;
    for answer in [verified, blacklisted, app.refresh(&token).await] {
        assert_eq!((answer.status, &answer.json()["code"]), (401, &json!("token_not_valid")), "{}", answer.text());
    }
}
