//! `/operator/…`: what the console of local mode shows to superusers and does for them, and for nobody else.

use crate::app::{PASSWORD, TestApp, text, user};
use serde_json::{Value, json};
use store::User;
use tests::wire::{Answer, Request};

const PATHS: [&str; 2] = ["/operator/mails", "/operator/events"];

/// A service that mails links, and the access token of its superuser.
async fn operated() -> (TestApp, String) {
    let mailing = [
        ("ACCOUNTS", "djoser"),
        ("SEND_ACTIVATION_EMAIL", "true"),
        ("DOMAIN", "localhost"),
        ("ACTIVATION_URL", "activate/{uid}/{token}"),
    ];
    let app = TestApp::with(&mailing).await;
    app.service.store.create_user(&User { is_superuser: true, ..user("3", "root", true) }).await.unwrap();
    let login = app.post("/api/token/", json!({"username": "root", "password": PASSWORD})).await;
    (app, text(&login, "access"))
}

#[tokio::test]
async fn shows_a_superuser_the_mails_with_their_links() {
    let (app, root) = operated().await;
    assert_eq!(app.send(Request::bearer("/operator/mails", &root)).await.json(), json!([]));
    let body = json!({"username": "carol", "email": "carol@example.com", "password": "Zx9-quartz-lamp"});
    assert_eq!(app.post("/auth/users/", body).await.status, 201);
    let mails = app.send(Request::bearer("/operator/mails", &root)).await.json();
    assert_eq!((&mails[0]["kind"], &mails[0]["state"]), (&json!("activation"), &json!("waiting")));
    assert_eq!(mails[0]["messages"][0]["to"], "carol@example.com");
    assert!(mails[0]["messages"][0]["text"].as_str().unwrap().contains("//localhost/activate/"), "{mails}");
    assert_eq!(app.send(Request::bearer("/operator/events", &root)).await.json(), json!([]), "memory keeps none");
}

#[tokio::test]
async fn shows_nothing_to_anybody_else() {
    let (app, root) = operated().await;
    let (_, alice) = app.log_in().await;
    for path in PATHS {
        assert_eq!(app.send(Request::new("GET", path)).await.status, 401, "{path}");
        assert_eq!(app.send(Request::bearer(path, "e30.e30.e30")).await.status, 401, "{path}");
        let refused = app.send(Request::bearer(path, &alice)).await;
        assert_eq!(refused.json(), json!({"detail": "You do not have permission to perform this action."}));
        assert_eq!((refused.status, refused.header("access-control-allow-origin")), (403, None), "{path}");
        let elsewhere = Request::bearer(path, &root).header("Host", "evil.test");
        assert_eq!(app.send(elsewhere).await.status, 404, "{path}: another page's name leads here");
        let written = Request::new("POST", path).header("Authorization", format!("Bearer {root}"));
        assert_eq!(app.send(written).await.status, 404, "{path}");
    }
    app.service.store.set_active("3", false, None).await.unwrap();
    assert_eq!(app.send(Request::bearer(PATHS[0], &root)).await.status, 401, "the row says what holds now");
}

const CHANGES: [&str; 5] = [
    "/operator/sessions/end",
    "/operator/users/disable",
    "/operator/users/enable",
    "/operator/users/set-password",
    "/operator/users/unlock",
];

/// What a page of the service's own sends.
fn act(path: &str, token: &str, body: Value) -> Request {
    Request::json(path, &body).header("Authorization", format!("Bearer {token}"))
}

async fn shown(app: &TestApp, path: &str, token: &str) -> Value {
    let answer = app.send(Request::bearer(path, token)).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{}", answer.text());
    answer.json()
}

