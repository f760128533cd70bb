//! The compact form of a JWS (RFC 7515 section 7.1), read strictly.

use crate::{Algorithm, Claims, Key, KeySet, MAX_BYTES, json};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

/// A text that has the form of a token of ours, and names an algorithm we know. Nothing in it is true yet.
pub(crate) struct Compact<'a> {
    algorithm: Algorithm,
    kid: Option<String>,
    payload: &'a str,
    signature: &'a str,
    signed: &'a str,
}

impl<'a> Compact<'a> {
    /// Takes a token apart; `None` for any text that is not exactly one.
    pub(crate) fn parse(raw: &'a str) -> Option<Self> {
        if raw.len() > MAX_BYTES {
            return None;
        }
        let (signed, signature) = raw.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        if payload.is_empty() || payload.contains('.') || signature.is_empty() {
            return None;
        }
        let (algorithm, kid) = meaning(&json::object(&decoded(header)?)?)?;
        Some(Self { algorithm, kid, payload, signature, signed })
    }

    /// The key that made the signature, if it is one of `keys` that still verifies at `now`.
    pub(crate) fn verifier<'k>(&self, keys: &'k KeySet, now: i64) -> Option<&'k Key> {
        let mut candidates = keys.verifiers(self.kid.as_deref(), self.algorithm, now);
        candidates.find(|key| key.verifies(self.signed.as_bytes(), self.signature))
    }

    /// The claims. To be asked for only once the signature is known to be right.
    pub(crate) fn claims(&self) -> Option<Claims> {
        Claims::parse(&decoded(self.payload)?)
    }
}

/// Header parameters that are refused: what they ask for is not done, so to accept them would be to misread the token.
///
/// Extensions (`crit`, `b64`), keys that the token brings along or points to (`jku`, `jwk`, `x5c`, `x5u`), encryption
/// (`enc`, `zip`) and nesting (`cty`): RFC 7515 section 4.1, RFC 7797, RFC 8725 sections 3.8 and 3.10.
const REFUSED: [&str; 9] = ["b64", "crit", "cty", "enc", "jku", "jwk", "x5c", "x5u", "zip"];

/// What a header says: the algorithm and the key's name.
fn meaning(header: &Map<String, Value>) -> Option<(Algorithm, Option<String>)> {
    if REFUSED.iter().any(|name| header.contains_key(*name)) {
        return None;
    }
    let ours = match header.get("typ") {
        None => true,
        Some(Value::String(kind)) => kind.eq_ignore_ascii_case("JWT"),
        Some(_) => false,
    };
    let algorithm = header.get("alg")?.as_str()?.parse().ok()?;
    let kid = match header.get("kid") {
        None => None,
        Some(Value::String(kid)) => Some(kid.clone()),
        Some(_) => return None,
    };
    ours.then_some((algorithm, kid))
}

/// Base64url without padding, whitespace or stray trailing bits (RFC 7515 section 2).
fn decoded(segment: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(segment).ok()
}
