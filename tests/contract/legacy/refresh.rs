//! `POST /api-token-refresh/`

use crate::legacy::obtain::{app, token};
use serde_json::{Value, json};
use tests::{
    app::{TestApp, claims, forged, now, text},
    wire::Answer,
};

async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.post("/api-token-refresh/", json!({"token": token})).await
}

fn dated(origin: Value) -> String {
    forged(json!({"user_id": 1, "username": "alice", "exp": now() + 60, "orig_iat": origin, "role": "x"}))
}

#[tokio::test]
async fn renews_a_token_and_keeps_the_time_of_the_login() {
    let app = app("jwt", &[("JWT_ALLOW_REFRESH", "true")]).await;
    let origin = now() - 1000;
    let answer = refresh(&app, &dated(json!(origin))).await;
    assert_eq!(answer.status, 200);
    let claims = claims(&text(&answer, "token"));
    assert_eq!(claims.keys().collect::<Vec<_>>(), ["user_id", "username", "exp", "email", "orig_iat"]);
    assert_eq!(claims["orig_iat"], origin);
}

#[tokio::test]
async fn drf_jwt_keeps_the_id_of_the_first_token() {
    let app = app("drf-jwt", &[]).await;
    let first = token(&app).await;
    let second = text(&refresh(&app, &first).await, "token");
    let third = text(&refresh(&app, &second).await, "token");
    let [first, second, third] = [first, second, third].map(|token| claims(&token));
    assert_eq!((&second["orig_jti"], &third["orig_jti"]), (&first["jti"], &first["jti"]));
    assert_ne!(second["jti"], third["jti"]);
}

#[tokio::test]
async fn wants_the_time_of_the_login() {
    let jwt = app("jwt", &[]).await;
    let answer = refresh(&jwt, &token(&jwt).await).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (400, r#"{"non_field_errors":["orig_iat field is required."]}"#)
    );
    let drf = app("drf-jwt", &[("JWT_ALLOW_REFRESH", "false")]).await;
    let answer = refresh(&drf, &token(&drf).await).await;
    assert_eq!(answer.text(), r#"{"non_field_errors":["orig_iat field not found in token."]}"#);
    for origin in [json!(null), json!("x"), json!([1])] {
        assert_eq!(refresh(&drf, &dated(origin)).await.text(), answer.text());
    }
    let first_second = refresh(&jwt, &dated(json!(0))).await;
    assert_eq!(first_second.text(), r#"{"non_field_errors":["orig_iat field is required."]}"#, "0 is false in Python");
    assert_eq!(refresh(&drf, &dated(json!(0))).await.text(), r#"{"non_field_errors":["Refresh has expired."]}"#);
}

#[tokio::test]
async fn ends_so_long_after_the_login() {
    let app = app("jwt", &[("JWT_REFRESH_EXPIRATION_DELTA", "60")]).await;
    for age in [50, 60] {
        assert_eq!(refresh(&app, &dated(json!(now() - age))).await.status, 200, "{age}");
    }
    let answer = refresh(&app, &dated(json!(now() - 70))).await;
    assert_eq!((answer.status, answer.text().as_str()), (400, r#"{"non_field_errors":["Refresh has expired."]}"#));
}

#[tokio::test]
async fn knows_who_was_switched_off() {
    let app = app("drf-jwt", &[]).await;
    let token = token(&app).await;
    app.service.store.set_active("1", false, None).await.unwrap();
    let answer = refresh(&app, &token).await;
    assert_eq!((answer.status, answer.text().as_str()), (400, r#"{"non_field_errors":["User account is disabled."]}"#));
}
