//! AUTH_COOKIE and pages of other origins: a cookie that a browser sends along for one of them does nothing.

use crate::{
    app::{PASSWORD, TestApp},
    cookies::cookie::{ACCESS, Browser, COOKIES, SESSION},
};
use serde_json::json;
use tests::wire::Request;

const FORBIDDEN: &str =
    "CSRF Failed: cookies count in requests from pages of this origin, or of AUTH_COOKIE_ORIGINS, alone.";

type Headers<'h> = &'h [(&'h str, &'h str)];

/// What a browser says of pages that are not ours: today's, and those from before Fetch Metadata.
const FOREIGN: [Headers<'_>; 9] = [
    &[("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")],
    &[("Sec-Fetch-Site", "same-site"), ("Origin", "https://blog.example.com")],
    &[("Sec-Fetch-Site", "cross-site")],
    &[("Sec-Fetch-Site", "cross-site"), ("Origin", "null")],
    &[("Origin", "https://evil.example")],
    &[("Origin", "null")],
    &[("Origin", "http://app.example.com")],
    &[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "same-origin")],
    &[("Sec-Fetch-Site", "")],
];

/// Pages that are ours: the service's own, and with AUTH_COOKIE_ORIGINS one beside it.
const OURS: [Headers<'_>; 5] = [
    &[("Sec-Fetch-Site", "same-origin"), ("Origin", "https://app.example.com")],
    &[("Sec-Fetch-Site", "none")],
    &[("Origin", "https://app.example.com"), ("Host", "app.example.com")],
    &[("Sec-Fetch-Site", "same-site"), ("Origin", "https://www.example.com")],
    &[("Sec-Fetch-Site", "cross-site"), ("Origin", "https://www.example.com")],
];

async fn app() -> TestApp {
    TestApp::with(&[COOKIES, ("AUTH_COOKIE_ORIGINS", "https://www.example.com"), ("SESSION_CHECK", "true")]).await
}

fn from(request: Request, headers: Headers<'_>) -> Request {
    headers.iter().fold(request, |request, (name, value)| request.header(name, value))
}

/// What a form of another page can send: no preflight comes before it.
fn form(path: &str, body: &str) -> Request {
    Request::new("POST", path).header("Content-Type", "application/x-www-form-urlencoded").body(body)
}

#[tokio::test]
async fn a_foreign_page_neither_refreshes_nor_logs_out() {
    let app = app().await;
    let mut browser = Browser::of_alice(&app).await;
    for headers in FOREIGN {
        for path in ["/api/token/refresh/", "/api/token/blacklist/"] {
            for request in [form(path, "a=b"), Request::json(path, &json!({}))] {
                let answer = app.send(from(browser.cookies(request), headers)).await;
                assert_eq!((answer.status, &answer.json()["detail"]), (403, &json!(FORBIDDEN)), "{path} {headers:?}");
                assert!(answer.headers("set-cookie").is_empty(), "{path} {headers:?}");
            }
        }
    }
    assert_eq!([browser.hello().await, browser.refresh().await.status], [200, 200], "nothing has happened");
}

/// Login CSRF: a page that logs its reader in as somebody else reads what is written there.
#[tokio::test]
async fn a_foreign_page_logs_nobody_in() {
    let app = app().await;
    for headers in FOREIGN {
        let login = form("/api/token/", "username=alice&password=correct+horse+battery+staple");
        let answer = app.send(from(login, headers)).await;
        assert_eq!((answer.status, answer.headers("set-cookie").len()), (403, 0), "{headers:?}");
    }
}

#[tokio::test]
async fn a_foreign_page_calls_no_guarded_route() {
    let app = app().await;
    let mut browser = Browser::of_alice(&app).await;
    let change = r#"{"old_password": "correct horse battery staple", "new_password": "walrus on stilts"}"#;
    for headers in FOREIGN {
        let calls = [
            Request::new("DELETE", "/api/sessions/?all=true"),
            Request::new("POST", "/api/user/password/").header("Content-Type", "text/plain").body(change),
            Request::json(
                "/api/user/password/",
                &json!({"old_password": PASSWORD, "new_password": "walrus on stilts"}),
            ),
            Request::new("GET", "/api/hello/"),
            Request::new("GET", "/api/sessions/"),
        ];
        for call in calls {
            let answer = app.send(from(browser.cookies(call), headers)).await;
            assert_eq!((answer.status, &answer.json()["detail"]), (401, &json!(FORBIDDEN)), "{headers:?}");
            assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="api""#));
        }
    }
    assert_eq!(browser.hello().await, 200, "nothing has happened");
    assert_eq!(app.log_in().await.0.split('.').count(), 3, "the password is the old one");
}

/// What says nothing of a page is no browser, and a program brings its token by itself.
#[tokio::test]
async fn cookies_without_a_word_of_the_page_are_not_read() {
    let app = app().await;
    let browser = Browser::of_alice(&app).await;
    let hello = app.send(browser.cookies(Request::new("GET", "/api/hello/"))).await;
    assert_eq!(hello.json()["detail"], FORBIDDEN);
    let refresh = app.send(browser.cookies(Request::json("/api/token/refresh/", &json!({})))).await;
    assert_eq!((refresh.status, refresh.text().as_str()), (400, r#"{"refresh":["This field is required."]}"#));
}

#[tokio::test]
async fn pages_of_ours_do_all_of_it() {
    let app = app().await;
    for headers in OURS {
        let login = form("/api/token/", "username=alice&password=correct+horse+battery+staple");
        let answer = app.send(from(login, headers)).await;
        assert_eq!((answer.status, answer.headers("set-cookie").len()), (200, 3), "{headers:?}");
        let browser = Browser::of_alice(&app).await;
        let send = |request| app.send(from(browser.cookies(request), headers));
        assert_eq!(send(Request::new("GET", "/api/hello/")).await.status, 200, "{headers:?}");
        assert_eq!(send(Request::new("DELETE", "/api/sessions/")).await.status, 204, "{headers:?}");
        assert_eq!(send(Request::json("/api/token/refresh/", &json!({}))).await.status, 200, "{headers:?}");
        assert_eq!(send(Request::json("/api/token/blacklist/", &json!({}))).await.status, 200, "{headers:?}");
    }
}

/// Whoever brings a token in the header did not come by a cookie: no browser sends that header unasked.
#[tokio::test]
async fn a_header_needs_no_page() {
    let app = app().await;
    let (_, access) = app.log_in().await;
    let browser = Browser::of_alice(&app).await;
    for headers in FOREIGN {
        let request = browser.cookies(Request::bearer("/api/hello/", &access));
        assert_eq!(app.send(from(request, headers)).await.status, 200, "{headers:?}");
    }
}

/// Browsers let no other host set these; `cookie_neighbour` has the one that they do let it set.
#[tokio::test]
async fn a_second_cookie_of_a_name_that_is_our_hosts_alone_is_refused() {
    let app = app().await;
    let mut browser = Browser::of_alice(&app).await;
    for (name, method, path) in [(ACCESS, "GET", "/api/hello/"), (SESSION, "POST", "/api/token/refresh/")] {
        let tossed = Request::new(method, path).header("Cookie", format!("{name}=tossed"));
        assert_eq!(browser.send(tossed).await.status, 401, "{name}");
    }
}
