//! `POST /oauth/introspect`, and how other software proves who it is.

use crate::app::{TestApp, claims, now, tampered, text};
use serde_json::{Value, json};
use tests::{
    claims::Claims,
    wire::{Answer, Request},
};

const CLIENTS: (&str, &str) = ("OAUTH_CLIENTS", "shop:0123456789abcdef,a%b:fedcba9876543210");
const SECRET: &str = "0123456789abcdef";
const INACTIVE: &str = r#"{"active":false}"#;

fn form(path: &str, fields: &str) -> Request {
    Request::new("POST", path).header("Content-Type", "application/x-www-form-urlencoded").body(fields)
}

async fn ask(app: &TestApp, token: &str) -> Answer {
    app.send(form("/oauth/introspect", &format!("client_id=shop&client_secret={SECRET}&token={token}"))).await
}

#[tokio::test]
async fn tells_what_an_access_token_says() {
    let app = TestApp::with(&[CLIENTS, ("ISSUER", "https://login.example.com"), ("AUDIENCE", "shop")]).await;
    let (_, access) = app.log_in().await;
    let answer = ask(&app, &access).await;
    let claims = claims(&access);
    let expected: Value = json!({
        "active": true, "token_type": "Bearer", "token_use": "access", "sub": "1", "username": "alice",
        "exp": claims["exp"], "iat": claims["iat"], "aud": "shop", "iss": "https://login.example.com",
        "jti": claims["jti"],
    });
    assert_eq!((answer.status, answer.json()), (200, expected));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn describes_its_fields_as_revoke_does() {
    let app = TestApp::with(&[CLIENTS]).await;
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        let described = app.send(Request::new("OPTIONS", path)).await.json();
        let fields: Vec<_> = described["actions"]["POST"].as_object().unwrap().keys().collect();
        assert_eq!(fields, ["token", "token_type_hint", "client_id", "client_secret"], "{path}");
    }
}

#[tokio::test]
async fn a_refresh_token_is_active_and_opens_no_door() {
    let app = TestApp::with(&[CLIENTS]).await;
    let (refresh, _) = app.log_in().await;
    let answer = ask(&app, &refresh).await.json();
    assert_eq!(
        (&answer["active"], &answer["token_use"], answer.get("token_type")),
        (&json!(true), &json!("refresh"), None)
    );
}

#[tokio::test]
async fn a_token_from_before_a_new_password_is_not_active() {
    let app = TestApp::with(&[CLIENTS, ("CHECK_REVOKE_TOKEN", "true")]).await;
    let (_, access) = app.log_in().await;
    assert_eq!(ask(&app, &access).await.json()["active"], true);
    app.service.store.set_password("1", "!", None).await.unwrap();
    assert_eq!(ask(&app, &access).await.text(), INACTIVE);
}

#[tokio::test]
async fn says_nothing_of_a_token_that_is_not_active() {
    let app = TestApp::with(&[CLIENTS]).await;
    let (refresh, access) = app.log_in().await;
    let of = |user: &str, end: i64| {
        Claims::access().with("exp", now() + end).with("iat", now() - 60).with("user_id", user).sign()
    };
    for token in ["", "x", "é", &tampered(&access), &of("1", -1), &of("2", 60), &of("99", 60), &"a".repeat(9000)] {
        let answer = ask(&app, token).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, INACTIVE), "{token}");
    }
    app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    assert_eq!([ask(&app, &refresh).await.text(), ask(&app, &access).await.text()], [INACTIVE; 2]);
}

#[tokio::test]
async fn bl_11_looks_at_session_and_user_whatever_the_profile() {
    let app = TestApp::with(&[CLIENTS, ("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")]).await;
    let (refresh, access) = app.log_in().await;
    let next = text(&app.refresh(&refresh).await, "refresh");
    assert_eq!(
        (ask(&app, &refresh).await.text().as_str(), &ask(&app, &next).await.json()["active"]),
        (INACTIVE, &json!(true))
    );
    app.service.store.bump_epoch("1", now()).await.unwrap();
    assert_eq!([ask(&app, &next).await.text(), ask(&app, &access).await.text()], [INACTIVE; 2]);
    let (_, access) = app.log_in().await;
    app.service.store.set_active("1", false, None).await.unwrap();
    assert_eq!(ask(&app, &access).await.text(), INACTIVE);
}

