//! One key, for one algorithm.

use crate::{
    claims::Claims,
    keys::{
        algorithm::Algorithm,
        jwk_use,
        key_error::KeyError,
        material::{self, Material},
    },
};
use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    crypto,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use serde_json::Value;
use std::fmt;
use zeroize::Zeroizing;

/// A key: for one algorithm only, under a name or none, with the times of its life.
///
/// Debug prints no material, and the material is wiped when the last clone of the key is dropped.
#[derive(Clone)]
pub struct Key {
    algorithm: Algorithm,
    for_refresh: bool,
    header: String,
    kid: Option<String>,
    /// How long the longest token may live that it has signed, in seconds, as far as was known when it was made.
    longest: Option<i64>,
    material: Material,
    source: Zeroizing<Vec<u8>>,
    verify_only: bool,
    window: Window,
}

impl Key {
    /// A secret that signs and verifies by HMAC. Simple JWT's `SIGNING_KEY` for `HS256`, `HS384`, `HS512`.
    ///
    /// Short secrets pass, as they do for Simple JWT, so that a `SECRET_KEY` can be taken over; a
    /// [key set](crate::keys::key_set::KeySet::parse) demands 32 bytes of every secret that signs.
    ///
    /// # Errors
    /// [`KeyError::Weak`] for an empty secret, one byte repeated, or the text of a PEM or SSH key;
    /// [`KeyError::Mismatch`] when the algorithm is not HMAC; [`KeyError::Name`].
    pub fn hmac(kid: Option<String>, algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        Self::new(kid, algorithm, material::secret(algorithm, secret)?, secret)
    }

    /// A private key in PEM, which signs and verifies: PKCS#8, PKCS#1 (RSA) or SEC1 (elliptic curves).
    ///
    /// # Errors
    /// [`KeyError::Mismatch`] when the text is no private key for the algorithm; [`KeyError::Weak`] for RSA below 2048
    /// bits; [`KeyError::Name`].
    pub fn private_pem(kid: Option<String>, algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        Self::new(kid, algorithm, material::private(algorithm, pem)?, pem.as_bytes())
    }

    /// A public key as JSON Web Key (RFC 7517), which only verifies. Its own `kid` is not looked at.
    ///
    /// # Errors
    /// As [`Key::private_pem`], for public keys; a key that shows its private half is refused, too, and one that says it
    /// is for encryption, for another algorithm, or for anything but verifying.
    pub fn public_jwk(kid: Option<String>, algorithm: Algorithm, jwk: &Value) -> Result<Self, KeyError> {
        if !jwk_use::is_for(jwk, algorithm) {
            return Err(KeyError::Mismatch { algorithm });
        }
        Self::kept_jwk(kid, algorithm, jwk)
    }

    /// The same from a set of ours, whatever the key says of itself.
    pub(crate) fn kept_jwk(kid: Option<String>, algorithm: Algorithm, jwk: &Value) -> Result<Self, KeyError> {
        let material = material::published(algorithm, jwk)?;
        Ok(Self::new(kid, algorithm, material, jwk.to_string().as_bytes())?.verify_only())
    }

    /// A public key in PEM, which only verifies.
    ///
    /// # Errors
    /// As [`Key::private_pem`], for public keys.
    pub fn public_pem(kid: Option<String>, algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        Ok(Self::new(kid, algorithm, material::public(algorithm, pem)?, pem.as_bytes())?.verify_only())
    }

    /// The one algorithm it is used with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether it signs nothing but tokens that are renewed: a secret beside a published key, so that nobody who verifies
    /// by what is published takes a refresh token for an access token.
    #[must_use]
    pub fn is_for_refresh(&self) -> bool {
        self.for_refresh
    }

    /// Whether it never signs here.
    #[must_use]
    pub fn is_verify_only(&self) -> bool {
        self.verify_only
    }

