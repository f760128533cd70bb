//! The keys of a deployment: which one signs now, which ones may have signed this.

use crate::{
    keys::{
        algorithm::Algorithm,
        key::{Key, Window},
        key_error::KeyError,
    },
    kind::Kind,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize};
use std::{cmp::Reverse, collections::HashSet, sync::Arc};
use zeroize::Zeroizing;

/// The keys of a deployment, newest first. Debug prints no material. The default has none: it signs and verifies nothing.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    pub(crate) keys: Vec<Key>,
    /// Whether tokens must name their key.
    pub(crate) by_name: bool,
    /// Whether another issuer published all of them.
    pub(crate) foreign: bool,
    /// Keys of another issuer, which only verify, and are neither kept nor published here.
    pub(crate) trusted: Option<Arc<KeySet>>,
}

/// How many keys that have a name are tried for a token that names none (RFC 7515 section 4.1.4 leaves the bound to us).
const TRIES: usize = 3;
/// How many keys without a name are tried, and how many a set [takes](KeySet::import).
pub(crate) const MOST_NAMELESS: usize = 16;

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
        Ok(Self { keys, by_name: false, foreign: false, trusted: None })
    }

    /// Reads what the secret holds: `{"keys": […]}`, or one bare key, as Secrets Manager can generate it.
    ///
    /// A key is `{"alg", "material", "kid"?, "sign_from"?, "sign_until"?, "verify_until"?, "lifetime"?, "verify_only"?,
    /// "encoding"?, "for"?}`; `"for": "refresh"` is a secret that signs refresh and sliding tokens alone. The material is a PEM text, the text of a public JWK, or an HMAC secret as text (`"encoding": "base64url"`: as
    /// base64url of its bytes). Times are Unix seconds, the lifetime of
    /// the longest token that it signs is in seconds. Unknown members are refused: a misspelt end would else be no end.
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

    /// The same keys, beside those that another issuer has [published](KeySet::from_jwks) and that could be had.
    ///
    /// From now on tokens must name their key, as they must for Simple JWT with `JWK_URL`: so a key of ours without
    /// name goes on signing, and what it signed is refused. A name of ours is ours, whoever else uses it.
    #[must_use]
    pub fn trusting(&self, published: Option<Arc<Self>>) -> Self {
        Self { keys: self.keys.clone(), by_name: true, foreign: self.foreign, trusted: published }
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

    /// The newest key that may sign every token at `now` (Unix seconds).
    #[must_use]
    pub fn signer(&self, now: i64) -> Option<&Key> {
        self.keys.iter().find(|key| !key.is_for_refresh() && key.signs_at(now))
    }

    /// The newest secret that may sign tokens that are renewed, and no others, at `now` (Unix seconds). `None` where the
    /// set has none: [`KeySet::signer`] signs them.
    #[must_use]
    pub fn refresh_signer(&self, now: i64) -> Option<&Key> {
        self.keys.iter().find(|key| key.is_for_refresh() && key.signs_at(now))
    }

    /// The key that signs a new token of kind `K` at `now` (Unix seconds).
    #[must_use]
    pub fn signer_of<K: Kind>(&self, now: i64) -> Option<&Key> {
        let own = self.refresh_signer(now).filter(|_| K::IS_RENEWED);
        own.or_else(|| self.signer(now))
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
    /// At most sixteen nameless and three named ones are tried; of a set [from elsewhere](KeySet::from_jwks), or one that
    /// [trusts](KeySet::trusting) one, only the one that is named.
    pub fn verifiers(&self, kid: Option<&str>, algorithm: Algorithm, now: i64) -> impl Iterator<Item = &Key> {
        self.own_verifiers(kid, algorithm, now).chain(self.foreign_verifiers(kid, algorithm, now))
    }

    /// Those of them that are the deployment's own, or were [imported](KeySet::import) as if they were.
    pub(crate) fn own_verifiers(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        now: i64,
    ) -> impl Iterator<Item = &Key> {
        let name = kid.filter(|kid| self.knows(kid));
        let fits = move |key: &&Key| !self.foreign && is_usable(key, algorithm, now);
        let likely = self.keys.iter().filter(move |key| key.kid() == name && (name.is_some() || !self.by_name));
        let unnamed = kid.is_none() && !self.by_name;
        let others = self.keys.iter().filter(move |key| unnamed && key.kid().is_some() && !key.is_for_refresh());
        likely.filter(fits).take(MOST_NAMELESS).chain(others.filter(fits).take(TRIES))
    }

    /// Those of them that another issuer has published: only the one that the token names, and no name of the
    /// deployment's own.
    pub(crate) fn foreign_verifiers(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        now: i64,
    ) -> impl Iterator<Item = &Key> {
        let kid = kid.filter(|kid| self.foreign || !self.knows(kid));
        let published = self.keys.iter().filter(|_| self.foreign);
        let published = published.chain(self.trusted.iter().flat_map(|set| set.keys()));
        published.filter(move |key| kid.is_some() && key.kid() == kid && is_usable(key, algorithm, now))
    }
}

fn is_usable(key: &Key, algorithm: Algorithm, now: i64) -> bool {
    key.algorithm() == algorithm && key.verifies_at(now)
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lifetime: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    verify_only: bool,
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    signs: Option<Signs>,
}

/// What a key signs, if not every token.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Signs {
    Refresh,
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
            lifetime: key.longest_lifetime(),
            verify_only: key.is_verify_only(),
            signs: key.is_for_refresh().then_some(Signs::Refresh),
        }
    }

    fn into_key(self) -> Result<Key, KeyError> {
        let algorithm: Algorithm = self.alg.parse()?;
        let window = Window { sign_from: self.sign_from, sign_until: self.sign_until, verify_until: self.verify_until };
        let (verify_only, signs, lifetime) = (self.verify_only, self.signs, self.lifetime);
        let key = if algorithm.is_symmetric() { self.into_secret(algorithm) } else { self.into_pair(algorithm) };
        let key = key?.within(window).for_lifetime(lifetime);
        let key = if verify_only { key.verify_only() } else { key };
        let key = match signs {
            None => key,
            Some(Signs::Refresh) if algorithm.is_symmetric() => key.for_refresh(),
            // What is published would verify the tokens that nobody else shall verify.
            Some(Signs::Refresh) => return Err(KeyError::Mismatch { algorithm: Algorithm::HS256 }),
        };
        key.check_strength().map(|()| key)
    }

    fn into_pair(self, algorithm: Algorithm) -> Result<Key, KeyError> {
        if let Ok(jwk) = serde_json::from_str(&self.material) {
            return Key::kept_jwk(self.kid, algorithm, &jwk);
        }
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
        Key::hmac(self.kid, algorithm, &secret)
    }
}

