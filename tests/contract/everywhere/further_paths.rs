//! `ROUTES`: the paths that a team's clients know already.

use crate::app::{PASSWORD, TestApp, text};
use serde_json::json;
use tests::wire::Request;

const ROUTES: (&str, &str) =
    ("ROUTES", "obtain:/auth/login/,refresh:/api/v1/token/refresh/,hello:/me,show_user:/auth/user/");

#[tokio::test]
async fn answer_as_the_endpoints_do_with_and_without_the_slash() {
    let app = TestApp::with(&[ROUTES]).await;
    for (login, refresh, me) in
        [("/auth/login/", "/api/v1/token/refresh/", "/me/"), ("/auth/login", "/api/v1/token/refresh", "/me")]
    {
        let body = json!({"username": "alice", "password": PASSWORD});
        let answer = app.post(login, body).await;
        assert_eq!(answer.status, 200, "{login}: {}", answer.text());
        let answer = app.post(refresh, json!({"refresh": text(&answer, "refresh")})).await;
        assert_eq!(answer.status, 200, "{refresh}: {}", answer.text());
        let access = text(&answer, "access");
        assert_eq!(app.send(Request::bearer(me, &access)).await.text(), app.hello(&access).await.text());
    }
    assert_eq!(app.log_in().await.0.split('.').count(), 3, "the standard paths stay");
}

#[tokio::test]
async fn are_guarded_as_their_endpoints_are() {
    let app = TestApp::with(&[ROUTES]).await;
    for path in ["/me/", "/auth/user/"] {
        assert_eq!(app.send(Request::new("GET", path)).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn are_unknown_where_they_are_not_set() {
    let app = TestApp::with(&[("ROUTES", "obtain:/auth/login/")]).await;
    let body = json!({"username": "alice", "password": PASSWORD});
    for path in ["/auth/logins/", "/login/", "/auth/", "/auth/refresh/"] {
        assert_eq!(app.post(path, body.clone()).await.status, 404, "{path}");
    }
}