    /// The first eight hexadecimal digits of the SHA-256 of its material: enough to compare it with what was meant, and
    /// too few to guess a good secret by.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let hash = digest::digest(&digest::SHA256, &self.source);
        hash.as_ref().first_chunk::<4>().map(hex::encode).unwrap_or_default()
    }

    /// Its public half as a JSON Web Key (RFC 7517); `None` for a secret.
    #[must_use]
    pub fn jwk(&self) -> Option<Value> {
        let mut jwk = self.public()?;
        jwk.common.key_id.clone_from(&self.kid);
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        serde_json::to_value(jwk).ok()
    }

    /// Its name, which tokens carry in their header.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Whether it may sign at `now` (Unix seconds).
    #[must_use]
    pub fn signs_at(&self, now: i64) -> bool {
        let open = self.window.sign_from.is_none_or(|from| from <= now);
        let closed = self.window.sign_until.is_some_and(|until| until <= now);
        open && !closed && !self.verify_only && self.verifies_at(now)
    }

    /// The SHA-256 thumbprint of its public half in base64url (RFC 7638), a name anyone can recompute; `None` for a
    /// secret, whose thumbprint would help to guess it.
    #[must_use]
    pub fn thumbprint(&self) -> Option<String> {
        self.public()?.thumbprint(ThumbprintHash::SHA256).ok()
    }

    /// How long the longest token lives that it may sign, in seconds, if that was known when it was made. Where lifetimes were
    /// made shorter since, it has signed tokens that are longer than those of today.
    #[must_use]
    pub fn longest_lifetime(&self) -> Option<i64> {
        self.longest
    }

    /// The same key, which signs tokens that live so long, in seconds, at most.
    #[must_use]
    pub fn for_lifetime(mut self, longest: Option<i64>) -> Self {
        self.longest = longest;
        self
    }

    /// Whether what it signed is accepted at `now` (Unix seconds): also before its time to sign, so that a key is known
    /// everywhere before it is used anywhere.
    #[must_use]
    pub fn verifies_at(&self, now: i64) -> bool {
        self.window.verify_until.is_none_or(|until| now < until)
    }

    /// The same secret, for tokens that are renewed alone.
    pub(crate) fn for_refresh(mut self) -> Self {
        self.for_refresh = true;
        self
    }

    /// The same key, which from now on never signs: Django's `SECRET_KEY` after the move.
    #[must_use]
    pub fn verify_only(mut self) -> Self {
        self.material.signer = None;
        self.verify_only = true;
        self
    }

    /// The times of its life.
    #[must_use]
    pub fn window(&self) -> Window {
        self.window
    }

    /// The same key with other times.
    #[must_use]
    pub fn within(mut self, window: Window) -> Self {
        self.window = window;
        self
    }

    /// The header of every token it signs, in base64url.
    pub(crate) fn header(&self) -> &str {
        &self.header
    }

    /// The compact form of a payload, signed; `None` if the key cannot sign.
    pub(crate) fn sign(&self, payload: &str) -> Option<String> {
        self.sign_under(&self.header, payload)
    }

    /// The same under another header (base64url) that says the same.
    pub(crate) fn sign_under(&self, header: &str, payload: &str) -> Option<String> {
        let signer = self.material.signer.as_ref()?;
        // The signature of RSA with 2048 bits has 342 digits, the others fewer.
        let mut text = String::with_capacity(header.len() + payload.len() * 4 / 3 + 350);
        text.push_str(header);
        text.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut text);
        let signature = signer.sign(text.as_bytes()).ok()?;
        text.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut text);
        Some(text)
    }

    /// What it was made of: the secret, or the PEM text.
    pub(crate) fn source(&self) -> &[u8] {
        &self.source
    }

    /// Whether `signature` (base64url) is this key's over `message`. HMACs are compared in constant time.
    pub(crate) fn verifies(&self, message: &[u8], signature: &str) -> bool {
        crypto::verify(signature, message, &self.material.decoding, self.algorithm.into()).unwrap_or(false)
    }

    fn new(kid: Option<String>, algorithm: Algorithm, material: Material, source: &[u8]) -> Result<Self, KeyError> {
        check_name(kid.as_deref())?;
        let header = header(algorithm, kid.as_deref());
        let source = Zeroizing::new(source.to_vec());
        let window = Window::default();
        Ok(Self {
            algorithm,
            for_refresh: false,
            header,
            kid,
            longest: None,
            material,
            source,
            verify_only: false,
            window,
        })
    }

    fn public(&self) -> Option<Jwk> {
        if self.algorithm.is_symmetric() {
            return None;
        }
        Jwk::from_decoding_key(&self.material.decoding, Some(self.algorithm.into())).ok()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = out.debug_struct("Key");
        key.field("kid", &self.kid).field("algorithm", &self.algorithm).field("verify_only", &self.verify_only);
        key.field("window", &self.window).finish_non_exhaustive()
    }
}

