//! Pages of other origins (CorsAllowedOrigins).

use crate::cloud::{PASSWORD, Stack};
use serde_json::json;
use tests::wire::{Answer, Request};

const APP: &str = "https://app.example.com";
const EVIL: &str = "https://evil.example.net";

pub(crate) async fn a_page_that_is_listed_sees_every_answer(stack: &Stack) {
    for path in ["/api/token/", "/api/hello/", "/api/hello", "/api/sessions/7/", "/api/user/password/"] {
        let answer = stack.send(preflight(stack, path, APP)).await;
        assert_eq!((answer.status, answer.text(), seen(&answer)), (200, String::new(), (Some(APP), true)), "{path}");
        assert_eq!(answer.header("access-control-allow-methods"), Some("DELETE, GET, OPTIONS, PATCH, POST, PUT"));
    }
    let (access, _) = stack.log_in().await;
    for (path, token, status) in [
        ("/api/hello/", Some(access.as_str()), 200),
        ("/api/hello/", Some("x"), 401),
        ("/api/hello/", None, 401),
        ("/api/token/", None, 405),
        ("/.well-known/jwks.json", None, 200),
        ("/api/nope/", None, 404),
    ] {
        let answer = stack.send(get(stack, path, token, APP)).await;
        assert_eq!((answer.status, seen(&answer)), (status, (Some(APP), true)), "{path} {}", answer.text());
    }
    assert_eq!(seen(&log_in(stack, APP).await), (Some(APP), true));
    // What is no preflight meets no authorizer there, and opens nothing.
    let options = Request::new("OPTIONS", &stack.at("/api/hello/")).header("Authorization", format!("Bearer {access}"));
    assert_eq!(stack.send(options).await.status, 401);
}

pub(crate) async fn any_other_page_sees_none(stack: &Stack) {
    for path in ["/api/token/", "/api/hello/"] {
        let answer = stack.send(preflight(stack, path, EVIL)).await;
        assert_eq!((answer.status, seen(&answer)), (200, (None, false)), "{path}");
    }
    let login = log_in(stack, EVIL).await;
    assert_eq!((login.status, seen(&login)), (200, (None, false)), "it is carried out, unseen");
    // What the gateway says by itself names the one origin that is allowed, whoever asks.
    assert_eq!(seen(&stack.send(get(stack, "/api/hello/", None, EVIL)).await), (Some(APP), true));
}

pub(crate) async fn an_http_api_answers_preflights_itself(stack: &Stack) {
    for path in ["/api/token/", "/api/hello/"] {
        let answer = stack.send(preflight(stack, path, APP)).await;
        assert_eq!((answer.status / 100, seen(&answer)), (2, (Some(APP), false)), "{path}");
        assert_eq!(seen(&stack.send(preflight(stack, path, EVIL)).await).0, None, "{path}");
    }
    assert_eq!(seen(&log_in(stack, APP).await), (Some(APP), false));
}

/// The origin that may see an answer, and whether it may with credentials.
fn seen(answer: &Answer) -> (Option<&str>, bool) {
    let credentials = answer.header("access-control-allow-credentials");
    (answer.header("access-control-allow-origin"), credentials == Some("true"))
}

fn preflight(stack: &Stack, path: &str, origin: &str) -> Request {
    let request = Request::new("OPTIONS", &stack.at(path)).header("Origin", origin);
    request.header("Access-Control-Request-Method", "POST").header("Access-Control-Request-Headers", "authorization")
}

fn get(stack: &Stack, path: &str, token: Option<&str>, origin: &str) -> Request {
    let request = Request::new("GET", &stack.at(path)).header("Origin", origin);
    token.map_or(request.clone(), |token| request.header("Authorization", format!("Bearer {token}")))
}

async fn log_in(stack: &Stack, origin: &str) -> Answer {
    let ada = json!({"username": "ada", "password": PASSWORD});
    stack.send(Request::json(&stack.at("/api/token/"), &ada).header("Origin", origin)).await
}
