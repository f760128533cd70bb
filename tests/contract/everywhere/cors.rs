//! Pages of other origins. What django-cors-headers answers was recorded and is replayed by `tests/parity`; this is what
//! it has not.

use crate::app::{PASSWORD, TestApp};
use serde_json::json;
use tests::wire::{Answer, Request};

const APP: &str = "https://app.example.com";
const EVIL: &str = "https://evil.example.net";

const PATHS: [&str; 10] = [
    "/api/token/",
    "/api/token/refresh/",
    "/api/hello/",
    "/api/sessions/",
    "/api/sessions/7/",
    "/oauth/introspect",
    "/.well-known/jwks.json",
    "/.well-known/openid-configuration",
    "/openapi.json",
    "/nowhere/",
];

async fn shared(more: &[(&str, &str)]) -> TestApp {
    TestApp::with(&[&[("CORS_ALLOWED_ORIGINS", APP)], more].concat()).await
}

fn preflight(path: &str, origin: &str) -> Request {
    Request::new("OPTIONS", path).header("Origin", origin).header("Access-Control-Request-Method", "POST")
}

fn allowed(answer: &Answer) -> Option<&str> {
    answer.header("access-control-allow-origin")
}

fn varies(answer: &Answer) -> bool {
    answer.header("vary").is_some_and(|names| names.split(", ").any(|name| name == "origin"))
}

#[tokio::test]
async fn a_preflight_is_answered_on_every_path_before_keys_and_store() {
    let app = shared(&[("PROFILE", "hardened"), ("ALGORITHM", "HS256")]).await;
    app.service.lose_the_store().await;
    for path in PATHS {
        let answer = app.send(preflight(path, APP).header("Authorization", "garbage")).await;
        assert_eq!((answer.status, answer.body.len(), allowed(&answer)), (200, 0, Some(APP)), "{path}");
        assert_eq!(answer.header("content-length"), Some("0"));
        assert_eq!(answer.header("access-control-max-age"), Some("86400"));
        let kept = (answer.header("cache-control"), answer.header("x-content-type-options"));
        assert_eq!(kept, (Some("no-store"), Some("nosniff")));
        let refused = app.send(preflight(path, EVIL)).await;
        assert_eq!((refused.status, allowed(&refused)), (200, None), "{path}");
        assert!(varies(&answer) && varies(&refused), "{path}");
    }
}

#[tokio::test]
async fn every_answer_can_be_read_by_the_page_that_is_listed() {
    let app = shared(&[("CORS_EXPOSE_HEADERS", "Retry-After,WWW-Authenticate")]).await;
    for path in PATHS {
        let answer = app.send(Request::new("GET", path).header("Origin", APP)).await;
        assert_eq!(allowed(&answer), Some(APP), "{path} {}", answer.status);
        assert_eq!(answer.header("access-control-expose-headers"), Some("Retry-After, WWW-Authenticate"));
        assert!(varies(&answer), "{path}");
    }
    let none = app.send(Request::new("GET", "/api/hello/").header("Origin", APP)).await;
    assert_eq!((none.status, allowed(&none)), (401, Some(APP)), "a script sees the 401 that it refreshes on");
}

#[tokio::test]
async fn what_anybody_may_read_stays_so() {
    let app = shared(&[]).await;
    let keys = async |origin| app.send(Request::new("GET", "/.well-known/jwks.json").header("Origin", origin)).await;
    assert_eq!(allowed(&keys(EVIL).await), Some("*"));
    assert_eq!(allowed(&keys(APP).await), Some(APP), "a star would refuse a request with credentials");
}

#[tokio::test]
async fn bodies_that_are_not_read_are_refused_in_sight() {
    let app = shared(&[]).await;
    let large = Request::new("POST", "/api/token/").header("Origin", APP).body("x".repeat(70_000));
    let answer = app.send(large).await;
    assert_eq!((answer.status, allowed(&answer)), (413, Some(APP)));
}