#[tokio::test]
async fn takes_a_client_by_http_basic_too() {
    let app = TestApp::with(&[CLIENTS]).await;
    let (_, access) = app.log_in().await;
    // shop:0123456789abcdef and, encoded as in a form, a%25b:fedcba9876543210
    for header in ["Basic c2hvcDowMTIzNDU2Nzg5YWJjZGVm", "basic YSUyNWI6ZmVkY2JhOTg3NjU0MzIxMA=="] {
        let request = form("/oauth/introspect/", &format!("token={access}")).header("Authorization", header);
        assert_eq!(app.send(request).await.json()["active"], true, "{header}");
    }
}

#[tokio::test]
async fn refuses_who_is_no_client() {
    let app = TestApp::with(&[CLIENTS]).await;
    let (_, access) = app.log_in().await;
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        let bodies = [
            "",
            "client_id=shop",
            "client_id=shop&client_secret=",
            "client_secret=0123456789abcdef",
            "client_id=shop&client_secret=0123456789abcdeF",
            "client_id=shop&client_secret=fedcba9876543210",
            "client_id=nobody&client_secret=0123456789abcdef",
            "client_id=nobody&client_secret=",
        ];
        for body in bodies {
            let answer = app.send(form(path, &format!("{body}&token={access}"))).await;
            assert_eq!((answer.status, answer.text().as_str()), (401, r#"{"error":"invalid_client"}"#), "{body}");
            assert_eq!(answer.header("www-authenticate"), Some(r#"Basic realm="api""#));
        }
        for header in ["Basic", "Basic x", "Basic c2hvcDp3cm9uZw==", &format!("Bearer {access}")] {
            let answer = app.send(form(path, "token=x").header("Authorization", header)).await;
            assert_eq!((answer.status, answer.text().as_str()), (401, r#"{"error":"invalid_client"}"#), "{header}");
        }
    }
    assert_eq!(app.hello(&access).await.status, 200);
}

#[tokio::test]
async fn is_not_there_where_no_client_is_named() {
    let app = TestApp::plain().await;
    for (path, body) in
        [("/oauth/introspect", "client_id=&client_secret="), ("/oauth/revoke", "client_id=a&client_secret=b")]
    {
        let answer = app.send(form(path, &format!("{body}&token=x"))).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, r#"{"detail":"Not found."}"#));
    }
}

#[tokio::test]
async fn wants_a_token_and_one_proof_of_the_client() {
    let app = TestApp::with(&[CLIENTS]).await;
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        let proof = format!("client_id=shop&client_secret={SECRET}");
        let twice =
            form(path, &format!("{proof}&token=x")).header("Authorization", "Basic c2hvcDowMTIzNDU2Nzg5YWJjZGVm");
        for request in [form(path, &proof), twice] {
            let answer = app.send(request).await;
            assert_eq!((answer.status, answer.text().as_str()), (400, r#"{"error":"invalid_request"}"#));
        }
        let answer = app.send(Request::new("GET", path)).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST, OPTIONS")));
    }
}

#[tokio::test]
async fn tells_of_a_legacy_token_whether_it_opens_doors() {
    for (package, scheme) in [("jwt", "JWT"), ("drf-jwt", "Bearer")] {
        let app = crate::legacy::obtain::app(package, &[CLIENTS]).await;
        let token = crate::legacy::obtain::token(&app).await;
        let answer = ask(&app, &token).await.json();
        let told = ["active", "token_type", "token_use", "sub", "username"].map(|name| answer[name].clone());
        assert_eq!(json!(told), json!([true, scheme, "legacy", "1", "alice"]), "{package}");
        assert_eq!(answer["exp"], claims(&token)["exp"], "{package}");
        assert_eq!(ask(&app, &tampered(&token)).await.text(), INACTIVE, "{package}");
        app.service.store.set_password("1", "!", None).await.unwrap();
        let opens = app.hello(&token).await.status == 200;
        assert_eq!(ask(&app, &token).await.json()["active"], opens, "{package}");
    }
    let drf = crate::legacy::obtain::app("drf-jwt", &[CLIENTS]).await;
    let token = crate::legacy::obtain::token(&drf).await;
    drf.post("/api-token-blacklist/", json!({"token": token})).await;
    let ended =
        drf.send(Request::json("/api-token-blacklist/", &json!({})).header("Authorization", format!("Bearer {token}")));
    assert_eq!(ended.await.status, 201);
    assert_eq!(ask(&drf, &token).await.text(), INACTIVE);
}
