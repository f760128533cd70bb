//! `POST /dj-rest-auth/password/change/`

use crate::app::PASSWORD;
use serde_json::json;
use tests::accounts::{GOOD, REST_AUTH, log_in, mails_with, rest_auth, rest_post_as};

#[tokio::test]
async fn sets_it_for_who_knows_the_present_one_and_ends_the_other_sessions() {
    let app = rest_auth(&[]).await;
    let ((other, _), (kept, access)) = (app.log_in().await, app.log_in().await);
    let body = |old: &str| json!({"old_password": old, "new_password1": GOOD, "new_password2": GOOD});
    let wrong = rest_post_as(&app, &access, "password/change/", body("wrong")).await;
    let told = r#"{"old_password":["Your old password was entered incorrectly. Please enter it again."]}"#;
    assert_eq!((wrong.status, wrong.text().as_str()), (400, told));
    let answer = rest_post_as(&app, &access, "password/change/", body(PASSWORD)).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"detail":"New password has been saved."}"#));
    assert_eq!([log_in(&app, "alice", PASSWORD).await, log_in(&app, "alice", GOOD).await], [401, 200]);
    assert_eq!([app.refresh(&other).await.status, app.refresh(&kept).await.status], [401, 200]);
}

#[tokio::test]
async fn the_present_one_is_left_out_where_the_setting_says_so() {
    let app = rest_auth(&[("OLD_PASSWORD_FIELD_ENABLED", "false")]).await;
    let (_, access) = app.log_in().await;
    let new = |one: &str, two: &str| json!({"new_password1": one, "new_password2": two});
    for (body, told) in [
        (new(GOOD, "other"), "{\"new_password2\":[\"The two password fields didn\u{2019}t match.\"]}"),
        (
            new("12345", "12345"),
            r#"{"new_password2":["This password is too short. It must contain at least 8 characters.","This password is too common.","This password is entirely numeric."]}"#,
        ),
        (json!({}), r#"{"new_password1":["This field is required."],"new_password2":["This field is required."]}"#),
    ] {
        let answer = rest_post_as(&app, &access, "password/change/", body).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, told));
    }
    assert_eq!(rest_post_as(&app, &access, "password/change/", new(GOOD, GOOD)).await.status, 200);
}

#[tokio::test]
async fn a_stolen_token_is_not_enough() {
    let app = rest_auth(&[]).await;
    let (_, access) = app.log_in().await;
    let body = json!({"new_password1": GOOD, "new_password2": GOOD});
    let answer = rest_post_as(&app, &access, "password/change/", body).await;
    assert_eq!((answer.status, answer.text().as_str()), (400, r#"{"old_password":["This field is required."]}"#));
}

#[tokio::test]
async fn is_mailed_where_the_setting_says_so() {
    let app = rest_auth(&[("PASSWORD_CHANGED_EMAIL_CONFIRMATION", "true")]).await;
    let (_, access) = app.log_in().await;
    let body = json!({"old_password": PASSWORD, "new_password1": GOOD, "new_password2": GOOD});
    assert_eq!(rest_post_as(&app, &access, "password/change/", body).await.status, 200);
    let subject = mails_with(&app, &REST_AUTH).await.pop().unwrap().subject;
    assert_eq!(subject, "Example - Your password has been successfully changed!");
}
