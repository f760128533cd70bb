//! `POST /auth/users/set_password/`

use crate::app::{NOT_PROVIDED, PASSWORD};
use serde_json::json;
use tests::accounts::{GOOD, access, djoser, log_in, mails, post, post_as};

#[tokio::test]
async fn changes_the_password_and_ends_the_other_sessions() {
    let app = djoser(&[("SESSION_CHECK", "true")]).await;
    let (own, other) = (access(&app, "alice", PASSWORD).await, access(&app, "alice", PASSWORD).await);
    let body = json!({"current_password": PASSWORD, "new_password": GOOD});
    let answer = post_as(&app, &own, "set_password/", body).await;
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    assert_eq!([log_in(&app, "alice", PASSWORD).await, log_in(&app, "alice", GOOD).await], [401, 200]);
    assert_eq!([app.hello(&own).await.status, app.hello(&other).await.status], [200, 401]);
}

#[tokio::test]
async fn wants_the_current_password_and_a_good_one() {
    let app = djoser(&[("SET_PASSWORD_RETYPE", "true")]).await;
    let own = access(&app, "alice", PASSWORD).await;
    for (current, new, again, told) in [
        ("wrong", "1", "1", r#"{"current_password":["Invalid password."]}"#),
        (PASSWORD, "alice@example", "", r#"{"re_new_password":["This field may not be blank."]}"#),
        (PASSWORD, "829401735", "829401735", r#"{"new_password":["This password is entirely numeric."]}"#),
        (PASSWORD, GOOD, "another", r#"{"non_field_errors":["The two password fields didn't match."]}"#),
    ] {
        let body = json!({"current_password": current, "new_password": new, "re_new_password": again});
        let answer = post_as(&app, &own, "set_password/", body).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, told));
    }
    let silent = post(&app, "set_password/", json!({})).await;
    assert_eq!((silent.status, silent.text().as_str()), (401, NOT_PROVIDED));
}

#[tokio::test]
async fn takes_the_password_typed_twice_and_mails_that_it_changed() {
    let settings = [("SET_PASSWORD_RETYPE", "true"), ("PASSWORD_CHANGED_EMAIL_CONFIRMATION", "true")];
    let app = djoser(&settings).await;
    let own = access(&app, "alice", PASSWORD).await;
    let body = json!({"current_password": PASSWORD, "new_password": GOOD, "re_new_password": GOOD});
    assert_eq!(post_as(&app, &own, "set_password/", body).await.status, 204);
    assert_eq!(mails(&app).await.pop().unwrap().subject, "Example - Your password has been successfully changed!");
}
