//! AUTH_COOKIE and the other hosts of the domain: they can set a cookie that the browser sends along, and it counts for
//! nothing.

use crate::{
    app::{PASSWORD, TestApp, claims, text, user},
    cookies::cookie::{Browser, COOKIES, REFRESH},
};
use serde_json::json;
use tests::wire::{Answer, Request};

const NOTHING: &str = r#"{"detail":"Authentication credentials were not provided."}"#;
const PATHS: [&str; 2] = ["/api/token/refresh/", "/api/token/blacklist/"];

/// A refresh token of mallory, who has an account here and a host beside this one.
async fn mallorys(app: &TestApp) -> String {
    app.service.store.create_user(&user("3", "mallory", true)).await.unwrap();
    text(&app.post("/api/token/", json!({"username": "mallory", "password": PASSWORD})).await, "refresh")
}

/// The cookies of another host come first where their path is longer (RFC 6265 section 5.4), and last where theirs is not.
async fn beside(browser: &mut Browser<'_>, path: &str, foreign: &str, first: bool) -> Answer {
    let request = Request::json(path, &json!({}));
    let own = browser.cookies(Request::new("POST", "/")).bytes();
    let own = String::from_utf8(own).unwrap();
    let own = own.lines().find_map(|line| line.strip_prefix("Cookie: ")).unwrap_or_default();
    let line = if first { format!("{foreign}; {own}") } else { format!("{own}; {foreign}") };
    let jar = std::mem::take(&mut browser.jar);
    let answer = browser.send(request.header("Cookie", line)).await;
    let set = std::mem::replace(&mut browser.jar, jar);
    browser.jar.extend(set);
    answer
}

#[tokio::test]
async fn a_token_from_beside_neither_counts_nor_keeps_the_own_from_counting() {
    let settings = [COOKIES, ("PROFILE", "hardened"), ("ALGORITHM", "HS256"), ("JTI_CLAIM", "tid")];
    let app = TestApp::with(&settings).await;
    let theirs = mallorys(&app).await;
    let mut browser = Browser::of_alice(&app).await;
    for foreign in [theirs.as_str(), "", "x", "a.b.c"] {
        for first in [true, false] {
            let answer = beside(&mut browser, PATHS[0], &format!("{REFRESH}={foreign}"), first).await;
            assert_eq!((answer.status, answer.text().as_str()), (200, "{}"), "{foreign:?} {first}");
            assert_eq!(claims(&browser.token(REFRESH))["user_id"], "1", "{foreign:?} {first}");
        }
    }
    let answer = beside(&mut browser, PATHS[1], &format!("{REFRESH}={theirs}"), true).await;
    assert_eq!((answer.status, answer.headers("set-cookie").len()), (200, 3));
    assert_eq!(app.refresh(&browser.token(REFRESH)).await.status, 401, "alice is logged out");
    assert_eq!(app.refresh(&theirs).await.status, 200, "and mallory is not");
}

/// Whoever is not logged in is not made somebody else, either.
#[tokio::test]
async fn a_token_from_beside_is_none_by_itself() {
    let app = TestApp::with(&[COOKIES]).await;
    let theirs = mallorys(&app).await;
    for path in PATHS {
        let mut browser = Browser::before(&app);
        browser.jar.insert(REFRESH.to_owned(), theirs.clone());
        let answer = browser.post(path, json!({})).await;
        assert_eq!((answer.status, answer.text().as_str()), (401, NOTHING), "{path}");
    }
    assert_eq!(app.refresh(&theirs).await.status, 200);
}

/// The name of a session opens nothing by itself.
#[tokio::test]
async fn a_session_that_is_named_still_needs_its_token() {
    let app = TestApp::with(&[COOKIES]).await;
    let mut browser = Browser::of_alice(&app).await;
    let own = browser.jar.remove(REFRESH).unwrap();
    assert_eq!(browser.refresh().await.text(), NOTHING);
    let (signed, _) = own.rsplit_once('.').unwrap();
    browser.jar.insert(REFRESH.to_owned(), format!("{signed}.AAAA"));
    assert_eq!(browser.refresh().await.json()["detail"], "Token is invalid");
}
