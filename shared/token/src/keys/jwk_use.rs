//! What a JSON Web Key says it is for.

use crate::keys::algorithm::Algorithm;
use serde_json::Value;

/// Whether a key may verify tokens of this algorithm, by what it says of itself: `use`, `key_ops` and `alg` (RFC 7517
/// sections 4.2 to 4.4). What is `null` is not said.
pub(crate) fn is_for(jwk: &Value, algorithm: Algorithm) -> bool {
    let said = |member: &str| jwk.get(member).filter(|value| !value.is_null());
    let verifies = |operations: &Value| operations.as_array().is_some_and(|all| all.iter().any(|one| one == "verify"));
    said("use").is_none_or(|value| value == "sig")
        && said("key_ops").is_none_or(verifies)
        && said("alg").is_none_or(|name| name.as_str().and_then(|name| name.parse().ok()) == Some(algorithm))
}