#[tokio::test]
async fn odd_origins_are_none_and_harm_nothing() {
    let app = shared(&[("CORS_ALLOWED_ORIGIN_REGEXES", r"^https://\w+\.example\.org$")]).await;
    let long = format!("https://{}.example.org.evil.test", "a".repeat(50_000));
    let odd: [&[u8]; 6] = [b"", b"null", b"https://a.example.org/", long.as_bytes(), b"\xff\xfe", b"https://[::1"];
    for origin in odd {
        let login = Request::json("/api/token/", &json!({"username": "alice", "password": PASSWORD}));
        let answer = app.send(login.header("Origin", origin)).await;
        assert_eq!(
            (answer.status, allowed(&answer)),
            (200, None),
            "{origin:?}: the request is carried out all the same"
        );
    }
    let two = Request::new("GET", "/api/hello/").header("Origin", APP).header("Origin", APP);
    assert_eq!(allowed(&app.send(two).await), None);
    let matching = app.send(Request::new("GET", "/api/hello/").header("Origin", "https://a.example.org")).await;
    assert_eq!(allowed(&matching), Some("https://a.example.org"));
}

#[tokio::test]
async fn credentials_are_allowed_beside_one_origin_and_never_beside_a_star() {
    let app = shared(&[("CORS_ALLOW_CREDENTIALS", "true")]).await;
    for request in [preflight("/api/hello/", APP), Request::new("GET", "/.well-known/jwks.json").header("Origin", APP)]
    {
        let answer = app.send(request).await;
        assert_eq!((allowed(&answer), answer.header("access-control-allow-credentials")), (Some(APP), Some("true")));
    }
    let foreign = app.send(Request::new("GET", "/.well-known/jwks.json").header("Origin", EVIL)).await;
    assert_eq!((allowed(&foreign), foreign.header("access-control-allow-credentials")), (Some("*"), None));
}

#[tokio::test]
async fn what_is_no_preflight_is_answered_and_hears_nothing_of_preflights() {
    let app = shared(&[]).await;
    let asking = |method, more: Option<(&str, &str)>| {
        let request = Request::new(method, "/api/hello/").header("Origin", APP);
        more.into_iter().fold(request, |request, (name, value)| request.header(name, value))
    };
    for request in [asking("GET", Some(("Access-Control-Request-Method", "POST"))), asking("OPTIONS", None)] {
        let answer = app.send(request).await;
        assert_eq!((answer.status, allowed(&answer)), (401, Some(APP)));
    }
    let answer = app.send(asking("GET", Some(("Access-Control-Request-Private-Network", "true")))).await;
    for name in ["max-age", "allow-headers", "allow-methods", "allow-private-network"] {
        assert_eq!(answer.header(&format!("access-control-{name}")), None, "{name}");
    }
}

#[tokio::test]
async fn a_preflight_says_what_the_settings_say() {
    let app = shared(&[("CORS_PREFLIGHT_MAX_AGE", "0"), ("CORS_ALLOW_PRIVATE_NETWORK", "true")]).await;
    for (asked, told) in [(None, None), (Some("false"), None), (Some("true"), Some("true"))] {
        let request = preflight("/api/hello/", APP);
        let request = asked
            .into_iter()
            .fold(request, |request, asked| request.header("Access-Control-Request-Private-Network", asked));
        let answer = app.send(request).await;
        assert_eq!(answer.header("access-control-allow-private-network"), told, "{asked:?}");
        assert_eq!(answer.header("access-control-max-age"), None);
    }
}

#[tokio::test]
async fn without_settings_no_answer_speaks_of_origins() {
    let app = TestApp::with(&[("CORS_ALLOW_CREDENTIALS", "true"), ("CORS_EXPOSE_HEADERS", "X")]).await;
    for path in ["/api/token/", "/api/hello/", "/openapi.json"] {
        for request in [preflight(path, APP), Request::new("GET", path).header("Origin", APP)] {
            let answer = app.send(request).await;
            assert!(!varies(&answer), "{path}");
            let told = answer.headers.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("access-control-"));
            assert!(!told, "{path}");
        }
    }
}
