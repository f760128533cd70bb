//! What API Gateway makes of a request that its authorizer does not let pass.

use serde_json::{Map, Value};

/// Why the function behind is not called.
#[derive(Debug, PartialEq)]
pub(crate) enum Refusal {
    /// The authorizer says no, and this beside.
    Denied(Map<String, Value>),
    /// The authorizer ended with an error.
    Failed(String),
    /// There is no identity source, or the authorizer's error says so.
    Unauthorized,
}
