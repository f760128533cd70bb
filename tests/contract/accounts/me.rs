//! `/auth/users/me/`: `GET`, `PUT`, `PATCH` and `DELETE`

use crate::app::{NOT_PROVIDED, PASSWORD};
use serde_json::json;
use tests::{
    accounts::{access, activating, djoser, link, log_in, mails, post, send_as},
    wire::Request,
};

fn asking(method: &str, body: &serde_json::Value) -> Request {
    let request = Request::new(method, "/auth/users/me/").header("Content-Type", "application/json");
    request.body(body.to_string())
}

#[tokio::test]
async fn shows_the_caller() {
    let app = djoser(&[]).await;
    let own = access(&app, "alice", PASSWORD).await;
    let answer = send_as(&app, &own, Request::new("GET", "/auth/users/me/")).await;
    let body = r#"{"email":"alice@example.com","id":1,"username":"alice"}"#;
    assert_eq!((answer.status, answer.text().as_str()), (200, body));
    let silent = app.send(Request::new("GET", "/auth/users/me/")).await;
    assert_eq!((silent.status, silent.text().as_str()), (401, NOT_PROVIDED));
}

#[tokio::test]
async fn a_new_address_counts_when_its_link_was_used() {
    let app = activating().await;
    let own = access(&app, "alice", PASSWORD).await;
    let answer = send_as(&app, &own, asking("PATCH", &json!({"email": "other@example.com"}))).await;
    assert_eq!((answer.status, answer.json()["email"].as_str()), (200, Some("other@example.com")));
    let find = async |email: &str| app.service.store.user_with_email(email).await.unwrap().map(|user| user.id);
    assert_eq!(
        [find("alice@example.com").await.as_deref(), find("other@example.com").await.as_deref()],
        [Some("1"), None]
    );
    let [message] = &mails(&app).await[..] else { panic!("one mail") };
    assert_eq!(message.to, "other@example.com");
    let (uid, token) = link(&app).await;
    assert_eq!(post(&app, "activation/", json!({"uid": uid, "token": token})).await.status, 204);
    assert_eq!(
        [find("alice@example.com").await.as_deref(), find("other@example.com").await.as_deref()],
        [None, Some("1")]
    );
}

#[tokio::test]
async fn is_deleted_by_who_knows_the_password() {
    let app = djoser(&[]).await;
    let own = access(&app, "alice", PASSWORD).await;
    let wrong = send_as(&app, &own, asking("DELETE", &json!({"current_password": "wrong"}))).await;
    assert_eq!((wrong.status, wrong.text().as_str()), (400, r#"{"current_password":["Invalid password."]}"#));
    let nothing = send_as(&app, &own, asking("DELETE", &json!({}))).await;
    assert_eq!(nothing.text(), r#"{"current_password":["This field is required."]}"#);
    let gone = send_as(&app, &own, asking("DELETE", &json!({"current_password": PASSWORD}))).await;
    assert_eq!((gone.status, gone.text().as_str()), (204, ""));
    assert_eq!(log_in(&app, "alice", PASSWORD).await, 401);
    let after = send_as(&app, &own, Request::new("GET", "/auth/users/me/")).await;
    assert_eq!(after.json()["code"], "user_not_found");
}
