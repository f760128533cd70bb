//! What obtain, refresh and verify answer alike: a token, and a cookie that holds it.

use crate::{
    authentication::legacy::{cookie, is_drf},
    call::Call,
    endpoint::Answer,
};
use serde::Serialize;
use serde_json::Value;
use token::Claims;

/// A token; `drf-jwt` says before it when it was issued.
#[derive(Serialize)]
pub struct Reply {
    #[serde(skip_serializing_if = "Option::is_none")]
    pk: Option<Value>,
    token: String,
}

impl Reply {
    /// The answer that hands out a token with these claims.
    pub(super) fn new(token: String, claims: &Claims, call: &Call<'_>) -> Self {
        let issued_at = || claims.get("iat").cloned().unwrap_or_default();
        Self { pk: is_drf(call.service.settings()).then(issued_at), token }
    }

    /// The token itself and nothing else.
    pub(super) fn bare(token: String) -> Self {
        Self { pk: None, token }
    }

    /// 201 with `drf-jwt`, else 200; and the cookie `name`, where one is set.
    pub(super) fn with_cookie(self, name: Option<&str>, call: &Call<'_>) -> Answer<Self> {
        let settings = call.service.settings();
        let cookie = name.and_then(|name| cookie::write(name, &self.token, settings, call.ambient.now));
        Answer { created: is_drf(settings), cookies: cookie.into_iter().collect(), ..Answer::of(self) }
    }
}
