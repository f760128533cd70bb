//! `GET /api/jwt-auth/`

use crate::legacy::obtain::{app, token};
use serde_json::{Value, json};
use tests::{
    app::{NOT_PROVIDED, TestApp, not_valid, tampered},
    wire::{Answer, Request},
};

const GREETING: &str = r#"{"message":"Hello, World!"}"#;

async fn with(app: &TestApp, headers: &[(&str, &str)]) -> Answer {
    let get = Request::new("GET", "/api/jwt-auth/");
    app.send(headers.iter().fold(get, |request, (name, value)| request.header(name, value))).await
}

async fn by(app: &TestApp, authorization: &str) -> Answer {
    with(app, &[("Authorization", authorization)]).await
}

fn words(answer: &Answer) -> (u16, String) {
    (answer.status, answer.text())
}

#[tokio::test]
async fn greets_who_brings_a_token() {
    let app = app("jwt", &[]).await;
    let token = token(&app).await;
    for prefix in ["JWT", "jwt", "Jwt "] {
        assert_eq!(words(&by(&app, &format!("{prefix} {token}")).await), (200, GREETING.to_owned()), "{prefix}");
    }
}

#[tokio::test]
async fn asks_for_credentials_under_the_packages_scheme() {
    let cases = [("jwt", r#"JWT realm="api""#), ("drf-jwt", r#"Bearer realm="api""#)];
    for (legacy, challenge) in cases {
        let app = app(legacy, &[]).await;
        for answer in [with(&app, &[]).await, by(&app, "Basic abc").await] {
            assert_eq!(words(&answer), (401, NOT_PROVIDED.to_owned()));
            assert_eq!(answer.header("www-authenticate"), Some(challenge));
        }
    }
}

#[tokio::test]
async fn reads_a_header_as_each_package_does() {
    let (jwt, drf) = (app("jwt", &[]).await, app("drf-jwt", &[]).await);
    let nothing = "Invalid Authorization header. No credentials provided.";
    let too_much = "Invalid Authorization header. Credentials string should not contain spaces.";
    assert_eq!(words(&by(&jwt, "JWT").await), (401, format!(r#"{{"detail":"{nothing}"}}"#)));
    assert_eq!(words(&by(&jwt, "JWT a b").await), (401, format!(r#"{{"detail":"{too_much}"}}"#)));
    assert_eq!(words(&by(&jwt, "").await), (401, NOT_PROVIDED.to_owned()));
    for header in ["Bearer", "Bearer ", "Bearer  a", "Bearer a b"] {
        assert_eq!(words(&by(&drf, header).await), (401, NOT_PROVIDED.to_owned()), "{header}");
    }
}

#[tokio::test]
async fn refuses_a_changed_token() {
    let app = app("drf-jwt", &[]).await;
    let answer = by(&app, &format!("Bearer {}", tampered(&token(&app).await))).await;
    assert_eq!(words(&answer), (401, r#"{"detail":"Error decoding token."}"#.to_owned()));
}

#[tokio::test]
async fn says_what_is_wrong_in_each_packages_words() {
    let forged = |changes: Value| {
        let mut claims = json!({"user_id": 1, "username": "alice", "exp": tests::app::now() + 60});
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        tests::app::forged(claims)
    };
    let cases = [
        (json!({"aud": "x"}), "Incorrect authentication credentials.", "Invalid token."),
        (json!({"username": ""}), "Invalid payload.", "Invalid payload."),
        (json!({"username": "nobody"}), "Invalid signature.", "Invalid token."),
        (json!({"exp": 1}), "Signature has expired.", "Token has expired."),
    ];
    let (jwt, drf) = (app("jwt", &[]).await, app("drf-jwt", &[]).await);
    for (changes, in_jwt, in_drf) in cases {
        for (app, prefix, told) in [(&jwt, "JWT", in_jwt), (&drf, "Bearer", in_drf)] {
            let answer = by(app, &format!("{prefix} {}", forged(changes.clone()))).await;
            assert_eq!(words(&answer), (401, format!(r#"{{"detail":"{told}"}}"#)), "{changes}");
        }
    }
}

#[tokio::test]
async fn takes_the_word_that_is_set() {
    let app = app("drf-jwt", &[("JWT_AUTH_HEADER_PREFIX", "Token")]).await;
    let token = token(&app).await;
    assert_eq!(by(&app, &format!("token {token}")).await.status, 200);
    let answer = by(&app, &format!("Bearer {token}")).await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some(r#"Token realm="api""#)));
}

#[tokio::test]
async fn takes_two_headers_for_none() {
    let app = app("jwt", &[]).await;
    let header = format!("JWT {}", token(&app).await);
    let answer = with(&app, &[("Authorization", &header), ("Authorization", &header)]).await;
    assert_eq!(words(&answer), (401, NOT_PROVIDED.to_owned()));
}

#[tokio::test]
async fn reads_the_cookie_that_is_named_where_no_header_speaks() {
    let settings = [("JWT_AUTH_COOKIE", "jwt"), ("JWT_IMPERSONATION_COOKIE", "other")];
    for (legacy, prefix) in [("jwt", "JWT"), ("drf-jwt", "Bearer")] {
        let app = app(legacy, &settings).await;
        let token = token(&app).await;
        let cookie = format!("a=b; jwt={token}");
        assert_eq!(with(&app, &[("Cookie", &cookie)]).await.status, 200);
        assert_eq!(with(&app, &[("Cookie", &cookie), ("Authorization", "Basic x")]).await.text(), NOT_PROVIDED);
        let header = format!("{prefix} {token}");
        assert_eq!(with(&app, &[("Cookie", "jwt=x"), ("Authorization", &header)]).await.status, 200);
        let impersonated = with(&app, &[("Cookie", &format!("{cookie}; other=x"))]).await;
        assert_eq!(impersonated.status, if legacy == "jwt" { 200 } else { 401 });
    }
    let plain = app("jwt", &[]).await;
    let cookie = format!("jwt={}", token(&plain).await);
    assert_eq!(with(&plain, &[("Cookie", &cookie)]).await.text(), NOT_PROVIDED, "no cookie is named");
}

#[tokio::test]
async fn describes_itself_to_those_whom_it_lets_in() {
    let app = app("jwt", &[]).await;
    assert_eq!(app.send(Request::new("OPTIONS", "/api/jwt-auth/")).await.text(), NOT_PROVIDED);
    let header = format!("JWT {}", token(&app).await);
    let answer = app.send(Request::new("OPTIONS", "/api/jwt-auth/").header("Authorization", header)).await;
    assert_eq!((answer.status, &answer.json()["name"]), (200, &json!("Hello")));
}

#[tokio::test]
async fn its_tokens_open_what_the_authorizer_guards() {
    for (legacy, prefix) in [("jwt", "JWT"), ("drf-jwt", "Bearer")] {
        let app = app(legacy, &[]).await;
        let token = token(&app).await;
        let hello = |token: String| {
            let request = Request::new("GET", "/api/hello/").header("Authorization", format!("{prefix} {token}"));
            app.send(request)
        };
        assert_eq!(words(&hello(token.clone()).await), (200, GREETING.to_owned()), "{legacy}");
        let refused = hello(tampered(&token)).await;
        assert_eq!((refused.status, &refused.json()["code"]), (401, &json!("token_not_valid")));
        let (_, access) = app.log_in().await;
        assert_eq!(app.hello(&access).await.status, 200, "those of Simple JWT still do");
        app.service.store.set_active("1", false, None).await.unwrap();
        assert_eq!(hello(token).await.status, 401);
    }
    let plain = TestApp::plain().await;
    let token = tests::app::forged(json!({"username": "alice", "exp": tests::app::now() + 60}));
    assert_eq!(plain.hello(&token).await.text(), not_valid("Token has no id"), "LEGACY is off");
}
