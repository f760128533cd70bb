//! The keys of a deployment: which one signs now, which ones may have signed this.

use crate::{Algorithm, Key, KeyError, Window};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use std::{cmp::Reverse, collections::HashSet};
use zeroize::Zeroizing;

/// The keys of a deployment, newest first. Debug prints no material.
#[derive(Clone, Debug)]
pub struct KeySet {
    keys: Vec<Key>,
}

/// How many keys are tried for a token that names none (RFC 7515 section 4.1.4 leaves the bound to us).
const TRIES: usize = 3;

/// Shortest secret in bytes that a set signs with, as HS256 demands (RFC 7518 section 3.2).
const SHORTEST_SECRET: usize = 32;

impl KeySet {
    /// The set of these keys. Of two keys whose time to sign begins at once, the first given is the newer.
    ///
    /// # Errors
    /// [`KeyError::Empty`]; [`KeyError::Duplicate`] when two keys have one name.
    pub fn new(mut keys: Vec<Key>) -> Result<Self, KeyError> {
        let mut names = HashSet::new();
        if let Some(kid) = keys.iter().filter_map(Key::kid).find(|kid| !names.insert(*kid)) {
            return Err(KeyError::Duplicate { kid: kid.to_owned() });
        }
        if keys.is_empty() {
            return Err(KeyError::Empty);
        }
        keys.sort_by_key(|key| Reverse(key.window().sign_from));
        Ok(Self { keys })
    }

    /// Reads what the secret holds: `{"keys": […]}`, or one bare key, as Secrets Manager can generate it.
    ///
    /// A key is `{"alg", "material", "kid"?, "sign_from"?, "sign_until"?, "verify_until"?, "verify_only"?, "encoding"?}`.
    /// The material is a PEM text, or an HMAC secret as text (`"encoding": "base64url"`: as base64url of its bytes).
    /// Times are Unix seconds. Unknown members are refused: a misspelt end would else be no end.
    ///
    /// # Errors
    /// [`KeyError::Malformed`], [`KeyError::Unknown`], what [`KeySet::new`] and the makers of keys refuse, and
    /// [`KeyError::Weak`] for an HMAC secret below 32 bytes, unless it only verifies: a `SECRET_KEY` taken over.
    pub fn parse(json: &str) -> Result<Self, KeyError> {
        let entries = match serde_json::from_str::<Document>(json) {
            Ok(document) => document.keys,
            Err(fault) => vec![serde_json::from_str::<Entry>(json).map_err(|other| malformed(&fault, &other))?],
        };
        Self::new(entries.into_iter().map(Entry::into_key).collect::<Result<_, _>>()?)
    }

    /// The public keys that verify at `now` (Unix seconds) as a JWK set (RFC 7517), for `/.well-known/jwks.json`.
    /// Secrets and private halves never appear.
    #[must_use]
    pub fn jwks(&self, now: i64) -> Value {
        let keys: Vec<_> = self.keys.iter().filter(|key| key.verifies_at(now)).filter_map(Key::jwk).collect();
        json!({ "keys": keys })
    }

