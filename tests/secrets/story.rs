//! Requests of every kind, right and wrong, each with a secret where one belongs and where none does.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tests::{
    app::{PASSWORD, SECRET, TestApp, tampered, text, user},
    wire::{Answer, Request},
};

const CLIENT_SECRET: &str = "client-secret/7c0f?5e2b";
const LEGACY_SECRET: &str = "a legacy secret of more than thirty-two characters";
const NEW: &str = "walrus on stilts, in the rain";
const WRONG: &str = "the wrong password, näturally";
const WEAK: &str = "planted";

/// All that can tell: nothing is cheap, nothing is off.
pub(crate) const SETTINGS: [(&str, &str); 8] = [
    ("PROFILE", "hardened"),
    ("ALGORITHM", "HS256"),
    ("REFRESH_GRACE_SECONDS", "0"),
    ("LOGIN_TRIES", "4"),
    ("OAUTH_CLIENTS", "shop:client-secret/7c0f?5e2b"),
    ("LEGACY", "drf-jwt"),
    ("JWT_SECRET_KEY", LEGACY_SECRET),
    ("TOKEN_CLAIMS", "username"),
];

/// What nobody may be told.
pub(crate) struct Secrets {
    everywhere: Vec<String>,
    encoded: Vec<String>,
}

impl Secrets {
    /// The ones that are known before the first request.
    pub(crate) fn planted() -> Self {
        let known = [SECRET, PASSWORD, NEW, WRONG, WEAK, CLIENT_SECRET, LEGACY_SECRET];
        Self { everywhere: known.map(str::to_owned).into(), encoded: vec![user("1", "alice", true).password] }
    }

    /// All of them.
    pub(crate) fn of_everybody(&self) -> impl Iterator<Item = &str> {
        self.everywhere.iter().chain(&self.encoded).map(String::as_str)
    }

    /// Those that a table does not need: it keeps encoded passwords.
    pub(crate) fn not_for_a_table(&self) -> impl Iterator<Item = &str> {
        self.everywhere.iter().map(String::as_str)
    }

    /// A token: as a whole, and what it says and is signed with.
    fn token(&mut self, token: String) -> String {
        self.everywhere.extend(token.split('.').skip(1).map(str::to_owned));
        self.everywhere.push(token.clone());
        token
    }

    async fn log_in(&mut self, app: &TestApp) -> (String, String) {
        let (refresh, access) = app.log_in().await;
        (self.token(refresh), self.token(access))
    }

    async fn refresh(&mut self, app: &TestApp, token: &str) -> (String, String) {
        let answer = app.refresh(token).await;
        (self.token(text(&answer, "refresh")), self.token(text(&answer, "access")))
    }
}

/// Everything that a service with all its tables is asked.
pub(crate) async fn told(app: &TestApp, secrets: &mut Secrets) {
    sessions(app, secrets).await;
    odd_requests(app, secrets).await;
    other_software(app, secrets).await;
    older_clients(app, secrets).await;
    passwords(app, secrets).await;
}

/// The same people, after the tables are gone.
pub(crate) async fn told_without_a_store(app: &TestApp, secrets: &mut Secrets) {
    let answer = app.post("/api/token/", json!({"username": "alice", "password": NEW})).await;
    let (refresh, access) = (secrets.token(text(&answer, "refresh")), secrets.token(text(&answer, "access")));
    app.service.lose_the_store().await;
    let login = app.post("/api/token/", json!({"username": "alice", "password": NEW})).await;
    let logout = app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    let answers = [login, logout, app.refresh(&refresh).await, app.hello(&access).await];
    assert!(answers.iter().all(|answer| matches!(answer.status, 500 | 503)), "{answers:?}");
}

async fn sessions(app: &TestApp, secrets: &mut Secrets) {
    let (first, access) = secrets.log_in(app).await;
    let (second, _) = secrets.refresh(app, &first).await;
    assert_eq!(app.post("/api/token/verify/", json!({"token": access})).await.status, 200);
    assert_eq!(app.refresh(&first).await.status, 401, "a replay");
    assert_eq!(app.refresh(&second).await.status, 401, "after it");
    let (refresh, access) = secrets.log_in(app).await;
    assert_eq!(app.post("/api/token/blacklist/", json!({"refresh": refresh})).await.status, 200);
    assert_eq!(app.hello(&access).await.status, 401);
    let (_, access) = secrets.log_in(app).await;
    let (other, _) = secrets.log_in(app).await;
    let others = format!("/api/sessions/{}/", tests::app::sid(&other));
    assert_eq!(app.send(bearer("DELETE", &others, &access)).await.status, 204);
    assert_eq!(app.send(bearer("GET", "/api/user/", &access)).await.status, 200);
    assert_eq!(app.send(bearer("DELETE", "/api/sessions/", &access)).await.status, 204);
}

