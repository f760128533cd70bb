//! What the functions stand on: a store with users, and tokens to paste into the events.

use serde_json::{Value, json};
use tests::{
    accounts::{DJOSER, REST_AUTH},
    app::{PASSWORD, SECRET, TestApp, text, user},
    tools,
};

/// What the events hold in place of a token, of the clients' credentials, of the present password and of a session.
const TOKENS: [&str; 2] =
    ["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.PASTE.HERE", "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.PASTE.HERE"];
const BASIC: (&str, &str) = ("cGFzdGU6aGVyZQ==", "Z2F0ZXdheTpub3Qtc28tc2VjcmV0LWEtc2VjcmV0");
const CLIENT: &str = "gateway:not-so-secret-a-secret";
const OLD_PASSWORD: &str = "PASTE HERE";
const OTHER_SESSION: &str = "7c9e6679f86443b2";

/// A service of which only the store is used.
pub(crate) struct Backend(pub(crate) TestApp);

impl Backend {
    pub(crate) async fn prepare() -> Self {
        let app = TestApp::with(&[("LEGACY", "drf-jwt")]).await;
        let root = store::User { is_superuser: true, ..user("3", "root", true) };
        app.service.store.create_user(&root).await.unwrap();
        Self(app)
    }

    /// The environment of a deployed function, with this store in place of AWS's. LEGACY is for its own functions: with it
    /// the authorizer that asks no store does not start.
    pub(crate) fn environment(&self, verb: &str) -> Vec<(&'static str, String)> {
        let tables = store::Tables::local();
        let legacy = match verb {
            // Its event has the word before the token that the older package wants.
            "legacy_auth" => "jwt",
            verb if verb.starts_with("legacy_") => "drf-jwt",
            _ => "off",
        };
        let accounts = match verb {
            verb if verb.starts_with("accounts_") => DJOSER.as_slice(),
            "mail" => &[("MAIL_FROM", "noreply@example.com"), ("OUTBOX_TABLE", "latchkey-outbox")],
            verb if verb.starts_with("rest_auth_") => REST_AUTH.as_slice(),
            _ => &[],
        };
        let accounts = accounts.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let others = [
            ("LEGACY", legacy.to_owned()),
            ("OAUTH_CLIENTS", CLIENT.to_owned()),
            ("AWS_ACCESS_KEY_ID", "none".to_owned()),
            ("AWS_ENDPOINT_URL", self.0.service.engine()),
            ("AWS_REGION", "local".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "none".to_owned()),
            ("KEYS_SECRET", "none".to_owned()),
            ("SESSIONS_TABLE", tables.sessions),
            ("SIGNING_KEY", SECRET.to_owned()),
            ("USERS_TABLE", tables.users),
        ];
        others.into_iter().chain(accounts).collect()
    }

    /// The event of this verb as it lies in the folder.
    pub(crate) fn event(&self, verb: &str) -> String {
        std::fs::read_to_string(tools::root().join(format!("events/{verb}.json"))).unwrap()
    }

    /// The event with everything in it that it asks for.
    pub(crate) async fn paste(&self, verb: &str, event: &str) -> String {
        let (refresh, access) = self.0.log_in().await;
        let token = match verb {
            "blacklist" | "refresh" | "rest_auth_logout" | "rest_auth_refresh" => refresh,
            "refresh_sliding" => self.obtain("/api/token/sliding/", "alice").await,
            "legacy_impersonate" => self.obtain("/api-token-auth/", "root").await,
            verb if verb.starts_with("legacy_") => self.obtain("/api-token-auth/", "alice").await,
            _ => access.clone(),
        };
        let event = TOKENS.iter().fold(event.to_owned(), |event, place| event.replace(place, &token));
        let event = event.replace(BASIC.0, BASIC.1).replace(OLD_PASSWORD, PASSWORD);
        event.replace(OTHER_SESSION, &access_session(&access))
    }

    async fn obtain(&self, path: &str, name: &str) -> String {
        text(&self.0.post(path, json!({"username": name, "password": PASSWORD})).await, "token")
    }
}

fn access_session(access: &str) -> String {
    let claims = tests::app::claims(access);
    let jti = claims.get("jti").and_then(Value::as_str).unwrap();
    jti.chars().take(16).collect()
}