fn wiped<'de, D: Deserializer<'de>>(input: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(input).map(Zeroizing::new)
}

fn bared<S: serde::Serializer>(text: &Zeroizing<String>, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(text)
}

/// Whether the text is one key by itself, and no set.
pub(crate) fn is_bare(json: &str) -> bool {
    serde_json::from_str::<Document>(json).is_err()
}

/// Where the text stops being a key set, or a key: whichever reader came further. Not what stands there: that may be
/// a secret.
fn malformed(document: &serde_json::Error, key: &serde_json::Error) -> KeyError {
    let place = |fault: &serde_json::Error| (fault.line(), fault.column());
    let (line, column) = place(document).max(place(key));
    KeyError::Malformed { line, column }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{NOW, SECRET, made};

    fn hmac(kid: Option<&str>) -> Key {
        Key::hmac(kid.map(str::to_owned), Algorithm::HS256, SECRET).unwrap()
    }

    fn opening(kid: &str, sign_from: i64) -> Key {
        hmac(Some(kid)).within(Window { sign_from: Some(sign_from), ..Window::default() })
    }

    fn set(keys: Vec<Key>) -> KeySet {
        KeySet::new(keys).unwrap()
    }

    fn tried(keys: &KeySet, kid: Option<&str>, algorithm: Algorithm) -> Vec<String> {
        keys.verifiers(kid, algorithm, NOW).map(|key| key.kid().unwrap_or("-").to_owned()).collect()
    }

    #[test]
    fn the_newest_open_key_signs() {
        let keys = set(vec![opening("old", 1), opening("next", NOW + 1), opening("new", NOW), hmac(None)]);
        let signer = |now| keys.signer(now).and_then(Key::kid);
        assert_eq!(signer(0), None, "the nameless key has no bound");
        assert!(keys.signer(0).is_some());
        assert_eq!([signer(NOW - 1), signer(NOW), signer(NOW + 1)], [Some("old"), Some("new"), Some("next")]);
    }

    #[test]
    fn a_key_verifies_before_it_signs_and_until_its_end() {
        let ending = Window { verify_until: Some(NOW), ..Window::default() };
        let keys = set(vec![opening("next", NOW + 1), hmac(Some("gone")).within(ending)]);
        assert_eq!(tried(&keys, Some("next"), Algorithm::HS256), ["next"]);
        assert!(tried(&keys, Some("gone"), Algorithm::HS256).is_empty());
        assert!(keys.knows("gone") && !keys.knows("other"));
    }

    #[test]
    fn a_name_means_one_key_and_its_algorithm() {
        let keys = set(vec![opening("k1", 1), made(Algorithm::ES256, "k2", 1)]);
        assert_eq!(tried(&keys, Some("k2"), Algorithm::ES256), ["k2"]);
        assert!(tried(&keys, Some("k2"), Algorithm::HS256).is_empty());
        assert!(tried(&keys, Some("k1"), Algorithm::HS512).is_empty());
        assert!(tried(&keys, Some("k3"), Algorithm::HS256).is_empty());
        assert_eq!(tried(&keys, None, Algorithm::HS256), ["k1"]);
    }

    #[test]
    fn without_a_name_few_keys_are_tried() {
        let mut all: Vec<_> = (1..6).map(|at| opening(&format!("k{at}"), at)).collect();
        assert_eq!(tried(&set(all.clone()), None, Algorithm::HS256), ["k5", "k4", "k3"]);
        all.push(hmac(None).verify_only());
        assert_eq!(tried(&set(all.clone()), None, Algorithm::HS256), ["-", "k5", "k4", "k3"]);
        assert_eq!(tried(&set(all), Some("of another service"), Algorithm::HS256), ["-"]);
    }

    #[test]
    fn beside_a_trusted_set_only_names_count() {
        let foreign = |kid, seed| set(vec![made(Algorithm::ES256, kid, seed)]).jwks(NOW).to_string();
        let trusted = |json: &str| Some(Arc::new(KeySet::from_jwks(json, Algorithm::ES256).unwrap()));
        let own = set(vec![made(Algorithm::ES256, "own", 1), hmac(None)]);
        let keys = own.trusting(trusted(&foreign("theirs", 2)));
        assert_eq!(tried(&keys, Some("theirs"), Algorithm::ES256), ["theirs"]);
        assert_eq!(tried(&keys, Some("own"), Algorithm::ES256), ["own"]);
        for kid in [None, Some("other")] {
            assert!(tried(&keys, kid, Algorithm::HS256).is_empty(), "{kid:?}");
            assert!(tried(&keys, kid, Algorithm::ES256).is_empty(), "{kid:?}");
        }
        assert_eq!(keys.jwks(NOW), own.jwks(NOW), "theirs are theirs to publish");
        assert_eq!(*keys.to_json(), *own.to_json());
        assert!(keys.signer(NOW).is_some() && !keys.knows("theirs"));
        let shadowed = own.trusting(trusted(&foreign("own", 2)));
        let found = shadowed.verifiers(Some("own"), Algorithm::ES256, NOW).map(Key::thumbprint).collect::<Vec<_>>();
        assert_eq!(found, [own.keys()[0].thumbprint()]);
        assert!(tried(&own.trusting(None), None, Algorithm::HS256).is_empty());
    }

    #[test]
    fn names_are_unique() {
        let twice = KeySet::new(vec![hmac(Some("k")), made(Algorithm::EdDSA, "k", 1)]);
        assert_eq!(twice.map(drop), Err(KeyError::Duplicate { kid: "k".into() }));
        assert!(KeySet::new(vec![hmac(None), hmac(None)]).is_ok());
        assert_eq!(KeySet::new(vec![]).map(drop), Err(KeyError::Empty));
    }

    #[test]
    fn a_set_survives_its_text() {
        let window = Window { sign_from: Some(1), sign_until: Some(2), verify_until: Some(3) };
        let binary = Key::hmac(Some("binary".into()), Algorithm::HS512, &[&[0xff; 32][..], &[0; 32]].concat()).unwrap();
        let short = Key::hmac(None, Algorithm::HS256, b"django").unwrap().verify_only();
        let keys =
            set(vec![made(Algorithm::EdDSA, "ed", 1).within(window), made(Algorithm::ES384, "ec", 1), binary, short]);
        let text = keys.to_json();
        let again = KeySet::parse(&text).unwrap();
        assert_eq!(*again.to_json(), *text);
        assert_eq!(again.keys()[0].window(), window);
        let same =
            |(one, other): (&Key, &Key)| one.source() == other.source() && format!("{one:?}") == format!("{other:?}");
        assert!(keys.keys().iter().zip(again.keys()).all(same));
    }

    /// A control character has six bytes in JSON.
    #[test]
    fn its_text_never_grows_while_it_is_written() {
        let secret = "\u{1}\u{2}".repeat(1_000);
        let text = set(vec![Key::hmac(None, Algorithm::HS256, secret.as_bytes()).unwrap()]).to_json();
        assert!(text.len() > 12_000 && text.capacity() == 12_000 + 1_024, "{}", text.capacity());
    }

    #[test]
    fn a_key_for_refresh_tokens_is_a_secret() {
        let for_refresh = |key| set(vec![key]).to_json().replace(r#""alg":"#, r#""for":"refresh","alg":"#);
        assert!(KeySet::parse(&for_refresh(hmac(None))).unwrap().refresh_signer(NOW).is_some());
        let published = KeySet::parse(&for_refresh(made(Algorithm::EdDSA, "k", 1)));
        assert_eq!(published.map(drop), Err(KeyError::Mismatch { algorithm: Algorithm::HS256 }));
    }

    #[test]
    fn one_bare_key_is_a_set() {
        let json = r#"{"kid":"first","alg":"HS256","material":"0123456789abcdefghijklmnopqrstuv"}"#;
        let keys = KeySet::parse(json).unwrap();
        assert_eq!(keys.signer(NOW).and_then(Key::kid), Some("first"));
        assert_eq!(keys.keys()[0].source(), b"0123456789abcdefghijklmnopqrstuv");
    }

    #[test]
    fn short_secrets_may_only_verify() {
        let json = r#"{"alg":"HS256","material":"0123456789abcdefghijklmnopqrstu"}"#;
        assert!(matches!(KeySet::parse(json), Err(KeyError::Weak { .. })));
        let imported = json.replace('}', r#","verify_only":true}"#);
        assert!(KeySet::parse(&imported).unwrap().keys()[0].is_verify_only());
    }

    #[test]
    fn faults_are_placed_and_show_no_secret() {
        for (json, expected) in [
            ("", "not a key set, at line 1 column 0"),
            ("[]", "not a key set, at line 1 column 2"),
            ("{\n\"keys\": [{\"alg\":\"HS256\",\"material\":12345}]}", "not a key set, at line 2 column 40"),
            (
                r#"{"keys":[{"alg":"HS256","material":"geheim","verify_untill":1}]}"#,
                "not a key set, at line 1 column 59",
            ),
            (r#"{"keys":[{"alg":"HS256"}]}"#, "not a key set, at line 1 column 24"),
            (r#"{"alg":"HS256","alg":"HS256","material":"x"}"#, "not a key set, at line 1 column 20"),
            (r#"{"keys":[]}"#, "the key set has no keys"),
            (
                r#"{"alg":"RS256","material":"geheim"}"#,
                "the material is not a key for RS256, which takes an RSA key of 2048 to 8192 bits",
            ),
        ] {
            assert_eq!(KeySet::parse(json).unwrap_err().to_string(), expected, "{json}");
        }
        let unknown = KeySet::parse(r#"{"alg":"none","material":"geheim"}"#).unwrap_err().to_string();
        assert!(unknown.starts_with("unknown algorithm; known are EdDSA, ES256"), "{unknown}");
    }

    #[test]
    fn debug_shows_no_material() {
        let shown = format!("{:?}", set(vec![hmac(Some("k"))]));
        assert!(!shown.contains("secret") && shown.contains("\"k\""), "{shown}");
    }
}
