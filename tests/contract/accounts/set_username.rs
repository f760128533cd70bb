//! `POST /auth/users/set_username/`

use crate::app::PASSWORD;
use serde_json::{Value, json};
use tests::accounts::{access, djoser, log_in, mails, post_as};

#[tokio::test]
async fn changes_the_name_for_who_knows_the_password() {
    let app = djoser(&[("USERNAME_CHANGED_EMAIL_CONFIRMATION", "true")]).await;
    let own = access(&app, "alice", PASSWORD).await;
    for (current, new, told) in [
        (
            "wrong",
            "BOB",
            r#"{"current_password":["Invalid password."],"new_username":["A user with that username already exists."]}"#,
        ),
        (PASSWORD, "alice", r#"{"new_username":["A user with that username already exists."]}"#),
    ] {
        let answer =
            post_as(&app, &own, "set_username/", json!({"current_password": current, "new_username": new})).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, told));
    }
    let body = json!({"current_password": PASSWORD, "new_username": "Alice"});
    assert_eq!(post_as(&app, &own, "set_username/", body).await.status, 204, "one's own name in another case");
    let body = json!({"current_password": PASSWORD, "new_username": "ａｌ"});
    assert_eq!(post_as(&app, &own, "set_username/", body).await.status, 204);
    assert_eq!([log_in(&app, "alice", PASSWORD).await, log_in(&app, "al", PASSWORD).await], [401, 200]);
    assert_eq!(mails(&app).await.pop().unwrap().subject, "Example - Your username has been successfully changed!");
}

#[tokio::test]
async fn wants_the_name_twice_where_it_is_set() {
    let app = djoser(&[("SET_USERNAME_RETYPE", "true")]).await;
    let own = access(&app, "alice", PASSWORD).await;
    let asked = |retyped: Value| {
        let body = json!({"current_password": PASSWORD, "new_username": "al", "re_new_username": retyped});
        post_as(&app, &own, "set_username/", body)
    };
    for (retyped, told) in [
        (json!(""), r#"{"re_new_username":["This field may not be blank."]}"#),
        (json!("ally"), r#"{"non_field_errors":["The two username fields didn't match."]}"#),
    ] {
        let answer = asked(retyped).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, told));
    }
    assert_eq!(asked(json!("ａｌ")).await.status, 204, "the same name, as Django normalizes it");
    assert_eq!(log_in(&app, "al", PASSWORD).await, 200);
}
