//! `POST /dj-rest-auth/token/refresh/`

use serde_json::json;
use tests::{
    accounts::{rest_auth, rest_post},
    app::INVALID,
};

#[tokio::test]
async fn answers_an_access_token_and_when_it_ends() {
    let app = rest_auth(&[]).await;
    let (refresh, _) = app.log_in().await;
    let answer = rest_post(&app, "token/refresh/", json!({"refresh": refresh})).await;
    let names: Vec<String> = answer.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!((answer.status, names), (200, vec!["access".to_owned(), "access_expiration".to_owned()]));
    assert_eq!(app.hello(answer.json()["access"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn rotates_where_rotation_is_on() {
    let app = rest_auth(&[("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")]).await;
    let (refresh, _) = app.log_in().await;
    let answer = rest_post(&app, "token/refresh/", json!({"refresh": refresh})).await.json();
    assert!(answer["refresh"].is_string() && answer["refresh_expiration"].is_string(), "{answer}");
    assert_eq!(rest_post(&app, "token/refresh/", json!({"refresh": refresh})).await.status, 401);
    assert_eq!(rest_post(&app, "token/refresh/", json!({"refresh": answer["refresh"]})).await.status, 200);
}

#[tokio::test]
async fn says_what_is_wrong() {
    let app = rest_auth(&[]).await;
    let missing = r#"{"detail":"No valid refresh token found.","code":"token_not_valid"}"#;
    for (body, status, told) in [
        (json!({}), 401, missing),
        (json!({"refresh": ""}), 400, r#"{"refresh":["This field may not be blank."]}"#),
        (json!({"refresh": "x"}), 401, INVALID),
    ] {
        let answer = rest_post(&app, "token/refresh/", body).await;
        assert_eq!((answer.status, answer.text().as_str()), (status, told));
    }
}
