//! `DELETE /api/sessions/{id}/`

use crate::app::{BLACKLISTED, NOT_PROVIDED, PASSWORD, TestApp, sid, text};
use serde_json::json;
use tests::wire::{Answer, Request};

const NOT_FOUND: &str = r#"{"detail":"Not found."}"#;

async fn end(stage: &TestApp, access: &str, id: &str) -> Answer {
    let request = Request::new("DELETE", &format!("/api/sessions/{id}"));
    stage.send(request.header("Authorization", format!("Bearer {access}"))).await
}

#[tokio::test]
async fn rf_21_ends_one_session_and_no_other() {
    let stage = TestApp::hardened(&[]).await;
    let (refresh, access) = stage.log_in().await;
    let (lost_refresh, lost_access) = stage.log_in().await;
    let answer = end(&stage, &access, &format!("{}/", sid(&lost_access))).await;
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    assert_eq!(stage.refresh(&lost_refresh).await.text(), BLACKLISTED);
    assert_eq!(stage.hello(&lost_access).await.text(), BLACKLISTED);
    assert_eq!([stage.refresh(&refresh).await.status, stage.hello(&access).await.status], [200, 200]);
}

#[tokio::test]
async fn can_end_itself_and_needs_no_slash() {
    let stage = TestApp::plain().await;
    let (refresh, access) = stage.log_in().await;
    assert_eq!(end(&stage, &access, &sid(&access)).await.status, 204);
    assert_eq!(stage.refresh(&refresh).await.text(), BLACKLISTED);
}

#[tokio::test]
async fn tells_nobody_of_sessions_that_are_not_theirs() {
    let stage = TestApp::plain().await;
    stage.service.store.set_active("2", true, None).await.unwrap();
    let (_, access) = stage.log_in().await;
    let login = stage.post("/api/token/", json!({"username": "bob", "password": PASSWORD})).await;
    let bobs = text(&login, "refresh");
    for id in [sid(&bobs), "0123456789abcdef".to_owned(), "x".to_owned(), sid(&bobs).to_uppercase(), "%00".to_owned()] {
        let answer = end(&stage, &access, &format!("{id}/")).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, NOT_FOUND), "{id}");
    }
    assert_eq!(stage.refresh(&bobs).await.status, 200);
}

#[tokio::test]
async fn finds_a_session_that_is_over_no_more() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    let (_, other) = stage.log_in().await;
    let id = sid(&other);
    assert_eq!([end(&stage, &access, &id).await.text(), end(&stage, &access, &id).await.text()], ["", NOT_FOUND]);
}

#[tokio::test]
async fn asks_who_it_is_and_allows_delete_alone() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    let path = format!("/api/sessions/{}/", sid(&access));
    assert_eq!(stage.send(Request::new("DELETE", &path)).await.text(), NOT_PROVIDED);
    let answer = stage.send(Request::bearer(&path, &access)).await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("DELETE, OPTIONS")));
    assert_eq!(end(&stage, &access, &format!("{}/more/", sid(&access))).await.status, 404);
}