    /// Every key, newest first.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Whether a key has this name, in whatever state.
    #[must_use]
    pub fn knows(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid() == Some(kid))
    }

    /// The newest key that may sign at `now` (Unix seconds).
    #[must_use]
    pub fn signer(&self, now: i64) -> Option<&Key> {
        self.keys.iter().find(|key| key.signs_at(now))
    }

    /// The set as [`KeySet::parse`] reads it. It holds the secrets; the text is wiped when dropped.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        // Room enough beforehand: a text that grew would leave copies of the secrets behind.
        let room = self.keys.iter().map(|key| key.source().len() * 6 + 1024).sum();
        let mut bytes = Vec::with_capacity(room);
        let document = Document { keys: self.keys.iter().map(Entry::of).collect() };
        let written = serde_json::to_writer(&mut bytes, &document);
        debug_assert!(written.is_ok(), "a key set always has a text");
        Zeroizing::new(String::from_utf8(bytes).unwrap_or_default())
    }

    /// The keys that may have signed a token of this algorithm and name, and that verify at `now` (Unix seconds).
    ///
    /// A name in the set means that key alone. For any other token the nameless keys come into question, newest first,
    /// since Simple JWT neither writes names nor heeds them; for a token without a name also the named ones after them.
    /// At most three are tried.
    pub fn verifiers(&self, kid: Option<&str>, algorithm: Algorithm, now: i64) -> impl Iterator<Item = &Key> {
        let name = kid.filter(|kid| self.knows(kid));
        let unnamed = kid.is_none();
        let likely = self.keys.iter().filter(move |key| key.kid() == name);
        let possible = self.keys.iter().filter(move |key| unnamed && key.kid().is_some());
        likely.chain(possible).filter(move |key| key.algorithm() == algorithm && key.verifies_at(now)).take(TRIES)
    }
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Document {
    keys: Vec<Entry>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    alg: String,
    #[serde(deserialize_with = "wiped", serialize_with = "bared")]
    material: Zeroizing<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoding: Option<Encoding>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sign_from: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sign_until: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verify_until: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    verify_only: bool,
}

/// How a secret that is no text is written as text.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Encoding {
    Base64url,
}

impl Entry {
    fn of(key: &Key) -> Self {
        let (material, encoding) = match std::str::from_utf8(key.source()) {
            Ok(text) => (text.to_owned(), None),
            Err(_) => (URL_SAFE_NO_PAD.encode(key.source()), Some(Encoding::Base64url)),
        };
        let Window { sign_from, sign_until, verify_until } = key.window();
        Self {
            kid: key.kid().map(str::to_owned),
            alg: key.algorithm().to_string(),
            material: Zeroizing::new(material),
            encoding,
            sign_from,
            sign_until,
            verify_until,
            verify_only: key.is_verify_only(),
        }
    }

    fn into_key(self) -> Result<Key, KeyError> {
        let algorithm: Algorithm = self.alg.parse()?;
        let window = Window { sign_from: self.sign_from, sign_until: self.sign_until, verify_until: self.verify_until };
        let verify_only = self.verify_only;
        let key = if algorithm.is_symmetric() { self.into_secret(algorithm) } else { self.into_pair(algorithm) };
        let key = key?.within(window);
        Ok(if verify_only { key.verify_only() } else { key })
    }

    fn into_pair(self, algorithm: Algorithm) -> Result<Key, KeyError> {
        if self.material.contains("PUBLIC KEY-----") {
            return Key::public_pem(self.kid, algorithm, &self.material);
        }
        Key::private_pem(self.kid, algorithm, &self.material)
    }

    fn into_secret(self, algorithm: Algorithm) -> Result<Key, KeyError> {
        let secret = match self.encoding {
            None => Zeroizing::new(self.material.as_bytes().to_vec()),
            Some(Encoding::Base64url) => {
                let bytes = URL_SAFE_NO_PAD.decode(self.material.as_bytes());
                Zeroizing::new(bytes.map_err(|_| KeyError::Mismatch { algorithm })?)
            }
        };
        if secret.len() < SHORTEST_SECRET && !self.verify_only {
            return Err(KeyError::Weak { reason: "a secret that signs has at least 32 bytes" });
        }
        Key::hmac(self.kid, algorithm, &secret)
    }
}

fn wiped<'de, D: Deserializer<'de>>(input: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(input).map(Zeroizing::new)
}

fn bared<S: serde::Serializer>(text: &Zeroizing<String>, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(text)
}

/// Where the text stops being a key set, or a key: whichever reader came further. Not what stands there: that may be
/// a secret.
fn malformed(document: &serde_json::Error, key: &serde_json::Error) -> KeyError {
    let place = |fault: &serde_json::Error| (fault.line(), fault.column());
    let (line, column) = place(document).max(place(key));
    KeyError::Malformed { line, column }
}
