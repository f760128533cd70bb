//! A service with two users, and the few acts that every story begins with.

use local::Api;
use serde_json::{Value, json};
use store::User;

use crate::{
    forge,
    service::Service,
    wire::{Answer, Request},
};

/// The secret that signs on this stage, so that a test can forge.
pub const SECRET: &str = "a secret of at least thirty-two characters, for tests alone";

/// Alice's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// What a refused login says, whoever tries.
pub const NO_ACCOUNT: &str = r#"{"detail":"No active account found with the given credentials"}"#;

/// A running service with alice (id 1, active) and bob (id 2, inactive).
pub struct Stage {
    /// The service itself.
    pub service: Service,
}

impl Stage {
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

    /// The same behind this kind of API.
    ///
    /// # Panics
    /// The settings are no settings.
    pub async fn behind(gateway: Api, settings: &[(&str, &str)]) -> Self {
        let secret = [("SIGNING_KEY", SECRET)];
        let variables: Vec<(String, String)> =
            secret.iter().chain(settings).map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let service = Service::behind(gateway, &variables).await.expect("a stage");
        for user in [user("1", "alice", true), user("2", "bob", false)] {
            service.store.create_user(&user).await.expect("a stage");
        }
        Self { service }
    }

    /// Sends a request.
    ///
    /// # Panics
    /// Nobody answers.
    pub async fn send(&self, request: Request) -> Answer {
        request.send(self.service.address).await.expect("a stage")
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
    forge::parts(token).expect("a stage").1
}

/// A token of this stage's secret with these claims.
pub fn forged(claims: Value) -> String {
    forge::token(&json!({"alg": "HS256", "typ": "JWT"}), &claims, SECRET)
}

/// The token with the first character of its signature changed.
///
/// # Panics
/// It has no signature.
pub fn tampered(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').expect("a stage");
    let first = if signature.starts_with('A') { "B" } else { "A" };
    format!("{signed}.{first}{}", signature.get(1..).unwrap_or_default())
}

/// The present second.
///
/// # Panics
/// It lies before 1970.
#[expect(clippy::disallowed_methods, reason = "a test compares what a real service says with a real clock")]
pub fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a stage").as_secs() as i64
}

/// A user with [`PASSWORD`].
pub fn user(id: &str, name: &str, is_active: bool) -> User {
    User {
        id: id.to_owned(),
        username: name.to_owned(),
        password: password::hash(PASSWORD, [7; 16]).expect("a stage"),
        email: format!("{name}@example.com"),
        first_name: String::new(),
        last_name: String::new(),
        is_active,
        is_staff: false,
        is_superuser: false,
        groups: Vec::new(),
        last_login: None,
        created_at: 0,
        epoch: 0,
    }
}
