//! What a browser meets: tokens in cookies (AuthCookie), and pages for people (Console).

use crate::cloud::{PASSWORD, Stack, is};
use serde_json::{Value, json};
use tests::{
    template, tools,
    wire::{Answer, Request},
};

const NOTHING: &str = r#"{"detail":"Authentication credentials were not provided."}"#;
const FORBIDDEN: &str = r#"{"detail":"CSRF Failed: cookies count in requests from pages of this origin, or of AUTH_COOKIE_ORIGINS, alone."}"#;

/// What a page says of itself.
type Page = [(&'static str, &'static str); 1];
const OURS: Page = [("Sec-Fetch-Site", "same-origin")];
const FOREIGN: [Page; 2] = [[("Sec-Fetch-Site", "cross-site")], [("Origin", "https://evil.example")]];

pub(crate) async fn a_login_lives_in_cookies(stack: &Stack) {
    let login = post(stack, "/api/token/", OURS, "", ada()).await;
    is(&login, 200, "{}");
    let cookies = kept(&login);
    assert_eq!(greet(stack, OURS, &cookies).await.status, 200);
    let refreshed = post(stack, "/api/token/refresh/", OURS, &cookies, json!({})).await;
    is(&refreshed, 200, "{}");
    let attributes = "; HttpOnly; Secure; SameSite=Strict";
    let set = refreshed.headers("set-cookie");
    assert!(set.len() == 1 && set.iter().all(|line| line.starts_with("__Host-latchkey=")), "{set:?}");
    let places: Vec<_> = login.headers("set-cookie").iter().map(|line| places(line)).collect();
    let path = format!("/{}/api/token", stack.stage());
    let expected = [
        ("__Host-latchkey".to_owned(), format!("Path=/; Max-Age=300{attributes}")),
        ("__Secure-latchkey-refresh".to_owned(), format!("Path={path}; Max-Age=86400{attributes}")),
        ("__Host-latchkey-session".to_owned(), format!("Path=/; Max-Age=86400{attributes}")),
    ];
    assert_eq!(places, expected);

    let out = post(stack, "/api/token/blacklist/", OURS, &cookies, json!({})).await;
    is(&out, 200, "{}");
    assert_eq!((out.headers("set-cookie").len(), kept(&out)), (3, String::new()));
    assert_eq!(post(stack, "/api/token/refresh/", OURS, &cookies, json!({})).await.status, 401, "it is over");
    is(&post(stack, "/api/token/refresh/", OURS, "", json!({})).await, 401, NOTHING);
}

/// Nor does one that the gateway has just let in for a page of ours: it keeps no answer.
pub(crate) async fn a_foreign_page_does_nothing_with_them(stack: &Stack) {
    let cookies = kept(&post(stack, "/api/token/", OURS, "", ada()).await);
    for page in FOREIGN {
        assert_eq!(greet(stack, OURS, &cookies).await.status, 200);
        assert_eq!(greet(stack, page, &cookies).await.status, 401, "{page:?}");
        for path in ["/api/token/refresh/", "/api/token/blacklist/"] {
            is(&post(stack, path, page, &cookies, json!({})).await, 403, FORBIDDEN);
        }
        is(&post(stack, "/api/token/", page, "", ada()).await, 403, FORBIDDEN);
    }
    assert_eq!(greet(stack, OURS, "").await.status, 401);
    assert_eq!(post(stack, "/api/token/refresh/", OURS, &cookies, json!({})).await.status, 200, "nothing has happened");
    // A program is none of this: it has its tokens in the body, and sends them itself.
    let (access, refresh) = stack.log_in().await;
    assert_eq!(stack.greet(&access).await.status, 200);
    assert_eq!(stack.post("/api/token/refresh/", json!({"refresh": refresh})).await.status, 200);
}

pub(crate) async fn every_page_is_shown_as_it_is(stack: &Stack) {
    let pages = template::pages();
    assert!(pages.len() >= 8, "{pages:?}");
    for path in pages {
        let (page, file) = (stack.send(Request::new("GET", &stack.at(&path))).await, file(&path));
        assert_eq!(
            (page.status, page.text()),
            (200, std::fs::read_to_string(tools::root().join(&file)).unwrap()),
            "{path}"
        );
        let policy = page.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{path}: {policy}");
        assert_eq!(
            (page.header("x-content-type-options"), page.header("x-frame-options")),
            (Some("nosniff"), Some("DENY"))
        );
        assert_eq!(page.header("content-type"), Some(media(&file)), "{path}");
    }
}

pub(crate) async fn there_is_no_page_unasked(stack: &Stack) {
    for path in template::pages() {
        is(&stack.send(Request::new("GET", &stack.at(&path))).await, 404, r#"{"detail":"Not found."}"#);
    }
}

/// The file of a page.
fn file(path: &str) -> String {
    match path {
        "/console" | "/docs" => format!("shared/pages{path}/index.html"),
        "/openapi.json" => format!("docs{path}"),
        beside => format!("shared/pages/{}{beside}", if beside.starts_with("/docs") { "docs" } else { "console" }),
    }
}

fn media(file: &str) -> &'static str {
    match file.rsplit_once('.').unwrap().1 {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        _ => "image/svg+xml",
    }
}

async fn greet(stack: &Stack, page: Page, cookies: &str) -> Answer {
    send(stack, Request::new("GET", &stack.at("/api/hello/")), page, cookies).await
}

async fn post(stack: &Stack, path: &str, page: Page, cookies: &str, body: Value) -> Answer {
    send(stack, Request::json(&stack.at(path), &body), page, cookies).await
}

async fn send(stack: &Stack, request: Request, page: Page, cookies: &str) -> Answer {
    let request = page.iter().fold(request, |request, (name, value)| request.header(name, value));
    stack.send(if cookies.is_empty() { request } else { request.header("Cookie", cookies) }).await
}

fn ada() -> Value {
    json!({"username": "ada", "password": PASSWORD})
}

/// What a browser keeps of an answer, as it sends it back.
fn kept(answer: &Answer) -> String {
    let lines = answer.headers("set-cookie");
    let pairs = lines.iter().filter(|line| !line.contains("Max-Age=0;")).map(|line| line.split(';').next().unwrap());
    pairs.collect::<Vec<_>>().join("; ")
}

/// The name of a cookie that is set, and where and how long it is kept.
fn places(line: &str) -> (String, String) {
    let (pair, attributes) = line.split_once("; ").unwrap();
    (pair.split('=').next().unwrap().to_owned(), attributes.to_owned())
}
