//! `GET /` and the pages beside it: the console and the description of the API, so strict that nothing foreign runs in
//! them.

use crate::app::TestApp;
use tests::{
    template::pages as deployed,
    wire::{Answer, Request},
};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

async fn open(app: &TestApp, path: &str) -> Answer {
    app.send(Request::new("GET", path).header("Accept", BROWSER)).await
}

#[tokio::test]
async fn is_for_those_who_ask_for_html_by_name() {
    let app = TestApp::plain().await;
    let answer = open(&app, "/").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(answer.text().starts_with("<!doctype html>"));
    for accept in ["*/*", "application/json", "text/plain"] {
        let answer = app.send(Request::new("GET", "/").header("Accept", accept)).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, r#"{"detail":"Not found."}"#), "{accept}");
    }
    for request in [Request::new("GET", "/"), Request::new("POST", "/").header("Accept", BROWSER)] {
        assert_eq!(app.send(request).await.status, 404);
    }
    for path in ["/index.html", "/api/console", "/docs/docs.css", "//console"] {
        assert_eq!(open(&app, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn is_deployed_with_all_that_belongs_to_it() {
    let (app, deployed) = (TestApp::plain().await, deployed());
    assert!(deployed.contains(&"/console".to_owned()) && deployed.contains(&"/docs".to_owned()), "{deployed:?}");
    for path in &deployed {
        assert_eq!(open(&app, path).await.status, 200, "{path}");
    }
    for page in ["/console", "/docs"] {
        let html = open(&app, page).await.text();
        let named = html.split(['"']).collect::<Vec<_>>();
        let links = named.windows(2).filter(|two| two[0].ends_with(" href=") || two[0].ends_with(" src="));
        for link in links.map(|two| two[1]).filter(|link| !link.starts_with('#')) {
            assert!(
                deployed.contains(&format!("/{link}")),
                "{page} names {link}, which the template does not lead there"
            );
        }
    }
}

#[tokio::test]
async fn lets_nothing_run_that_this_server_does_not_serve() {
    let app = TestApp::plain().await;
    for path in deployed().iter().map(String::as_str).chain(["/"]) {
        let answer = open(&app, path).await;
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{path}: {policy}");
        for never in ["unsafe", "http:", "https:", "*", "data:", "blob:"] {
            assert!(!policy.contains(never), "{path}: {policy}");
        }
        for always in ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "trusted-types 'none'"] {
            assert!(policy.contains(always), "{path}: {policy}");
        }
        assert_eq!((answer.status, answer.header("x-content-type-options")), (200, Some("nosniff")), "{path}");
        assert_eq!(
            (answer.header("referrer-policy"), answer.header("x-frame-options")),
            (Some("no-referrer"), Some("DENY"))
        );
    }
    assert_eq!(open(&app, "/console.js").await.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(open(&app, "/docs.css").await.header("content-type"), Some("text/css; charset=utf-8"));
}

#[tokio::test]
async fn names_no_other_place_and_keeps_nothing() {
    let app = TestApp::plain().await;
    for path in deployed().iter().filter(|path| *path != "/openapi.json" && *path != "/console.svg") {
        let text = open(&app, path).await.text();
        for foreign in ["//cdn", "https://", "http://"] {
            assert!(!text.contains(foreign), "{path}: {foreign}");
        }
        for inline in ["<style", " style=", "<script>", " onclick=", "javascript:"] {
            assert!(!text.contains(inline), "{path}: {inline}");
        }
        for kept in ["localStorage", "sessionStorage", "indexedDB", "document.cookie", "innerHTML", "eval("] {
            assert!(!text.contains(kept), "{path}: {kept}");
        }
    }
}

#[tokio::test]
async fn a_slash_too_many_is_led_away() {
    let app = TestApp::plain().await;
    for page in ["console", "docs"] {
        let answer = open(&app, &format!("/{page}/")).await;
        assert_eq!((answer.status, answer.header("location")), (308, Some(format!("../{page}").as_str())));
    }
}
