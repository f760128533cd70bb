//! `POST /dj-rest-auth/password/reset/confirm/`

use crate::app::{PASSWORD, SECRET};
use serde_json::{Value, json};
use tests::{
    accounts::{GOOD, REST_AUTH, link, log_in, mails_with, rest_auth, rest_post, sign_up},
    app::{TestApp, user},
    service::Service,
    wire::Answer,
};
use token::{Algorithm, Key, KeySet};

async fn confirm(app: &TestApp, (uid, token): (&str, &str), new: &str) -> Answer {
    let body = json!({"uid": uid, "token": token, "new_password1": new, "new_password2": new});
    rest_post(app, "password/reset/confirm/", body).await
}

async fn asked(app: &TestApp) -> (String, String) {
    rest_post(app, "password/reset/", json!({"email": "alice@example.com"})).await;
    link(app).await
}

#[tokio::test]
async fn sets_the_password_once_and_ends_all_sessions() {
    let app = rest_auth(&[]).await;
    let (refresh, _) = app.log_in().await;
    let (uid, token) = asked(&app).await;
    let weak = confirm(&app, (&uid, &token), "alice-alice@example.com").await;
    let told = r#"{"new_password2":["The password is too similar to the email address."]}"#;
    assert_eq!((weak.status, weak.text().as_str()), (400, told));
    let answer = confirm(&app, (&uid, &token), GOOD).await;
    let told = r#"{"detail":"Password has been reset with the new password."}"#;
    assert_eq!((answer.status, answer.text().as_str()), (200, told));
    assert_eq!([log_in(&app, "alice", PASSWORD).await, log_in(&app, "alice", GOOD).await], [401, 200]);
    assert_eq!(app.refresh(&refresh).await.status, 401);
    let again = confirm(&app, (&uid, &token), PASSWORD).await;
    assert_eq!((again.status, again.text().as_str()), (400, r#"{"token":["Invalid value"]}"#));
}

#[tokio::test]
async fn a_dead_link_does_not_tell_who_has_an_account() {
    let app = rest_auth(&[]).await;
    let (alice, nobody) = (link::uid("1"), link::uid("77"));
    let told = |answer: Answer| (answer.status, answer.text());
    let [known, unknown] = [confirm(&app, (&alice, "a-b"), GOOD).await, confirm(&app, (&nobody, "a-b"), GOOD).await];
    assert_eq!(told(known), told(unknown));
    let odd = confirm(&app, ("!", "a-b"), GOOD).await;
    assert_eq!((odd.status, odd.text().as_str()), (400, r#"{"uid":["Invalid value"]}"#));
}

#[tokio::test]
async fn of_fifty_who_bring_a_link_one_succeeds() {
    let app = rest_auth(&[]).await;
    let (uid, token) = asked(&app).await;
    let tries = (0..50).map(|_| confirm(&app, (&uid, &token), GOOD));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
}

#[tokio::test]
async fn who_was_disabled_stays_so() {
    let app = rest_auth(&[]).await;
    let (uid, token) = asked(&app).await;
    app.service.store.set_active("1", false, None).await.unwrap();
    assert_eq!(confirm(&app, (&uid, &token), GOOD).await.status, 400);
}

/// django-allauth writes the number of a user in base 36, and mixes all addresses into its links.
#[tokio::test]
async fn a_link_that_allauth_mailed_before_the_move_works_once() {
    let keys = vec![
        Key::hmac(None, Algorithm::HS256, SECRET.as_bytes()).unwrap(),
        Key::hmac(None, Algorithm::HS256, b"the SECRET_KEY of a project in Django").unwrap().verify_only(),
    ];
    let variables = REST_AUTH.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let service = Service::with_keys(&variables, KeySet::new(keys).unwrap()).await.unwrap();
    let alice = user("1000", "alice", true);
    service.store.create_user(&alice).await.unwrap();
    let app = TestApp { service };
    let subject = link::Subject {
        id: "1000",
        password: &alice.password,
        last_login: "",
        email: "alice@example.com",
        addresses: "alice@example.com",
    };
    let secret = link::Secret::Django(b"the SECRET_KEY of a project in Django");
    let token = link::token(link::Kind::Password, &subject, secret, app.now() - 60);
    let statuses = [confirm(&app, ("rs", &token), GOOD).await.status, confirm(&app, ("rs", &token), GOOD).await.status];
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn tells_all_that_is_missing() {
    let app = rest_auth(&[]).await;
    let answer = rest_post(&app, "password/reset/confirm/", json!({})).await.json();
    let names: Vec<String> = answer.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["new_password1", "new_password2", "uid", "token"]);
    assert!(answer.as_object().unwrap().values().all(|told: &Value| *told == json!(["This field is required."])));
}

#[tokio::test]
async fn is_mailed_and_takes_the_link_as_proof_of_the_address() {
    let app = rest_auth(&[("PASSWORD_CHANGED_EMAIL_CONFIRMATION", "true")]).await;
    assert_eq!(sign_up(&app, "newuser", "new@example.com").await.status, 201);
    assert_eq!(app.service.store.user_with_email("new@example.com").await.unwrap(), None, "nobody has confirmed it");
    app.advance("1s");
    rest_post(&app, "password/reset/", json!({"email": "new@example.com"})).await;
    let (uid, token) = link(&app).await;
    app.advance("1s");
    assert_eq!(confirm(&app, (&uid, &token), "another-quartz-lamp").await.status, 200);
    let subject = mails_with(&app, &REST_AUTH).await.pop().unwrap().subject;
    assert_eq!(subject, "Example - Your password has been successfully changed!");
    let user = app.service.store.user_with_email("new@example.com").await.unwrap();
    assert_eq!(user.map(|user| user.username).as_deref(), Some("newuser"));
}
