//! `POST /auth/users/reset_password_confirm/`

use crate::app::{PASSWORD, SECRET, user};
use link::{Kind, Secret, Subject};
use serde_json::json;
use std::sync::Arc;
use tests::{
    accounts::{DJOSER, GOOD, access, djoser, link, log_in, mails, post, register},
    app::TestApp,
    service::Service,
};
use token::KeySet;

async fn confirm(app: &TestApp, (uid, token): &(String, String), password: &str) -> (u16, String) {
    let body = json!({"uid": uid, "token": token, "new_password": password});
    let answer = post(app, "reset_password_confirm/", body).await;
    (answer.status, answer.text())
}

async fn asked(app: &TestApp, email: &str) -> (String, String) {
    assert_eq!(post(app, "reset_password/", json!({"email": email})).await.status, 204);
    link(app).await
}

#[tokio::test]
async fn sets_the_password_once_and_ends_all_sessions() {
    let app = djoser(&[("PASSWORD_CHANGED_EMAIL_CONFIRMATION", "true"), ("SESSION_CHECK", "true")]).await;
    let before = access(&app, "alice", PASSWORD).await;
    let link = asked(&app, "alice@example.com").await;
    app.advance("1s");
    assert_eq!(confirm(&app, &link, GOOD).await, (204, String::new()));
    let last_login = app.service.store.user("1").await.unwrap().unwrap().last_login;
    assert_eq!(last_login, Some(app.now()), "as djoser records it");
    assert_eq!([log_in(&app, "alice", PASSWORD).await, log_in(&app, "alice", GOOD).await], [401, 200]);
    assert_eq!(app.hello(&before).await.status, 401);
    let invalid = r#"{"token":["Invalid token for given user."]}"#.to_owned();
    assert_eq!(confirm(&app, &link, "another-quartz-lamp").await, (400, invalid));
    assert_eq!(mails(&app).await.pop().unwrap().subject, "Example - Your password has been successfully changed!");
}

#[tokio::test]
async fn one_of_fifty_who_bring_one_link_sets_the_password() {
    let app = Arc::new(djoser(&[]).await);
    let link = asked(&app, "alice@example.com").await;
    let racers = (0..50).map(|number| {
        let (app, link) = (Arc::clone(&app), link.clone());
        tokio::spawn(async move { confirm(&app, &link, &format!("{GOOD}-{number}")).await.0 })
    });
    let mut won = 0;
    for racer in racers.collect::<Vec<_>>() {
        won += u32::from(racer.await.unwrap() == 204);
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_weak_password_leaves_the_link_good() {
    let app = djoser(&[]).await;
    let link = asked(&app, "alice@example.com").await;
    let short = r#"{"new_password":["This password is too short. It must contain at least 8 characters.","This password is entirely numeric."]}"#;
    assert_eq!(confirm(&app, &link, "829401").await, (400, short.to_owned()));
    let alike = r#"{"new_password":["The password is too similar to the email address."]}"#;
    assert_eq!(confirm(&app, &link, "alice@example").await, (400, alike.to_owned()));
    assert_eq!(confirm(&app, &link, GOOD).await.0, 204);
}

#[tokio::test]
async fn a_link_is_dead_after_a_change_of_password_or_when_its_time_is_up() {
    let app = djoser(&[]).await;
    for kill in ["password", "time", "disabled"] {
        let link = asked(&app, "alice@example.com").await;
        let store = &app.service.store;
        match kill {
            "password" => _ = store.set_password("1", "argon2$another", None).await.unwrap(),
            "time" => app.advance("259201s"),
            _ => _ = store.set_active("1", false, Some(app.now())).await.unwrap(),
        }
        assert_eq!(confirm(&app, &link, GOOD).await.0, 400, "{kill}");
    }
}

#[tokio::test]
async fn a_link_confirms_the_address_that_it_was_sent_to() {
    let app = djoser(&[]).await;
    register(&app, "newuser", "new@example.com").await;
    let link = asked(&app, "new@example.com").await;
    assert_eq!(app.service.store.user_with_email("new@example.com").await, Ok(None));
    assert_eq!(confirm(&app, &link, "another-quartz-lamp").await.0, 204);
    let owner = app.service.store.user_with_email("new@example.com").await.unwrap().unwrap();
    assert_eq!((owner.username.as_str(), log_in(&app, "newuser", GOOD).await), ("newuser", 401));
}

#[tokio::test]
async fn a_link_that_django_mailed_before_the_move_is_good_once() {
    let former = "golden-secret-key-0123456789abcdefghijklmnopqrstuvwxyz-0123456789ABCDEF";
    let keys = json!({"keys": [
        {"alg": "HS256", "material": SECRET},
        {"alg": "HS256", "material": former, "verify_only": true},
    ]});
    let settings = DJOSER.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let service = Service::with_keys(&settings, KeySet::parse(&keys.to_string()).unwrap()).await.unwrap();
    let (app, alice) = (TestApp { service }, user("1", "alice", true));
    app.service.store.create_user(&alice).await.unwrap();
    let subject = Subject { id: "1", password: &alice.password, last_login: "", email: &alice.email, addresses: "" };
    let made = |secret: &[u8]| link::token(Kind::Password, &subject, Secret::Django(secret), app.now() + 7_200);
    let statuses = [made(SECRET.as_bytes()), made(former.as_bytes()), made(former.as_bytes())];
    let mut answered = Vec::new();
    for token in statuses {
        answered.push(confirm(&app, &("MQ".to_owned(), token), GOOD).await.0);
    }
    assert_eq!(answered, [400, 204, 400], "what signs here now is no secret of Django's");
}
