//! `/dj-rest-auth/user/`: `GET`, `PUT` and `PATCH`

use crate::app::NOT_PROVIDED;
use serde_json::{Value, json};
use tests::{
    accounts::{REST_AUTH, mails_with, rest_auth, send_as},
    app::TestApp,
    wire::{Answer, Request},
};

async fn ask(app: &TestApp, access: &str, method: &str, body: &Value) -> Answer {
    let request = Request::new(method, "/dj-rest-auth/user/").header("Content-Type", "application/json");
    send_as(app, access, request.body(body.to_string())).await
}

#[tokio::test]
async fn shows_the_caller() {
    let app = rest_auth(&[]).await;
    let (_, access) = app.log_in().await;
    let answer = ask(&app, &access, "GET", &Value::Null).await;
    let user = r#"{"pk":1,"username":"alice","email":"alice@example.com","first_name":"","last_name":""}"#;
    assert_eq!((answer.status, answer.text().as_str()), (200, user));
    let silent = app.send(Request::new("GET", "/dj-rest-auth/user/")).await;
    assert_eq!((silent.status, silent.text().as_str()), (401, NOT_PROVIDED));
}

#[tokio::test]
async fn writes_the_names_and_nothing_else() {
    let app = rest_auth(&[]).await;
    let (_, access) = app.log_in().await;
    let body =
        json!({"first_name": " Al ", "last_name": "Ice", "email": "evil@example.com", "is_staff": true, "pk": 7});
    let answer = ask(&app, &access, "PATCH", &body).await;
    let user = r#"{"pk":1,"username":"alice","email":"alice@example.com","first_name":"Al","last_name":"Ice"}"#;
    assert_eq!((answer.status, answer.text().as_str()), (200, user));
    let kept = app.service.store.user("1").await.unwrap().unwrap();
    assert!(!kept.is_staff && kept.email == "alice@example.com" && kept.last_name == "Ice");
    assert_eq!(ask(&app, &access, "GET", &Value::Null).await.status, 200, "names end no session");
}

#[tokio::test]
async fn a_name_is_ones_own_and_nobody_elses() {
    let app = rest_auth(&[]).await;
    let (_, access) = app.log_in().await;
    let taken = r#"{"username":["A user with that username already exists."]}"#;
    for (name, status) in [("alice", 200), ("bob", 400), ("BOB", 400), ("Alice", 400), ("al", 200)] {
        let answer = ask(&app, &access, "PUT", &json!({"username": name})).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
        assert!(status == 200 || answer.text() == taken, "{name}: {}", answer.text());
    }
    assert_eq!(app.service.store.user("1").await.unwrap().unwrap().username, "al");
    assert_eq!(
        ask(&app, &access, "PUT", &json!({"first_name": "x"})).await.text(),
        r#"{"username":["This field is required."]}"#
    );
}

#[tokio::test]
async fn tells_what_is_wrong_with_names() {
    let app = rest_auth(&[]).await;
    let (_, access) = app.log_in().await;
    let answer =
        ask(&app, &access, "PATCH", &json!({"first_name": null, "username": null, "last_name": "x".repeat(151)})).await;
    let told = r#"{"username":["This field may not be null."],"first_name":["This field may not be null."],"last_name":["Ensure this field has no more than 150 characters."]}"#;
    assert_eq!((answer.status, answer.text().as_str()), (400, told));
}

#[tokio::test]
async fn a_new_username_is_mailed_and_keeps_the_session_that_gave_it() {
    let app = rest_auth(&[("USERNAME_CHANGED_EMAIL_CONFIRMATION", "true")]).await;
    let ((other, _), (kept, access)) = (app.log_in().await, app.log_in().await);
    assert_eq!(ask(&app, &access, "PATCH", &json!({"first_name": "Al"})).await.status, 200);
    assert_eq!(mails_with(&app, &REST_AUTH).await.len(), 0);
    assert_eq!(ask(&app, &access, "PATCH", &json!({"username": "al"})).await.status, 200);
    let mails = mails_with(&app, &REST_AUTH).await;
    let subjects: Vec<_> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["Example - Your username has been successfully changed!"]);
    assert_eq!([app.refresh(&other).await.status, app.refresh(&kept).await.status], [401, 200]);
}
