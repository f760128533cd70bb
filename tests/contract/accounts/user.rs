//! `/auth/users/{id}/`: `GET`, `PUT`, `PATCH` and `DELETE`

use crate::app::{PASSWORD, user};
use serde_json::json;
use tests::{
    accounts::{access, djoser, send_as},
    app::TestApp,
    wire::{Answer, Request},
};

async fn app() -> TestApp {
    let app = djoser(&[]).await;
    for (id, name, is_superuser) in [("3", "staff", false), ("4", "root", true)] {
        let user = store::User { is_staff: true, is_superuser, ..user(id, name, true) };
        app.service.store.create_user(&user).await.unwrap();
    }
    app
}

async fn asked(app: &TestApp, who: &str, method: &str, id: &str) -> Answer {
    let request = Request::new(method, &format!("/auth/users/{id}/")).header("Content-Type", "application/json");
    let body = json!({"email": "set@example.com", "current_password": PASSWORD}).to_string();
    let request = if method == "GET" { request } else { request.body(body) };
    send_as(app, &access(app, who, PASSWORD).await, request).await
}

#[tokio::test]
async fn is_there_for_its_user_and_for_staff_alone() {
    let app = app().await;
    for (who, id, status) in [("alice", "1", 200), ("alice", "3", 404), ("alice", "77", 404), ("staff", "1", 200)] {
        assert_eq!(asked(&app, who, "GET", id).await.status, status, "{who} {id}");
    }
    let [other, nobody] = [asked(&app, "alice", "GET", "3").await, asked(&app, "alice", "GET", "77").await];
    assert_eq!(other.text(), nobody.text(), "who exists is not told");
}

#[tokio::test]
async fn staff_do_not_reach_a_superuser() {
    let app = app().await;
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        assert_eq!(asked(&app, "staff", method, "4").await.status, 404, "{method}");
    }
    assert_eq!(asked(&app, "root", "DELETE", "3").await.status, 204);
    assert!(app.service.store.user("4").await.unwrap().is_some());
    assert!(app.service.store.user("3").await.unwrap().is_none());
}
