//! `POST /api-token-verify/`

use crate::legacy::obtain::{app, token};
use serde_json::{Value, json};
use tests::{
    app::{TestApp, forged, now, tampered},
    wire::{Answer, Request},
};

async fn verify(app: &TestApp, token: &str) -> Answer {
    app.post("/api-token-verify/", json!({"token": token})).await
}

fn refusal(words: &str) -> (u16, String) {
    (400, format!(r#"{{"non_field_errors":["{words}"]}}"#))
}

fn claims(changes: Value) -> Value {
    let mut claims = json!({"user_id": 1, "username": "alice", "exp": now() + 60});
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    claims
}

#[tokio::test]
async fn answers_a_good_token_with_itself() {
    let app = app("jwt", &[]).await;
    let good = token(&app).await;
    let answer = verify(&app, &good).await;
    assert_eq!((answer.status, answer.text()), (200, format!(r#"{{"token":"{good}"}}"#)));
}

#[tokio::test]
async fn drf_jwt_says_when_it_was_issued_or_that_nobody_knows() {
    let app = app("drf-jwt", &[]).await;
    let answer = verify(&app, &forged(json!({"username": "alice"}))).await;
    assert_eq!((answer.status, &answer.json()["pk"]), (201, &Value::Null));
    let answer = verify(&app, &forged(claims(json!({"iat": now()})))).await;
    assert!(answer.json()["pk"].is_i64());
}

#[tokio::test]
async fn says_what_is_wrong_in_each_packages_words() {
    let cases = [
        ("garbage".to_owned(), "Error decoding signature.", "Error decoding token."),
        (tampered(&forged(claims(json!({})))), "Error decoding signature.", "Error decoding token."),
        (forged(claims(json!({"exp": now() - 1}))), "Signature has expired.", "Token has expired."),
        (forged(claims(json!({"aud": "x"}))), "Error decoding signature.", "Invalid token."),
        (forged(claims(json!({"username": ""}))), "Invalid payload.", "Invalid token."),
        (forged(claims(json!({"username": "nobody"}))), "User doesn't exist.", "User doesn't exist."),
        (
            forged(claims(json!({"username": "bob", "user_id": 2}))),
            "User account is disabled.",
            "User account is disabled.",
        ),
    ];
    let (jwt, drf) = (app("jwt", &[]).await, app("drf-jwt", &[]).await);
    for (token, in_jwt, in_drf) in cases {
        for (app, words) in [(&jwt, in_jwt), (&drf, in_drf)] {
            let answer = verify(app, &token).await;
            assert_eq!((answer.status, answer.text()), refusal(words), "{token}");
        }
    }
}

#[tokio::test]
async fn takes_no_token_of_simple_jwt_for_one_of_its_own() {
    let app = app("jwt", &[("TOKEN_CLAIMS", "username")]).await;
    let (refresh, access) = app.log_in().await;
    for token in [refresh, access] {
        let answer = verify(&app, &token).await;
        assert_eq!((answer.status, answer.text()), refusal("Error decoding signature."));
    }
}

#[tokio::test]
async fn takes_no_token_that_nobody_signed() {
    for legacy in ["jwt", "drf-jwt"] {
        let app = app(legacy, &[("JWT_VERIFY", "false")]).await;
        let header = tests::forge::encode(br#"{"alg":"none","typ":"JWT"}"#);
        let payload = tests::forge::encode(claims(json!({})).to_string().as_bytes());
        for token in [format!("{header}.{payload}."), format!("{header}.{payload}.AAAA")] {
            assert_eq!(verify(&app, &token).await.status, 400, "{legacy}");
        }
    }
}

#[tokio::test]
async fn wants_an_id_where_it_is_required() {
    let app = app("drf-jwt", &[("JWT_TOKEN_ID", "require")]).await;
    let answer = verify(&app, &forged(claims(json!({})))).await;
    assert_eq!((answer.status, answer.text()), refusal("Invalid token."));
    assert_eq!(verify(&app, &forged(claims(json!({"jti": "x"})))).await.status, 201);
}

#[tokio::test]
async fn looks_at_no_expiry_where_that_is_set() {
    let app = app("jwt", &[("JWT_VERIFY_EXPIRATION", "false")]).await;
    assert_eq!(verify(&app, &forged(claims(json!({"exp": 1})))).await.status, 200);
}

#[tokio::test]
async fn a_token_is_over_when_all_sessions_are() {
    let app = app("jwt", &[]).await;
    let good = token(&app).await;
    app.service.store.bump_epoch("1", now() + 1).await.unwrap();
    let answer = verify(&app, &good).await;
    assert_eq!((answer.status, answer.text()), refusal("Signature has expired."));
}

#[tokio::test]
async fn a_login_to_come_is_none() {
    let app = app("jwt", &[]).await;
    let long = forged(json!({"user_id": 1, "username": "alice", "exp": now() + 6 * 86_400, "email": ""}));
    assert_eq!(verify(&app, &long).await.status, 200, "JWT_EXPIRATION_DELTA was longer when it was made");
    app.service.store.bump_epoch("1", now()).await.unwrap();
    let answer = verify(&app, &long).await;
    assert_eq!((answer.status, answer.text()), refusal("Signature has expired."));
}

#[tokio::test]
async fn a_token_does_not_follow_the_name_to_another_user() {
    for package in ["jwt", "drf-jwt"] {
        let app = app(package, &[]).await;
        let good = token(&app).await;
        let store = &app.service.store;
        store.rename("1", "alice", "alicia", now()).await.unwrap();
        store.create_user(&crate::app::user("3", "root", true)).await.unwrap();
        store.rename("3", "root", "alice", now()).await.unwrap();
        assert_eq!(verify(&app, &good).await.status, 400, "{package}");
        let nameless = forged(claims(json!({"user_id": null, "iat": now() - 1, "exp": now() + 60})));
        assert_eq!(verify(&app, &nameless).await.status, 400, "{package}: it was issued before the name changed hands");
    }
}

#[tokio::test]
async fn the_endpoints_describe_their_fields() {
    let described = async |app: &TestApp, path: &str| {
        let answer = app.send(Request::new("OPTIONS", path)).await.json();
        let fields = answer["actions"]["POST"].as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>());
        (answer["description"].to_string(), fields.unwrap_or_default())
    };
    let (jwt, drf) = (app("jwt", &[]).await, app("drf-jwt", &[]).await);
    for (path, in_jwt, in_drf) in [
        ("/api-token-auth/", &["username", "password"][..], &["password", "token", "username"][..]),
        ("/api-token-refresh/", &["token"], &["token"]),
        ("/api-token-verify/", &["token"], &["token"]),
    ] {
        let (told, fields) = described(&jwt, path).await;
        let (told_by_drf, fields_of_drf) = described(&drf, path).await;
        assert_eq!((fields, fields_of_drf), (owned(in_jwt), owned(in_drf)), "{path}");
        assert_eq!(told == told_by_drf, path == "/api-token-auth/", "{path}: {told} {told_by_drf}");
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
