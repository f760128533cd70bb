//! `GET /api/user/`

use crate::app::{NO_ACCOUNT, NOT_PROVIDED, PASSWORD, TestApp, user};
use serde_json::json;
use store::User;
use tests::wire::Request;

#[tokio::test]
async fn shows_who_asks_and_no_password() {
    let app = TestApp::plain().await;
    app.service.store.update_profile("1", "alice@example.com", "Alice", "Liddell", None).await.unwrap();
    app.service.store.touch_login("1", 1_700_000_000).await.unwrap();
    let (_, access) = app.log_in().await;
    let answer = app.send(Request::bearer("/api/user/", &access)).await;
    assert_eq!((answer.status, answer.header("allow")), (200, Some("GET, HEAD, OPTIONS")));
    assert_eq!(
        answer.text(),
        r#"{"id":"1","username":"alice","email":"alice@example.com","first_name":"Alice","last_name":"Liddell","groups":[],"is_staff":false,"is_superuser":false,"last_login":"2023-11-14T22:13:20Z","date_joined":"1970-01-01T00:00:00Z"}"#
    );
}

#[tokio::test]
async fn asks_who_it_is() {
    let answer = TestApp::plain().await.send(Request::new("GET", "/api/user/")).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, NOT_PROVIDED));
}

#[tokio::test]
async fn rf_18_shows_nothing_to_who_was_switched_off() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    app.service.store.set_active("1", false, None).await.unwrap();
    let answer = app.send(Request::bearer("/api/user/", &access)).await;
    let inactive = r#"{"detail":"User is inactive","code":"user_inactive"}"#;
    assert_eq!((answer.status, answer.text().as_str()), (401, inactive));
}

#[tokio::test]
async fn shows_nobody_another_user_who_has_the_same_address() {
    let app = TestApp::with(&[("USER_ID_FIELD", "email")]).await;
    let namesake = User { email: "alice@example.com".to_owned(), ..user("3", "mallory", true) };
    app.service.store.create_user(&namesake).await.unwrap();
    let body = json!({"username": "mallory", "password": PASSWORD});
    for path in ["/api/token/", "/api/token/sliding/"] {
        let answer = app.post(path, body.clone()).await;
        assert_eq!((answer.status, answer.text().as_str()), (401, NO_ACCOUNT), "{path}: {}", answer.text());
    }
    assert_eq!(app.log_in().await.0.split('.').count(), 3, "the first owner of the address keeps it");
}

#[tokio::test]
async fn shows_nobody_another_user_who_got_the_name() {
    for (setting, moves) in [("username", 0), ("email", 1)] {
        let app = TestApp::with(&[("USER_ID_FIELD", setting)]).await;
        let (_, access) = app.log_in().await;
        let store = &app.service.store;
        store.create_user(&user("3", "root", true)).await.unwrap();
        let now = crate::app::now();
        if moves == 0 {
            store.rename("1", "alice", "alicia", now).await.unwrap();
            store.rename("3", "root", "alice", now).await.unwrap();
        } else {
            store.update_profile("1", "alicia@example.com", "", "", Some(now)).await.unwrap();
            store.update_profile("3", "alice@example.com", "", "", Some(now)).await.unwrap();
        }
        for request in [Request::bearer("/api/user/", &access), Request::bearer("/api/sessions/", &access)] {
            let answer = app.send(request).await;
            assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some("user_not_found")), "{setting}");
        }
        let ended = Request::new("DELETE", "/api/sessions/").header("Authorization", format!("Bearer {access}"));
        assert_eq!(app.send(ended).await.status, 401, "{setting}");
        let name = if moves == 0 { "alice" } else { "root" };
        let mine = app.post("/api/token/", json!({"username": name, "password": PASSWORD})).await;
        let mine = crate::app::text(&mine, "access");
        assert_eq!(app.send(Request::bearer("/api/user/", &mine)).await.json()["id"], "3", "{setting}: at once");
    }
}

/// An import may give a freed name to a user who joined long ago, so that no date tells the two apart. Their sessions do.
#[tokio::test]
async fn a_session_stays_with_the_deleted_user_whose_name_an_imported_one_gets() {
    for (check, lets_in) in [("true", 401), ("false", 200)] {
        let app = TestApp::hardened(&[("USER_ID_FIELD", "username"), ("SESSION_CHECK", check)]).await;
        let (refresh, access) = app.log_in().await;
        let store = &app.service.store;
        store.delete_user("1", crate::app::now()).await.unwrap();
        store.create_user(&store::User { created_at: 0, epoch: 0, ..user("3", "alice", true) }).await.unwrap();
        assert_eq!(app.hello(&access).await.status, lets_in, "SESSION_CHECK={check}");
        let answer = app.post("/api/token/refresh/", json!({ "refresh": refresh })).await;
        assert_eq!((answer.status, answer.text().as_str()), (401, crate::app::BLACKLISTED), "SESSION_CHECK={check}");
    }
}
