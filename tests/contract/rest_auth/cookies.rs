//! JWT_AUTH_COOKIE and JWT_AUTH_REFRESH_COOKIE

use crate::app::PASSWORD;
use serde_json::json;
use tests::{
    accounts::{rest_auth, rest_post, sign_up},
    app::TestApp,
    wire::{Answer, Request},
};

const COOKIES: [(&str, &str); 2] = [("JWT_AUTH_COOKIE", "access"), ("JWT_AUTH_REFRESH_COOKIE", "refresh")];

async fn log_in(app: &TestApp) -> Answer {
    rest_post(app, "login/", json!({"username": "alice", "password": PASSWORD})).await
}

/// What a browser sends back.
fn jar(answer: &Answer) -> String {
    let pairs = answer.headers("set-cookie").into_iter().filter_map(|line| line.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

async fn ask(app: &TestApp, method: &str, path: &str, jar: &str, origin: Option<&str>) -> Answer {
    let request = Request::new(method, &format!("/dj-rest-auth/{path}")).header("Cookie", jar);
    let request = request.header("Content-Type", "application/json").body(if method == "GET" { "" } else { "{}" });
    app.send(match origin {
        Some(origin) => request.header("Origin", origin),
        None => request,
    })
    .await
}

#[tokio::test]
async fn carry_both_tokens_and_the_refresh_token_is_nowhere_else() {
    let app = rest_auth(&COOKIES).await;
    let answer = log_in(&app).await;
    let [access, refresh] = &answer.headers("set-cookie")[..] else { panic!("two cookies") };
    assert!(
        access.starts_with("access=eyJ") && access.ends_with("; HttpOnly; Max-Age=300; Path=/; SameSite=Lax; Secure")
    );
    assert!(refresh.ends_with("; HttpOnly; Max-Age=86400; Path=/dj-rest-auth; SameSite=Lax; Secure"), "{refresh}");
    assert_eq!(answer.json()["refresh"], "");
    let new = sign_up(&app, "newuser", "new@example.com").await;
    assert_eq!((new.headers("set-cookie").len(), &new.json()["refresh"]), (2, &json!("")));
}

#[tokio::test]
async fn open_what_an_access_token_opens_and_are_renewed_and_taken_away() {
    let app = rest_auth(&COOKIES).await;
    let jar = jar(&log_in(&app).await);
    assert_eq!(ask(&app, "GET", "user/", &jar, None).await.json()["username"], "alice");
    let hello = app.send(Request::new("GET", "/api/hello/").header("Cookie", jar.as_str())).await;
    assert_eq!(hello.status, 200, "every guarded route takes the cookie");
    let renewed = ask(&app, "POST", "token/refresh/", &jar, None).await;
    assert_eq!((renewed.status, renewed.headers("set-cookie").len()), (200, 1), "{}", renewed.text());
    let gone = ask(&app, "POST", "logout/", &jar, None).await;
    assert_eq!((gone.status, gone.headers("set-cookie").len()), (200, 2));
    assert!(gone.headers("set-cookie").iter().all(|line| line.contains("=\"\"; expires=Thu, 01 Jan 1970")));
    let again = ask(&app, "POST", "logout/", &jar, None).await;
    assert_eq!((again.status, again.headers("set-cookie").len()), (401, 2), "who is logged out loses the cookies, too");
}

#[tokio::test]
async fn count_for_no_page_of_another_origin() {
    let app = rest_auth(&[&COOKIES[..], &[("AUTH_COOKIE_ORIGINS", "https://app.example.com")]].concat()).await;
    let jar = jar(&log_in(&app).await);
    for (method, path) in [("GET", "user/"), ("PATCH", "user/"), ("POST", "token/refresh/"), ("POST", "logout/")] {
        let evil = ask(&app, method, path, &jar, Some("https://evil.example")).await;
        // Before the user's own endpoint stands the authorizer.
        let status = if path == "user/" { 401 } else { 403 };
        assert_eq!((evil.status, evil.headers("set-cookie").len()), (status, 0), "{path}");
    }
    for (method, path) in [("GET", "user/"), ("PATCH", "user/"), ("POST", "token/refresh/"), ("POST", "logout/")] {
        assert_eq!(ask(&app, method, path, &jar, Some("https://app.example.com")).await.status, 200, "{path}");
    }
    let login = Request::json("/dj-rest-auth/login/", &json!({"username": "alice", "password": PASSWORD}));
    let evil = app.send(login.header("Origin", "https://evil.example")).await;
    assert_eq!((evil.status, evil.headers("set-cookie").len()), (403, 0), "nobody is logged in unasked");
}

#[tokio::test]
async fn are_nothing_where_they_have_no_name() {
    let app = rest_auth(&[]).await;
    let (_, access) = app.log_in().await;
    assert_eq!(ask(&app, "GET", "user/", &format!("access={access}"), None).await.status, 401);
}

#[tokio::test]
async fn are_taken_away_where_no_blacklist_is_kept() {
    let app = rest_auth(&[&COOKIES[..], &[("BLACKLIST_ENABLED", "false")]].concat()).await;
    let gone = ask(&app, "POST", "logout/", &jar(&log_in(&app).await), None).await;
    assert_eq!((gone.status, gone.headers("set-cookie").len()), (200, 2));
    assert_eq!(gone.text(), r#"{"detail":"Successfully logged out."}"#);
}

#[tokio::test]
async fn are_taken_away_with_a_token_that_ends_nothing() {
    let app = rest_auth(&COOKIES).await;
    let missing = ask(&app, "POST", "logout/", "access=x", None).await;
    assert_eq!((missing.status, missing.headers("set-cookie").len()), (401, 2));
    assert_eq!(missing.text(), r#"{"detail":"Refresh token was not included in cookie data."}"#);
    let broken = ask(&app, "POST", "logout/", "refresh=x", None).await;
    assert_eq!((broken.status, broken.headers("set-cookie").len()), (401, 2));
    assert_eq!(broken.text(), r#"{"detail":"Token is invalid"}"#);
}

#[tokio::test]
async fn may_have_a_long_name() {
    let name = "a-name-of-thirty-two-characters-";
    let app = rest_auth(&[("JWT_AUTH_COOKIE", name)]).await;
    let answer = log_in(&app).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.headers("set-cookie")[0].starts_with(&format!("{name}=eyJ")));
}