fn names(list: &Value) -> Vec<&str> {
    list["users"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn finds_users_and_tells_no_hash() {
    let (app, root) = operated().await;
    for number in 10..31 {
        app.service.store.create_user(&user(&number.to_string(), &format!("user{number}"), true)).await.unwrap();
    }
    let first = shown(&app, "/operator/users/list", &root).await;
    assert_eq!((names(&first).len(), names(&first)[0], &first["others"]), (20, "alice", &json!(4)), "{first}");
    let second = shown(&app, "/operator/users/list?page=2", &root).await;
    assert_eq!(names(&second), ["user27", "user28", "user29", "user30"]);
    assert_eq!(names(&shown(&app, "/operator/users/list?search=BOB%40", &root).await), ["bob"]);
    for word in ["user=bob", "user=2", "user=BOB%40example.com", "id=2"] {
        let bob = shown(&app, &format!("/operator/users/show?{word}"), &root).await;
        assert_eq!(
            (&bob["username"], &bob["is_active"], &bob["password"]),
            (&json!("bob"), &json!(false), &json!("argon2"))
        );
    }
    assert_eq!(app.send(Request::bearer("/operator/users/show?user=carol", &root)).await.status, 404);
    assert_eq!(app.send(Request::bearer("/operator/users/list?page=0", &root)).await.status, 400);
}

#[tokio::test]
async fn ends_one_session_of_a_user_and_then_all() {
    let (app, root) = operated().await;
    let (first, _) = app.log_in().await;
    let (second, _) = app.log_in().await;
    let sessions = shown(&app, "/operator/sessions/list?id=1", &root).await;
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    let one = json!({"id": "1", "session": crate::app::sid(&first)});
    let foreign = json!({"id": "2", "session": crate::app::sid(&first)});
    assert_eq!(app.send(act(CHANGES[0], &root, foreign)).await.status, 404, "it is none of bob's");
    assert_eq!(app.send(act(CHANGES[0], &root, one)).await.status, 200);
    assert_eq!((app.refresh(&first).await.status, app.refresh(&second).await.status), (401, 200));
    app.advance("1s");
    assert_eq!(app.send(act(CHANGES[0], &root, json!({"id": "1"}))).await.status, 200);
    assert_eq!(app.refresh(&second).await.status, 401);
    assert_eq!(app.send(act(CHANGES[0], &root, json!({}))).await.status, 400, "nobody is named");
}

#[tokio::test]
async fn changes_nothing_for_anybody_else() {
    let (app, root) = operated().await;
    let (_, alice) = app.log_in().await;
    let body = json!({"id": "1"});
    for path in CHANGES {
        let refused = async |request: Request, status: u16| {
            let answer = app.send(request).await;
            assert_eq!((answer.status, answer.header("access-control-allow-origin")), (status, None), "{path}");
        };
        refused(Request::json(path, &body), 401).await;
        refused(act(path, &alice, body.clone()), 403).await;
        refused(act(path, &root, body.clone()).header("Host", "evil.test"), 404).await;
        refused(act(path, &root, body.clone()).header("Origin", "http://evil.test"), 403).await;
        refused(act(path, &root, body.clone()).header("Sec-Fetch-Site", "cross-site"), 403).await;
        refused(Request::bearer(&format!("{path}?id=1"), &root), 404).await;
        let plain = Request::new("POST", path).header("Authorization", format!("Bearer {root}"));
        refused(plain.header("Content-Type", "text/plain").body(body.to_string()), 415).await;
    }
    assert!(!app.log_in().await.0.is_empty(), "alice is as she was");
}

/// What CORS allows for the API, it does not allow here.
#[tokio::test]
async fn shares_nothing_with_pages_of_other_origins() {
    let page = "http://app.example.com";
    let app = TestApp::with(&[("CORS_ALLOWED_ORIGINS", page), ("CORS_ALLOW_CREDENTIALS", "true")]).await;
    app.service.store.create_user(&User { is_superuser: true, ..user("3", "root", true) }).await.unwrap();
    let login = app.post("/api/token/", json!({"username": "root", "password": PASSWORD})).await;
    let (root, body) = (text(&login, "access"), json!({"id": "1"}));
    let told = |answer: &Answer| (answer.status, answer.header("access-control-allow-origin").is_some());
    let preflight = |path: &str| {
        let asks = Request::new("OPTIONS", path).header("Origin", page);
        asks.header("Access-Control-Request-Method", "POST").header("Access-Control-Request-Headers", "authorization")
    };
    assert_eq!(told(&app.send(preflight("/api/token/")).await), (200, true), "it is on");
    for path in PATHS.into_iter().chain(CHANGES) {
        assert_eq!(told(&app.send(preflight(path)).await), (404, false), "{path}");
    }
    for path in CHANGES {
        assert_eq!(
            told(&app.send(act(path, &root, body.clone()).header("Origin", page)).await),
            (403, false),
            "{path}"
        );
    }
}
