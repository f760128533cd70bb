//! `DELETE /api/sessions/{id}/`

use crate::app::{BLACKLISTED, NOT_PROVIDED, PASSWORD, TestApp, sid, text};
use serde_json::json;
use tests::wire::{Answer, Request};

const NOT_FOUND: &str = r#"{"detail":"Not found."}"#;

async fn end(app: &TestApp, access: &str, id: &str) -> Answer {
    let request = Request::new("DELETE", &format!("/api/sessions/{id}"));
    app.send(request.header("Authorization", format!("Bearer {access}"))).await
}

#[tokio::test]
async fn rf_21_ends_one_session_and_no_other() {
    let app = TestApp::hardened(&[]).await;
    let (refresh, access) = app.log_in().await;
    let (lost_refresh, lost_access) = app.log_in().await;
    let answer = end(&app, &access, &format!("{}/", sid(&lost_access))).await;
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    assert_eq!(app.refresh(&lost_refresh).await.text(), BLACKLISTED);
    assert_eq!(app.hello(&lost_access).await.text(), BLACKLISTED);
    assert_eq!([app.refresh(&refresh).await.status, app.hello(&access).await.status], [200, 200]);
}

#[tokio::test]
async fn can_end_itself_and_needs_no_slash() {
    let app = TestApp::plain().await;
    let (refresh, access) = app.log_in().await;
    assert_eq!(end(&app, &access, &sid(&access)).await.status, 204);
    assert_eq!(app.refresh(&refresh).await.text(), BLACKLISTED);
}

#[tokio::test]
async fn tells_nobody_of_sessions_that_are_not_theirs() {
    let app = TestApp::plain().await;
    app.service.store.set_active("2", true, None).await.unwrap();
    let (_, access) = app.log_in().await;
    let login = app.post("/api/token/", json!({"username": "bob", "password": PASSWORD})).await;
    let bobs = text(&login, "refresh");
    for id in [sid(&bobs), "0123456789abcdef".to_owned(), "x".to_owned(), sid(&bobs).to_uppercase(), "%00".to_owned()] {
        let answer = end(&app, &access, &format!("{id}/")).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, NOT_FOUND), "{id}");
    }
    assert_eq!(app.refresh(&bobs).await.status, 200);
}

/// DynamoDB would refuse such a key.
#[tokio::test]
async fn asks_the_store_for_no_id_that_is_none() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let answer = end(&app, &access, &"0".repeat(3000)).await;
    assert_eq!((answer.status, answer.text().as_str()), (404, NOT_FOUND));
}

#[tokio::test]
async fn finds_a_session_that_is_over_no_more() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let (_, other) = app.log_in().await;
    let id = sid(&other);
    assert_eq!([end(&app, &access, &id).await.text(), end(&app, &access, &id).await.text()], ["", NOT_FOUND]);
}

#[tokio::test]
async fn asks_who_it_is_and_allows_delete_alone() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let path = format!("/api/sessions/{}/", sid(&access));
    assert_eq!(app.send(Request::new("DELETE", &path)).await.text(), NOT_PROVIDED);
    let answer = app.send(Request::bearer(&path, &access)).await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("DELETE, OPTIONS")));
    assert_eq!(end(&app, &access, &format!("{}/more/", sid(&access))).await.status, 404);
}
