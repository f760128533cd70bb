//! The cookies of LEGACY and pages of other origins: one that a browser sends along for them does nothing, and none is set.

use crate::legacy::obtain::{app, token};
use serde_json::{Value, json};
use tests::{
    app::{PASSWORD, TestApp, user},
    wire::Request,
};

type Headers<'h> = &'h [(&'h str, &'h str)];

const FOREIGN: [Headers<'_>; 5] = [
    &[("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")],
    &[("Sec-Fetch-Site", "same-site"), ("Origin", "https://blog.example.com")],
    &[("Sec-Fetch-Site", "cross-site")],
    &[("Origin", "https://evil.example")],
    &[("Origin", "null")],
];

/// The service's own pages, one of AUTH_COOKIE_ORIGINS, and a program, which says nothing of pages.
const OURS: [Headers<'_>; 4] = [
    &[("Sec-Fetch-Site", "same-origin")],
    &[("Origin", "https://app.example.com"), ("Host", "app.example.com")],
    &[("Sec-Fetch-Site", "cross-site"), ("Origin", "https://www.example.com")],
    &[],
];

const COOKIES: [(&str, &str); 3] = [
    ("JWT_AUTH_COOKIE", "jwt"),
    ("JWT_IMPERSONATION_COOKIE", "as"),
    ("AUTH_COOKIE_ORIGINS", "https://www.example.com"),
];

fn from(request: Request, headers: Headers<'_>) -> Request {
    headers.iter().fold(request, |request, (name, value)| request.header(name, value))
}

async fn status(app: &TestApp, request: Request, headers: Headers<'_>) -> (u16, usize) {
    let answer = app.send(from(request, headers)).await;
    (answer.status, answer.headers("set-cookie").len())
}

#[tokio::test]
async fn a_cookie_counts_for_pages_of_ours_alone() {
    for package in ["jwt", "drf-jwt"] {
        let app = app(package, &COOKIES).await;
        let cookie = format!("jwt={}", token(&app).await);
        let hello = || Request::new("GET", "/api/jwt-auth/").header("Cookie", &cookie);
        for headers in FOREIGN {
            assert_eq!(status(&app, hello(), headers).await.0, 403, "{package} {headers:?}");
        }
        for headers in OURS {
            assert_eq!(status(&app, hello(), headers).await.0, 200, "{package} {headers:?}");
        }
    }
}

#[tokio::test]
async fn a_foreign_page_sets_no_cookie() {
    for package in ["jwt", "drf-jwt"] {
        let app = app(package, &COOKIES).await;
        let token = token(&app).await;
        let calls: [(&str, Value); 3] = [
            ("/api-token-auth/", json!({"username": "alice", "password": PASSWORD})),
            ("/api-token-refresh/", json!({"token": token})),
            ("/api-token-verify/", json!({"token": token})),
        ];
        for (path, body) in calls {
            for headers in FOREIGN {
                let said = status(&app, Request::json(path, &body), headers).await;
                assert_eq!(said, (403, 0), "{package} {path} {headers:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_foreign_page_neither_impersonates_nor_logs_out() {
    let app = app("drf-jwt", &COOKIES).await;
    let root = store::User { is_superuser: true, ..user("3", "root", true) };
    app.service.store.create_user(&root).await.unwrap();
    let answer = app.post("/api-token-auth/", json!({"username": "root", "password": PASSWORD})).await;
    let cookie = format!("jwt={}", tests::app::text(&answer, "token"));
    let call = |path: &str, body: Value| Request::json(path, &body).header("Cookie", &cookie);
    for headers in FOREIGN {
        for (path, body) in [("/api-token-impersonate/", json!({"user": "1"})), ("/api-token-blacklist/", json!({}))] {
            assert_eq!(status(&app, call(path, body), headers).await, (403, 0), "{path} {headers:?}");
        }
    }
    let said = status(&app, call("/api-token-impersonate/", json!({"user": "1"})), OURS[0]).await;
    assert_eq!(said, (201, 1), "nothing has happened");
}
