//! `POST /auth/users/activation/`

use serde_json::json;
use std::sync::Arc;
use tests::{
    accounts::{GOOD, activating, djoser, link, log_in, mails, post, register},
    app::TestApp,
    events,
};

async fn activate(app: &TestApp, (uid, token): (String, String)) -> (u16, String) {
    let answer = post(app, "activation/", json!({"uid": uid, "token": token})).await;
    (answer.status, answer.text())
}

#[tokio::test]
async fn tells_a_link_that_is_none_in_djosers_words() {
    let app = activating().await;
    register(&app, "newuser", "new@example.com").await;
    let (uid, token) = link(&app).await;
    let invalid = r#"{"token":["Invalid token for given user."]}"#;
    let required = r#"{"uid":["This field is required."],"token":["This field is required."]}"#;
    for (body, told) in [
        (json!({}), required),
        (json!({"uid": "Nzc3", "token": token}), invalid),
        (json!({"uid": format!(" {uid} "), "token": token}), invalid),
        (json!({"uid": uid, "token": "d8puec-b03e0303f786c01965c27b7d4e9783ab"}), invalid),
        (json!({"uid": uid, "token": token.to_uppercase()}), invalid),
        (json!({"uid": "MQ", "token": token}), invalid),
        (json!({"uid": uid, "token": 7}), invalid),
    ] {
        let answer = post(&app, "activation/", body).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, told));
    }
    app.advance("3d");
    app.advance("1s");
    assert_eq!(activate(&app, (uid, token)).await, (400, invalid.to_owned()));
}

/// What is said at last: on a machine that has other work, the store may be too slow for fifty at once, and 503 says to ask again.
async fn answered(app: &TestApp, link: (String, String)) -> u16 {
    for _ in 0..20 {
        match activate(app, link.clone()).await.0 {
            503 => {}
            status => return status,
        }
    }
    503
}

#[tokio::test]
async fn one_of_fifty_who_bring_one_link_is_let_in() {
    let app = Arc::new(activating().await);
    register(&app, "newuser", "new@example.com").await;
    let link = link(&app).await;
    let racers = (0..50).map(|_| {
        let (app, link) = (Arc::clone(&app), link.clone());
        tokio::spawn(async move { answered(&app, link).await })
    });
    let mut statuses = Vec::new();
    for racer in racers.collect::<Vec<_>>() {
        statuses.push(racer.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[49]), (204, 403, 403), "{statuses:?}");
}

#[tokio::test]
async fn is_mailed_and_told_and_leaves_nothing_to_be_confirmed() {
    events::listen();
    let app = djoser(&[("SEND_ACTIVATION_EMAIL", "true"), ("SEND_CONFIRMATION_EMAIL", "true")]).await;
    let id = register(&app, "newuser", "new@example.com").await.json()["id"].as_str().unwrap().to_owned();
    let account = async || app.service.store.account(&id).await.unwrap().unwrap();
    assert_eq!(account().await.unconfirmed_email.as_deref(), Some("new@example.com"));
    assert!(account().await.awaits_activation);
    let link = link(&app).await;
    app.advance("1s");
    assert_eq!(activate(&app, link).await.0, 204);
    assert_eq!((account().await.unconfirmed_email, account().await.awaits_activation), (None, false));
    assert_eq!(
        mails(&app).await.pop().unwrap().subject,
        "Example - Your account has been successfully created and activated!"
    );
    assert_eq!(events::heard("address_confirmed", "user_id", &id).len(), 1);
}

#[tokio::test]
async fn who_was_disabled_stays_so() {
    let app = activating().await;
    let id = register(&app, "newuser", "new@example.com").await.json()["id"].as_str().unwrap().to_owned();
    let link = link(&app).await;
    app.service.store.set_active(&id, false, Some(app.now())).await.unwrap();
    assert_eq!(activate(&app, link).await, (403, r#"{"detail":"Stale token for given user."}"#.to_owned()));
    assert_eq!(log_in(&app, "newuser", GOOD).await, 401);
    post(&app, "resend_activation/", json!({"email": "new@example.com"})).await;
    assert_eq!(mails(&app).await.len(), 0, "nor is there another link");
}

#[tokio::test]
async fn who_was_let_in_by_hand_and_kept_out_again_stays_out() {
    let app = activating().await;
    let id = register(&app, "newuser", "new@example.com").await.json()["id"].as_str().unwrap().to_owned();
    let (link, store) = (link(&app).await, &app.service.store);
    store.set_active(&id, true, None).await.unwrap();
    let active = store.user(&id).await.unwrap().unwrap();
    let wanted = store::User { is_active: false, ..active.clone() };
    store.set_rights(&active, &wanted, None).await.unwrap();
    assert_eq!(activate(&app, link).await.0, 403);
    assert_eq!(log_in(&app, "newuser", GOOD).await, 401);
}

#[tokio::test]
async fn a_link_for_a_password_activates_nobody() {
    let app = activating().await;
    post(&app, "reset_password/", json!({"email": "alice@example.com"})).await;
    let (uid, token) = link(&app).await;
    let answer = post(&app, "activation/", json!({"uid": uid, "token": token})).await;
    assert_eq!(answer.json(), json!({"token": ["Invalid token for given user."]}));
}
