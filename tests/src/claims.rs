//! Tokens of the app's secret for a test to bend: five claims that are right, changed one by one.

use crate::{app, clock};
use serde_json::{Map, Value, json};

/// The claims of a token that is not signed yet.
#[derive(Clone)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// An access token of alice's: `token_type`, `exp` in a minute, `iat` now, `jti` `x`, `user_id` `1`, in Simple JWT's order.
    pub fn access() -> Self {
        Self::of("access")
    }

    /// A refresh token of alice's.
    pub fn refresh() -> Self {
        Self::of("refresh")
    }

    /// A sliding token of alice's; it has no `refresh_exp` yet.
    pub fn sliding() -> Self {
        Self::of("sliding")
    }

    fn of(kind: &str) -> Self {
        let now = clock::start();
        let claims = [
            ("token_type", json!(kind)),
            ("exp", json!(now + 60)),
            ("iat", json!(now)),
            ("jti", json!("x")),
            ("user_id", json!("1")),
        ];
        Self(claims.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The same with this claim, or with another value of it.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// The same without this claim.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.shift_remove(name);
        self
    }

    /// The token, signed with the secret of the app.
    pub fn sign(self) -> String {
        app::forged(Value::Object(self.0))
    }
}
