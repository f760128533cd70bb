//! `POST /dj-rest-auth/logout/`

use serde_json::json;
use tests::{
    accounts::{rest_auth, rest_post, send_as},
    wire::Request,
};

#[tokio::test]
async fn ends_the_session_of_the_refresh_token_once() {
    let app = rest_auth(&[]).await;
    let (refresh, _) = app.log_in().await;
    let answer = rest_post(&app, "logout/", json!({"refresh": refresh})).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"detail":"Successfully logged out."}"#));
    assert_eq!(app.refresh(&refresh).await.status, 401);
    let again = rest_post(&app, "logout/", json!({"refresh": refresh})).await;
    assert_eq!((again.status, again.text().as_str()), (401, r#"{"detail":"Token is blacklisted"}"#));
}

#[tokio::test]
async fn says_why_nothing_ends() {
    let app = rest_auth(&[]).await;
    let (_, access) = app.log_in().await;
    for (body, detail) in [
        (json!({}), "Refresh token was not included in request data."),
        (json!({"refresh": null}), "Refresh token was not included in request data."),
        (json!({"refresh": ""}), "Token is invalid"),
        (json!({"refresh": "nonsense"}), "Token is invalid"),
        (json!({"refresh": access}), "Token has wrong type"),
    ] {
        let answer = rest_post(&app, "logout/", body.clone()).await;
        assert_eq!((answer.status, answer.text()), (401, format!(r#"{{"detail":"{detail}"}}"#)), "{body}");
    }
    assert_eq!(rest_post(&app, "logout/", json!(["x"])).await.status, 400, "no body crashes it");
}

#[tokio::test]
async fn a_dead_access_token_keeps_nobody_logged_in() {
    let app = rest_auth(&[]).await;
    let (refresh, _) = app.log_in().await;
    let request = Request::json("/dj-rest-auth/logout/", &json!({"refresh": refresh}));
    assert_eq!(send_as(&app, "nonsense", request).await.status, 200);
    assert_eq!(app.refresh(&refresh).await.status, 401);
}

#[tokio::test]
async fn nothing_is_done_on_a_get() {
    let app = rest_auth(&[]).await;
    assert_eq!(app.send(Request::new("GET", "/dj-rest-auth/logout/")).await.status, 405);
}

#[tokio::test]
async fn says_that_nothing_is_kept_where_nothing_is() {
    let app = rest_auth(&[("BLACKLIST_ENABLED", "false")]).await;
    let answer = rest_post(&app, "logout/", json!({})).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().starts_with(r#"{"detail":"Neither cookies or blacklist are enabled"#), "{}", answer.text());
}