async fn odd_requests(app: &TestApp, secrets: &mut Secrets) {
    let (refresh, access) = secrets.log_in(app).await;
    for token in [tampered(&access), refresh.clone(), format!("{access}{access}"), access.replace('.', " ")] {
        let answer = app.send(bearer("GET", &format!("/api/hello/?token={token}"), &token)).await;
        assert!(matches!(answer.status, 400 | 401), "{}", answer.text());
        app.post("/api/token/verify/", json!({"token": token, "other": token})).await;
        app.refresh(&token).await;
    }
    let half = format!(r#"{{"username": "alice", "password": "{PASSWORD}", "refresh": "{refresh}"#);
    let broken = Request::new("POST", "/api/token/").header("Content-Type", "application/json").body(half);
    assert_eq!(app.send(broken.clone()).await.status, 400);
    assert_eq!(app.send(broken.header("Content-Type", PASSWORD)).await.status / 100, 4);
    app.post(&format!("/api/{refresh}/{PASSWORD}").replace(' ', "%20"), json!({})).await;
    for body in [json!({"username": PASSWORD, "password": WRONG}), json!({"username": "alice", "password": [PASSWORD]})]
    {
        assert!(matches!(app.post("/api/token/", body).await.status, 400 | 401));
    }
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(app.post("/api/token/", json!({"username": "eve", "password": WRONG})).await.status);
    }
    assert!(statuses.contains(&401) && statuses.contains(&429), "{statuses:?}");
}

async fn other_software(app: &TestApp, secrets: &mut Secrets) {
    for secret in [CLIENT_SECRET, WRONG] {
        let (refresh, access) = secrets.log_in(app).await;
        let basic = format!("Basic {}", STANDARD.encode(format!("shop:{secret}")));
        for (path, token) in
            [("introspect", &access), ("introspect", &refresh), ("revoke", &access), ("revoke", &refresh)]
        {
            let form = Request::new("POST", &format!("/oauth/{path}/")).header("Authorization", &basic);
            let form = form.header("Content-Type", "application/x-www-form-urlencoded").body(format!("token={token}"));
            assert_eq!(app.send(form).await.status, if secret == WRONG { 401 } else { 200 });
        }
    }
}

async fn older_clients(app: &TestApp, secrets: &mut Secrets) {
    let mut root = user("3", "root", true);
    root.is_superuser = true;
    app.service.store.create_user(&root).await.unwrap();
    let answer = app.post("/api-token-auth/", json!({"username": "root", "password": PASSWORD})).await;
    let token = secrets.token(text(&answer, "token"));
    app.post("/api-token-auth/", json!({"username": "root", "password": WRONG})).await;
    let impersonate = Request::json("/api-token-impersonate/", &json!({"user": 1}));
    let answer = app.send(impersonate.header("Authorization", format!("Bearer {token}"))).await;
    secrets.token(text(&answer, "token"));
    let refreshed = app.post("/api-token-refresh/", json!({"token": token})).await;
    if let Some(token) = refreshed.json()["token"].as_str() {
        secrets.token(token.to_owned());
    }
    assert_eq!(app.post("/api-token-verify/", json!({"token": tampered(&token)})).await.status, 400);
}

async fn passwords(app: &TestApp, secrets: &mut Secrets) {
    let (_, access) = secrets.log_in(app).await;
    for (old, new, status) in [(WRONG, NEW, 400), (PASSWORD, WEAK, 400), (PASSWORD, NEW, 200)] {
        assert_eq!(change(app, &access, old, new).await.status, status, "{new}");
    }
    let encoded = app.service.store.user("1").await.unwrap().unwrap().password;
    secrets.encoded.push(encoded);
}

async fn change(app: &TestApp, access: &str, old: &str, new: &str) -> Answer {
    let body: Value = json!({"old_password": old, "new_password": new});
    app.send(Request::json("/api/user/password/", &body).header("Authorization", format!("Bearer {access}"))).await
}

fn bearer(method: &str, path: &str, token: &str) -> Request {
    Request::new(method, path).header("Authorization", format!("Bearer {token}"))
}