/// When a key is used, in Unix seconds; what is `None` has no bound.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Window {
    /// The first second in which it signs.
    pub sign_from: Option<i64>,
    /// The first second in which it does not sign any more.
    pub sign_until: Option<i64>,
    /// The first second in which nothing it has signed is accepted any more.
    pub verify_until: Option<i64>,
}

fn check_name(kid: Option<&str>) -> Result<(), KeyError> {
    let usable = |kid: &str| (1..=256).contains(&kid.len()) && !kid.contains(char::is_control);
    if kid.is_none_or(usable) { Ok(()) } else { Err(KeyError::Name) }
}

/// PyJWT's header, with sorted names, in base64url.
fn header(algorithm: Algorithm, kid: Option<&str>) -> String {
    let mut header = Claims::default();
    header.set("alg", algorithm.name());
    if let Some(kid) = kid {
        header.set("kid", kid);
    }
    header.set("typ", "JWT");
    URL_SAFE_NO_PAD.encode(header.to_json())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{NOW, SECRET, made, pem};

    fn key() -> Key {
        Key::hmac(Some("k".into()), Algorithm::HS256, SECRET).unwrap()
    }

    #[test]
    fn windows_open_and_close_at_their_second() {
        let window = Window { sign_from: Some(NOW), sign_until: Some(NOW + 10), verify_until: Some(NOW + 20) };
        let key = key().within(window);
        let signs: Vec<_> = [NOW - 1, NOW, NOW + 9, NOW + 10].map(|now| key.signs_at(now)).into();
        let verifies: Vec<_> = [0, NOW, NOW + 19, NOW + 20].map(|now| key.verifies_at(now)).into();
        assert_eq!(signs, [false, true, true, false]);
        assert_eq!(verifies, [true, true, true, false]);
    }

    #[test]
    fn a_key_whose_signatures_nobody_accepts_does_not_sign() {
        let key = key().within(Window { verify_until: Some(NOW), ..Window::default() });
        assert!(key.signs_at(NOW - 1) && !key.signs_at(NOW));
    }

    #[test]
    fn a_verify_only_key_never_signs() {
        let key = key();
        let text = key.sign("{}").unwrap();
        let half = key.verify_only();
        let (message, signature) = text.rsplit_once('.').unwrap();
        assert_eq!(half.sign("{}"), None);
        assert!(!half.signs_at(NOW) && half.verifies(message.as_bytes(), signature));
    }

    #[test]
    fn rsa_keys_sign_in_both_ways() {
        let both = |algorithm: &&Algorithm| algorithm.name().starts_with("RS") || algorithm.name().starts_with("PS");
        for algorithm in Algorithm::ALL.iter().filter(both) {
            let private = Key::private_pem(None, *algorithm, &pem("rs256_priv")).unwrap();
            let public = Key::public_pem(None, *algorithm, &pem("rs256_pub")).unwrap();
            let (text, again) = (private.sign("{}").unwrap(), private.sign("{}").unwrap());
            let (message, signature) = text.rsplit_once('.').unwrap();
            assert!(public.verifies(message.as_bytes(), signature), "{algorithm}");
            assert!(!public.verifies(b"other", signature), "{algorithm}");
            assert_eq!(text == again, algorithm.name().starts_with("RS"), "{algorithm}");
        }
    }

    /// A host signs many requests at once with one pair, which is never read again.
    #[test]
    fn one_key_signs_in_many_threads() {
        let rsa = Key::private_pem(None, Algorithm::RS256, &pem("rs256_priv")).unwrap();
        for key in [made(Algorithm::EdDSA, "k", 1), made(Algorithm::ES256, "k", 1), key(), rsa] {
            let sign = || (0..25).map(|_| key.clone().sign("{}").unwrap()).collect::<Vec<_>>();
            let texts = std::thread::scope(|scope| {
                let signing: Vec<_> = (0..8).map(|_| scope.spawn(sign)).collect();
                signing.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
            });
            let right = |text: &&String| {
                let (message, signature) = text.rsplit_once('.').unwrap();
                key.verifies(message.as_bytes(), signature)
            };
            assert_eq!(texts.iter().filter(right).count(), 200, "{key:?}");
        }
    }

    /// Two signatures with one r would give the key away.
    #[test]
    fn ja_35_no_two_signatures_of_a_curve_have_anything_in_common() {
        let key = made(Algorithm::ES256, "k", 1);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..2000 {
            let text = key.sign("{}").unwrap();
            let (message, signature) = text.rsplit_once('.').unwrap();
            assert!(key.verifies(message.as_bytes(), signature));
            assert!(seen.insert(URL_SAFE_NO_PAD.decode(signature).unwrap()[..32].to_vec()));
        }
    }

    #[test]
    fn thumbprints_can_be_recomputed() {
        let rsa = Key::public_pem(None, Algorithm::RS256, &pem("rs256_pub")).unwrap();
        for (key, names) in [
            (made(Algorithm::ES256, "k", 1), ["crv", "kty", "x", "y"].as_slice()),
            (made(Algorithm::ES384, "k", 1), &["crv", "kty", "x", "y"]),
            (made(Algorithm::EdDSA, "k", 1), &["crv", "kty", "x"]),
            (rsa, &["e", "kty", "n"]),
        ] {
            let jwk = key.jwk().unwrap();
            let members: Vec<_> = names.iter().map(|name| format!("\"{name}\":{}", jwk[name])).collect();
            let hash = digest::digest(&digest::SHA256, format!("{{{}}}", members.join(",")).as_bytes());
            assert_eq!(key.thumbprint(), Some(URL_SAFE_NO_PAD.encode(hash)), "{jwk}");
        }
    }

    #[test]
    fn fingerprints_are_the_beginning_of_a_hash_of_the_material() {
        assert_eq!(key().fingerprint(), "f352a41b");
    }

    #[test]
    fn secrets_are_not_published() {
        assert_eq!((key().jwk(), key().thumbprint()), (None, None));
    }

    #[test]
    fn names_are_short_and_printable() {
        for kid in ["", "a\nb", &"x".repeat(257)] {
            let named = Key::hmac(Some(kid.to_owned()), Algorithm::HS256, SECRET);
            assert_eq!(named.map(drop), Err(KeyError::Name), "{kid:?}");
        }
    }

    #[test]
    fn debug_shows_no_material() {
        for key in [key(), made(Algorithm::EdDSA, "k", 1), made(Algorithm::ES256, "k", 1)] {
            let shown = format!("{key:?}");
            let source = std::str::from_utf8(key.source()).unwrap();
            let lines = source.lines().filter(|line| !line.starts_with("-----"));
            assert!(lines.into_iter().all(|line| !shown.contains(line)), "{shown}");
            assert!(shown.starts_with("Key { kid: Some(\"k\")") && shown.len() < 200, "{shown}");
        }
    }
}
