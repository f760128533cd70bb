//! A service with two users, and the few acts that every story begins with.

use crate::{
    clock, forge,
    service::Service,
    wire::{Answer, Request},
};
use local::Api;
use serde_json::{Value, json};
use std::sync::OnceLock;
use store::User;

/// The secret that signs on this app, so that a test can forge.
pub const SECRET: &str = "a secret of at least thirty-two characters, for tests alone";

/// Alice's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// Profile `hardened` with the secret of the app.
pub const HARDENED: [(&str, &str); 2] = [("PROFILE", "hardened"), ("ALGORITHM", "HS256")];

/// What a token that was logged out is refused with.
pub const BLACKLISTED: &str = r#"{"detail":"Token is blacklisted","code":"token_not_valid"}"#;

/// What a token that nobody signed is refused with.
pub const INVALID: &str = r#"{"detail":"Token is invalid","code":"token_not_valid"}"#;

/// What is said to who shows no token.
pub const NOT_PROVIDED: &str = r#"{"detail":"Authentication credentials were not provided."}"#;

/// What a refused login says, whoever tries.
pub const NO_ACCOUNT: &str = r#"{"detail":"No active account found with the given credentials"}"#;

/// A running service with alice (id 1, active) and bob (id 2, inactive).
pub struct TestApp {
    /// The service itself.
    pub service: Service,
}

impl TestApp {
    /// A service with Simple JWT's defaults.
    pub async fn plain() -> Self {
        Self::with(&[]).await
    }

    /// A service with these settings.
    ///
    /// # Panics
    /// The settings are no settings.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::behind(Api::Rest, settings).await
    }

    /// A service with these settings whose clock goes: for what runs beside it by a clock of its own.
    ///
    /// # Panics
    /// The settings are no settings.
    pub async fn live(settings: &[(&str, &str)]) -> Self {
        Self::of(Service::start(&variables(settings)).await.expect("settings that are some")).await
    }

    /// A service in profile `hardened`, with these settings beside it.
    ///
    /// # Panics
    /// The settings are no settings.
    pub async fn hardened(settings: &[(&str, &str)]) -> Self {
        Self::with(&[&HARDENED, settings].concat()).await
    }

    /// The same behind this kind of API.
    ///
    /// # Panics
    /// The settings are no settings.
    pub async fn behind(gateway: Api, settings: &[(&str, &str)]) -> Self {
        Self::of(Service::behind(gateway, &variables(settings)).await.expect("settings that are some")).await
    }

    async fn of(service: Service) -> Self {
        for user in [user("1", "alice", true), user("2", "bob", false)] {
            service.store.create_user(&user).await.expect("a store that answers");
        }
        Self { service }
    }

    /// The second of its clock.
    ///
    /// # Panics
    /// The clock goes.
    pub fn now(&self) -> i64 {
        self.service.clock.as_ref().expect("a clock that stands").now()
    }

    /// Moves its clock on, by `90s`, `5m`, `1h` or `2d`.
    ///
    /// # Panics
    /// The clock goes, or that is no span.
    pub fn advance(&self, span: &str) {
        self.service.clock.as_ref().expect("a clock that stands").advance(span);
    }

    /// Sends a request.
    ///
    /// # Panics
    /// Nobody answers.
    pub async fn send(&self, request: Request) -> Answer {
        request.send(self.service.address).await.expect("an answer")
    }

    /// POSTs JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Request::json(path, &body)).await
    }

    /// Logs alice in: refresh and access token.
    ///
    /// # Panics
    /// She is not let in.
    pub async fn log_in(&self) -> (String, String) {
        let answer = self.post("/api/token/", json!({"username": "alice", "password": PASSWORD})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        (text(&answer, "refresh"), text(&answer, "access"))
    }

    /// Refreshes a token.
    pub async fn refresh(&self, token: &str) -> Answer {
        self.post("/api/token/refresh/", json!({"refresh": token})).await
    }

    /// Calls the protected endpoint.
    pub async fn hello(&self, token: &str) -> Answer {
        self.send(Request::bearer("/api/hello/", token)).await
    }
}

/// A member of a JSON body, as text.
///
/// # Panics
/// It is not there.
pub fn text(answer: &Answer, name: &str) -> String {
    let json = answer.json();
    json.get(name).and_then(Value::as_str).expect("a member of that name").to_owned()
}

/// The claims of a token.
///
/// # Panics
/// It is none.
pub fn claims(token: &str) -> serde_json::Map<String, Value> {
    forge::parts(token).expect("a token").1
}

/// The id of the session that a token belongs to: the first half of its `jti`.
///
/// # Panics
/// It is no token, or has no `jti`.
pub fn sid(token: &str) -> String {
    let claims = claims(token);
    claims.get("jti").and_then(Value::as_str).expect("a jti").chars().take(16).collect()
}

/// What a guarded endpoint says of an access token that it refuses, with why.
pub fn not_valid(why: &str) -> String {
    format!(
        r#"{{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{{"token_class":"AccessToken","token_type":"access","message":"{why}"}}]}}"#
    )
}

/// A token of this app's secret with these claims.
pub fn forged(claims: Value) -> String {
    forge::token(&json!({"alg": "HS256", "typ": "JWT"}), &claims, SECRET)
}

/// The token with the first character of its signature changed.
///
/// # Panics
/// It has no signature.
pub fn tampered(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let first = if signature.starts_with('A') { "B" } else { "A" };
    format!("{signed}.{first}{}", signature.get(1..).unwrap_or_default())
}

/// The second at which the clock of every app of this process stands at first.
pub fn now() -> i64 {
    clock::start()
}

/// The settings as variables, with the secret of the app.
fn variables(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    let secret = [("SIGNING_KEY", SECRET)];
    secret.iter().chain(settings).map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// The hash of [`PASSWORD`], made once for each process: Argon2 takes longer than most tests.
///
/// # Panics
/// It cannot be made.
fn hashed() -> &'static str {
    static HASHED: OnceLock<String> = OnceLock::new();
    HASHED.get_or_init(|| password::hash(PASSWORD, [7; 16]).expect("a hash"))
}

/// A user with [`PASSWORD`].
pub fn user(id: &str, name: &str, is_active: bool) -> User {
    User {
        id: id.to_owned(),
        username: name.to_owned(),
        password: hashed().to_owned(),
        email: format!("{name}@example.com"),
        first_name: String::new(),
        last_name: String::new(),
        is_active,
        is_staff: false,
        is_superuser: false,
        groups: Vec::new(),
        attributes: Default::default(),
        last_login: None,
        named_since: None,
        created_at: 0,
        epoch: 0,
    }
}
