//! Whom a token speaks for, and how the authorizer tells it.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Whom a verified token speaks for, as the authorizer tells it to the function behind the gateway: flat strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// USER_ID_CLAIM, as text.
    pub user_id: String,
    /// `access`, `sliding`…
    pub token_type: String,
    /// The token's own id.
    pub jti: String,
    /// When the token expires, in Unix seconds.
    pub expiry: i64,
    /// When its login took place, in Unix seconds, as far as the token tells ([`token::login_time`]).
    pub login: i64,
    /// The claims of TOKEN_CLAIMS that can be told as text: no control characters, at most [`MAX_TEXT`] bytes.
    pub claims: BTreeMap<String, String>,
}

/// What the context holds beside TOKEN_CLAIMS: of ours, and of API Gateway's. The settings keep claims from taking these names.
const MEMBERS: [&str; 8] =
    ["exp", "iat", "integrationLatency", "jti", "principalId", "session", "token_type", "user_id"];

/// How long a text in the authorizer's context may be, in bytes.
pub const MAX_TEXT: usize = 1024;

impl Principal {
    /// The authorizer's context: what API Gateway hands on under `requestContext.authorizer`.
    pub fn to_context(&self) -> Map<String, Value> {
        let mut context = Map::new();
        let session = token::session_of(&self.jti).unwrap_or_default();
        let members =
            [("user_id", &*self.user_id), ("token_type", &self.token_type), ("jti", &self.jti), ("session", session)];
        for (name, value) in members {
            context.insert(name.to_owned(), json!(value));
        }
        context.insert("exp".to_owned(), json!(self.expiry.to_string()));
        context.insert("iat".to_owned(), json!(self.login.to_string()));
        context.extend(self.claims.iter().map(|(name, text)| (name.clone(), json!(text))));
        context
    }

    /// Reads what [`Principal::to_context`] wrote; `None` where an authorizer of ours did not write it.
    pub fn from_context(context: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| context.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name: &str| text(name)?.parse().ok();
        let (expiry, login) = (number("exp")?, number("iat").unwrap_or_default());
        let is_claim = |name: &&String| !MEMBERS.contains(&name.as_str());
        let claims = context.keys().filter(is_claim).filter_map(|name| Some((name.clone(), text(name)?))).collect();
        Some(Self {
            user_id: text("user_id")?,
            token_type: text("token_type")?,
            jti: text("jti")?,
            expiry,
            login,
            claims,
        })
    }
}

/// Whether a text can be handed on as it is: no line ends that make a header two, and not so long that the gateway
/// drops the whole answer.
pub(crate) fn is_telling(text: &str) -> bool {
    text.len() <= MAX_TEXT && !text.contains(char::is_control)
}
