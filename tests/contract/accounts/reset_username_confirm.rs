//! `POST /auth/users/reset_username_confirm/`

use crate::app::PASSWORD;
use serde_json::json;
use tests::accounts::{djoser, link, log_in, mails, post, register};

#[tokio::test]
async fn sets_the_name_once() {
    let app = djoser(&[]).await;
    post(&app, "reset_username/", json!({"email": "alice@example.com"})).await;
    let (uid, token) = link(&app).await;
    let asked = |name: &str| json!({"uid": uid, "token": token, "new_username": name});
    let taken = post(&app, "reset_username_confirm/", asked("bob")).await;
    assert_eq!(
        (taken.status, taken.text().as_str()),
        (400, r#"{"new_username":["A user with that username already exists."]}"#)
    );
    assert_eq!(post(&app, "reset_username_confirm/", asked("al")).await.status, 204);
    assert_eq!([log_in(&app, "alice", PASSWORD).await, log_in(&app, "al", PASSWORD).await], [401, 200]);
    let again = post(&app, "reset_username_confirm/", asked("ally")).await;
    assert_eq!((again.status, again.text().as_str()), (400, r#"{"token":["Invalid token for given user."]}"#));
}

#[tokio::test]
async fn a_link_that_is_missing_is_told_like_one_that_is_none() {
    let app = djoser(&[]).await;
    for (body, told) in [
        (json!({"new_username": "al"}), r#"{"token":["Invalid token for given user."]}"#),
        (json!({"new_username": "al", "uid": "MQ"}), r#"{"token":["Invalid token for given user."]}"#),
        (json!({"new_username": "al", "uid": 1, "token": null}), r#"{"token":["Invalid token for given user."]}"#),
    ] {
        let answer = post(&app, "reset_username_confirm/", body).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, told));
    }
}

#[tokio::test]
async fn who_has_no_link_does_not_learn_which_names_are_taken() {
    let app = djoser(&[]).await;
    for name in ["bob", "nobody"] {
        let body = json!({"new_username": name, "uid": "MQ", "token": "d8puec-b03e0303f786c01965c27b7d4e9783ab"});
        let answer = post(&app, "reset_username_confirm/", body).await;
        assert_eq!(answer.text(), r#"{"token":["Invalid token for given user."]}"#, "{name}");
    }
}

#[tokio::test]
async fn mails_that_the_name_changed_and_takes_the_link_as_proof_of_the_address() {
    let app = djoser(&[("USERNAME_CHANGED_EMAIL_CONFIRMATION", "true")]).await;
    register(&app, "newuser", "new@example.com").await;
    assert_eq!(app.service.store.user_with_email("new@example.com").await.unwrap(), None, "nobody has confirmed it");
    post(&app, "reset_username/", json!({"email": "new@example.com"})).await;
    let (uid, token) = link(&app).await;
    app.advance("1s");
    let body = json!({"uid": uid, "token": token, "new_username": "newer"});
    assert_eq!(post(&app, "reset_username_confirm/", body).await.status, 204);
    assert_eq!(mails(&app).await.pop().unwrap().subject, "Example - Your username has been successfully changed!");
    let user = app.service.store.user_with_email("new@example.com").await.unwrap();
    assert_eq!(user.map(|user| user.username).as_deref(), Some("newer"));
}
