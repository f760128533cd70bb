//! `GET /`: the console, for browsers alone, and so strict that nothing foreign runs in it.

use tests::wire::{Answer, Request};

use crate::stage::Stage;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

async fn open(stage: &Stage, path: &str) -> Answer {
    stage.send(Request::new("GET", path).header("Accept", BROWSER)).await
}

#[tokio::test]
async fn is_for_those_who_ask_for_html_by_name() {
    let stage = Stage::plain().await;
    let answer = open(&stage, "/").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(answer.text().starts_with("<!doctype html>"));
    for accept in ["*/*", "application/json", "text/plain"] {
        let answer = stage.send(Request::new("GET", "/").header("Accept", accept)).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, r#"{"detail":"Not found."}"#), "{accept}");
    }
    for request in [Request::new("GET", "/"), Request::new("POST", "/").header("Accept", BROWSER)] {
        assert_eq!(stage.send(request).await.status, 404);
    }
    assert_eq!(open(&stage, "/index.html").await.status, 404);
}

#[tokio::test]
async fn lets_nothing_run_that_this_server_does_not_serve() {
    let stage = Stage::plain().await;
    for path in ["/", "/console.css", "/console.js", "/console.svg"] {
        let answer = open(&stage, path).await;
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{path}: {policy}");
        for never in ["unsafe", "http:", "https:", "*", "data:", "blob:"] {
            assert!(!policy.contains(never), "{path}: {policy}");
        }
        for always in ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "trusted-types 'none'"] {
            assert!(policy.contains(always), "{path}: {policy}");
        }
        assert_eq!((answer.status, answer.header("x-content-type-options")), (200, Some("nosniff")), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    }
    assert_eq!(open(&stage, "/console.js").await.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(open(&stage, "/console.css").await.header("content-type"), Some("text/css; charset=utf-8"));
}

#[tokio::test]
async fn names_no_other_place_and_keeps_nothing() {
    let stage = Stage::plain().await;
    let html = open(&stage, "/").await.text();
    for inline in ["<style", " style=", "<script>", " onclick=", "javascript:"] {
        assert!(!html.contains(inline), "{inline}");
    }
    let script = open(&stage, "/console.js").await.text();
    for kept in ["localStorage", "sessionStorage", "indexedDB", "document.cookie", "innerHTML", "eval("] {
        assert!(!script.contains(kept), "{kept}");
    }
    for text in [html, script, open(&stage, "/console.css").await.text()] {
        assert!(!text.contains("//cdn") && !text.contains("https://") && !text.contains("http://"));
    }
}
