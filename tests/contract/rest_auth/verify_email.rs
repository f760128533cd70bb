//! `POST /dj-rest-auth/registration/verify-email/`

use serde_json::json;
use tests::{
    accounts::{GOOD, key, log_in, rest_auth, rest_post, sign_up, verifying},
    app::{TestApp, text},
};

async fn verify(app: &TestApp, key: &str) -> (u16, String) {
    let answer = rest_post(app, "registration/verify-email/", json!({"key": key})).await;
    (answer.status, answer.text())
}

#[tokio::test]
async fn confirms_the_address_once() {
    let app = verifying().await;
    sign_up(&app, "newuser", "new@example.com").await;
    let key = key(&app).await;
    assert_eq!(verify(&app, &key).await, (200, r#"{"detail":"ok"}"#.to_owned()));
    assert_eq!(log_in(&app, "newuser", GOOD).await, 200);
    let not_found = (404, r#"{"detail":"Not found."}"#.to_owned());
    for dead in [key.as_str(), "nonsense", "", "MQ:1:x"] {
        let (status, body) = verify(&app, dead).await;
        assert!(dead.is_empty() && status == 400 || (status, body) == not_found, "{dead}");
    }
}

#[tokio::test]
async fn ends_what_was_begun_before() {
    let app = rest_auth(&[]).await;
    let refresh = text(&sign_up(&app, "newuser", "new@example.com").await, "refresh");
    assert_eq!(verify(&app, &key(&app).await).await.0, 200);
    assert_eq!(app.refresh(&refresh).await.status, 401);
}

#[tokio::test]
async fn a_key_is_good_for_its_time_and_a_login_does_not_end_it() {
    let app = rest_auth(&[("UPDATE_LAST_LOGIN", "true")]).await;
    sign_up(&app, "newuser", "new@example.com").await;
    let late = key(&app).await;
    assert_eq!(log_in(&app, "newuser", GOOD).await, 200);
    app.advance("3d");
    assert_eq!(verify(&app, &late).await.0, 200, "exactly at the end it is good");
    sign_up(&app, "other", "other@example.com").await;
    let later = key(&app).await;
    app.advance("3d");
    app.advance("1s");
    assert_eq!(verify(&app, &later).await.0, 404);
}

#[tokio::test]
async fn who_was_disabled_stays_so() {
    let app = verifying().await;
    sign_up(&app, "newuser", "new@example.com").await;
    let (key, store) = (key(&app).await, &app.service.store);
    let user = store.user_folded("newuser").await.unwrap().unwrap();
    store.set_active(&user.id, false, Some(app.now() + 1)).await.unwrap();
    assert_eq!(verify(&app, &key).await.0, 404);
    assert_eq!(log_in(&app, "newuser", GOOD).await, 401);
}

/// A link that sets a password confirms nothing, and a key sets no password.
#[tokio::test]
async fn takes_no_link_of_another_kind() {
    let app = verifying().await;
    sign_up(&app, "newuser", "new@example.com").await;
    let key = key(&app).await;
    let body = json!({"uid": "MQ", "token": key, "new_password1": GOOD, "new_password2": GOOD});
    assert_eq!(rest_post(&app, "password/reset/confirm/", body).await.status, 400);
    app.advance("1s");
    rest_post(&app, "password/reset/", json!({"email": "alice@example.com"})).await;
    let (uid, token) = tests::accounts::link(&app).await;
    for odd in [format!("{uid}:{token}"), token] {
        assert_eq!(verify(&app, &odd).await.0, 404);
    }
}
