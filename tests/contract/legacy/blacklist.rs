//! `POST /api-token-blacklist/`

use crate::legacy::obtain::{app, token};
use serde_json::{Value, json};
use tests::{
    app::{NOT_PROVIDED, TestApp, forged, now, text},
    wire::{Answer, Request},
};

async fn blacklist(app: &TestApp, own: &str, body: Value) -> Answer {
    let request = Request::json("/api-token-blacklist/", &body).header("Authorization", format!("Bearer {own}"));
    app.send(request).await
}

async fn hello(app: &TestApp, token: &str) -> (u16, String) {
    let answer = app.send(Request::bearer("/api/jwt-auth/", token)).await;
    (answer.status, answer.text())
}

fn blacklisted() -> (u16, String) {
    (403, r#"{"detail":"Token is blacklisted."}"#.to_owned())
}

#[tokio::test]
async fn ends_ones_own_token() {
    let app = app("drf-jwt", &[]).await;
    let own = token(&app).await;
    let answer = blacklist(&app, &own, json!({})).await;
    assert_eq!((answer.status, answer.text()), (201, format!(r#"{{"token":"{own}"}}"#)));
    assert_eq!(hello(&app, &own).await, blacklisted());
    for path in ["/api-token-verify/", "/api-token-refresh/"] {
        let answer = app.post(path, json!({"token": own})).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, r#"{"non_field_errors":["Token is blacklisted."]}"#));
    }
}

#[tokio::test]
async fn ends_every_token_of_the_same_login() {
    let app = app("drf-jwt", &[]).await;
    let (other, first) = (token(&app).await, token(&app).await);
    let second = text(&app.post("/api-token-refresh/", json!({"token": first})).await, "token");
    assert_eq!(blacklist(&app, &other, json!({"token": second})).await.status, 201);
    assert_eq!(hello(&app, &first).await, blacklisted());
    assert_eq!(hello(&app, &second).await, blacklisted());
    assert_eq!(hello(&app, &other).await.0, 200);
    assert_eq!(blacklist(&app, &other, json!({"token": second})).await.status, 201, "twice is as good as once");
}

#[tokio::test]
async fn ends_a_token_without_id_alone() {
    let app = app("drf-jwt", &[("JWT_TOKEN_ID", "off")]).await;
    let dated = |exp| forged(json!({"username": "alice", "iat": now() - 5, "exp": exp}));
    let (one, other) = (dated(now() + 60), dated(now() + 61));
    assert_eq!(blacklist(&app, &other, json!({"token": one})).await.status, 201);
    assert_eq!((hello(&app, &one).await, hello(&app, &other).await.0), (blacklisted(), 200));
}

#[tokio::test]
async fn keeps_the_token_to_itself_where_ids_are_required() {
    let app = app("drf-jwt", &[("JWT_TOKEN_ID", "require")]).await;
    let answer = blacklist(&app, &token(&app).await, json!({})).await;
    assert_eq!((answer.status, answer.text().as_str()), (201, r#"{"token":null}"#));
}

#[tokio::test]
async fn lets_nobody_see_or_end_what_he_has_not() {
    let app = app("drf-jwt", &[]).await;
    let own = token(&app).await;
    let answer = app.send(Request::bearer("/api-token-blacklist/", &own)).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (403, r#"{"detail":"You do not have permission to perform this action."}"#)
    );
    assert_eq!(app.post("/api-token-blacklist/", json!({"token": own})).await.text(), NOT_PROVIDED);
    let answer = blacklist(&app, &own, json!({"token": "garbage"})).await;
    assert_eq!((answer.status, answer.text().as_str()), (400, r#"{"non_field_errors":["Error decoding token."]}"#));
    let answer = blacklist(&app, &own, json!({"token": ""})).await;
    assert_eq!(answer.text(), r#"{"token":["This field may not be blank."]}"#);
    assert_eq!(hello(&app, &own).await.0, 200);
}

#[tokio::test]
async fn is_drf_jwts_alone_and_its_apps() {
    for settings in [[("LEGACY", "jwt"), ("X", "")], [("LEGACY", "drf-jwt"), ("BLACKLIST_ENABLED", "false")]] {
        assert_eq!(TestApp::with(&settings).await.post("/api-token-blacklist/", json!({})).await.status, 404);
    }
}

/// DynamoDB deletes the row two days after the last second in which a token of the login can be good.
#[tokio::test]
async fn is_remembered_for_as_long_as_a_token_of_the_login_may_be_good() {
    const TWO_DAYS: i64 = 2 * 86_400;
    let ends = [
        (&[("JWT_EXPIRATION_DELTA", "100"), ("JWT_LEEWAY", "7")][..], 60, 107),
        (&[("JWT_EXPIRATION_DELTA", "100")], 500, 500),
        (&[("JWT_VERIFY_EXPIRATION", "false")], 60, 31_556_952_000),
    ];
    for (settings, lifetime, end) in ends {
        let app = app("drf-jwt", settings).await;
        let own = forged(json!({"username": "alice", "iat": now(), "exp": now() + lifetime}));
        assert_eq!(blacklist(&app, &own, json!({})).await.status, 201);
        let kept = app.service.everything_kept().await;
        let ttl = format!("\"ttl\": N(\"{}\")", now() + end + TWO_DAYS);
        assert!(kept.contains(&ttl), "{settings:?}: {ttl} is not in {kept}");
    }
}
