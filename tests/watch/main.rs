//! The function binaries as they are on Lambda, under `cargo lambda watch`, over the embedded engine.
#![expect(clippy::unwrap_used, reason = "a test stops where the program does not do what it should")]

use local::engine::{Engine, Storage};
use serde_json::{Value, json};
use std::{net::SocketAddr, process::Command};
use store::{Access, Store, Tables, User};
use tests::{
    bridge, template,
    tools::{self, Running},
    wire::{Answer, Request},
};

const PASSWORD: &str = "correct horse battery staple";

/// The functions, behind the paths of the deployed API.
struct Watched {
    address: SocketAddr,
    store: Store,
    _engine: Engine,
    _watch: Running,
}

impl Watched {
    async fn start() -> Self {
        tools::build(&tools::programs());
        let engine = Engine::start(Storage::Memory).await.unwrap();
        let url = bridge::over_tcp(engine.socket());
        let store = store_at(&url);
        store.create_tables().await.unwrap();
        let address = tools::free_port();
        let watch = Running::start("watch", &mut watch(address, &url));
        tools::opens(address).await;
        let watched = Self { address, store, _engine: engine, _watch: watch };
        watched.wait_for_cargo().await;
        watched
    }

    /// Each function is started by cargo when it is first asked for, and cargo waits for whoever else builds.
    async fn wait_for_cargo(&self) {
        for path in
            ["/api/hello", "/api/token", "/api/token/blacklist", "/api/token/refresh", "/api/token/verify", "/console"]
        {
            for _ in 0..10 {
                if Request::new("OPTIONS", path).send(self.address).await.is_ok() {
                    break;
                }
            }
        }
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        Request::json(path, &body).send(self.address).await.unwrap()
    }

    async fn log_in(&self) -> (String, String) {
        let pair = self.post("/api/token/", json!({"username": "ada", "password": PASSWORD})).await;
        assert_eq!(pair.status, 200, "{}", pair.text());
        let text = |name: &str| pair.json().get(name).and_then(Value::as_str).unwrap().to_owned();
        (text("access"), text("refresh"))
    }
}

fn store_at(url: &str) -> Store {
    let access = Access { region: "eu-central-1".to_owned(), endpoint_url: Some(url.to_owned()), credentials: None };
    Store::new(store::client(&access), Tables { users: "users".to_owned(), sessions: "sessions".to_owned() })
}

fn watch(address: SocketAddr, engine: &str) -> Command {
    let mut command = Command::new(tools::tool("cargo-lambda"));
    command.args(["lambda", "watch", "--ignore-changes", "--invoke-address", "127.0.0.1", "--invoke-port"]);
    command.arg(address.port().to_string()).envs([
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_ENDPOINT_URL", engine),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("KEYS_SECRET", "none"),
        ("SESSIONS_TABLE", "sessions"),
        ("SIGNING_KEY", "a secret of at least thirty-two characters, for tests alone"),
        ("USERS_TABLE", "users"),
    ]);
    command
}

fn ada() -> User {
    User {
        id: "7".to_owned(),
        username: "ada".to_owned(),
        password: password::hash(PASSWORD, [7; 16]).unwrap(),
        email: String::new(),
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        is_active: true,
        is_staff: false,
        is_superuser: false,
        groups: Vec::new(),
        attributes: Default::default(),
        last_login: None,
        named_since: None,
        created_at: 1_800_000_000,
        epoch: 0,
    }
}

#[tokio::test]
async fn a_login_lives_and_ends_through_the_real_functions() {
    let watched = Watched::start().await;
    watched.store.create_user(&ada()).await.unwrap();
    every_page_of_the_template_is_shown(&watched).await;

    let wrong = watched.post("/api/token/", json!({"username": "ada", "password": "wrong"})).await;
    let no_account = r#"{"detail":"No active account found with the given credentials"}"#;
    assert_eq!((wrong.status, wrong.text().as_str()), (401, no_account));

    let (access, refresh) = watched.log_in().await;
    // Nobody stands in front: the function reads the header itself.
    let greeting = Request::bearer("/api/hello/", &access).send(watched.address).await.unwrap();
    assert_eq!((greeting.status, greeting.text().as_str()), (200, r#"{"message":"Hello, Ada Lovelace!"}"#));

    let renewed = watched.post("/api/token/refresh", json!({"refresh": refresh})).await;
    assert_eq!(renewed.status, 200, "{}", renewed.text());
    assert!(renewed.json().get("access").is_some_and(Value::is_string));
    let verified = watched.post("/api/token/verify/", json!({"token": refresh})).await;
    assert_eq!((verified.status, verified.text().as_str()), (200, "{}"));

    let ended = watched.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    assert_eq!((ended.status, ended.text().as_str()), (200, "{}"));
    let refused = watched.post("/api/token/refresh/", json!({"refresh": refresh})).await;
    let blacklisted = r#"{"detail":"Token is blacklisted","code":"token_not_valid"}"#;
    assert_eq!((refused.status, refused.text().as_str()), (401, blacklisted));
}

async fn every_page_of_the_template_is_shown(watched: &Watched) {
    for path in template::pages() {
        let page = Request::new("GET", &path).send(watched.address).await.unwrap();
        let policy = page.header("content-security-policy").unwrap_or_default();
        assert_eq!((page.status, policy.starts_with("default-src 'none'")), (200, true), "{path}: {}", page.text());
    }
    for page in ["console", "docs"] {
        let moved = Request::new("GET", &format!("/{page}/")).send(watched.address).await.unwrap();
        assert_eq!((moved.status, moved.header("location")), (308, Some(format!("../{page}").as_str())));
    }
}
