//! Keys as the world sees them: JWK sets (RFC 7517), ours and those of others.

use crate::keys::{algorithm::Algorithm, key::Key, key_error::KeyError, key_set::KeySet};
use serde_json::{Value, json};

impl KeySet {
    /// Reads the JWK set of another issuer, whose tokens of one algorithm are to be accepted: Simple JWT's `JWK_URL`.
    ///
    /// Passed over are keys for encryption, without name, for another algorithm or of an unknown kind. The keys only
    /// verify, and only tokens that name them.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when it is no JWK set; [`KeyError::Empty`] when no key is left;
    /// [`KeyError::Duplicate`].
    pub fn from_jwks(json: &str, algorithm: Algorithm) -> Result<Self, KeyError> {
        let malformed = |at: &serde_json::Error| KeyError::Malformed { line: at.line(), column: at.column() };
        let document: Value = serde_json::from_str(json).map_err(|at| malformed(&at))?;
        let all = document.get("keys").and_then(Value::as_array).ok_or(KeyError::Malformed { line: 1, column: 1 })?;
        let keys = all.iter().filter_map(|jwk| usable(jwk, algorithm)).collect();
        Ok(Self { foreign: true, ..Self::new(keys)? })
    }

    /// The public keys that verify at `now` (Unix seconds) as a JWK set, for `/.well-known/jwks.json`.
    /// Secrets and private halves never appear.
    #[must_use]
    pub fn jwks(&self, now: i64) -> Value {
        let keys: Vec<_> = self.keys.iter().filter(|key| key.verifies_at(now)).filter_map(Key::jwk).collect();
        json!({ "keys": keys })
    }
}

fn usable(jwk: &Value, algorithm: Algorithm) -> Option<Key> {
    let kid = jwk.get("kid")?.as_str()?;
    Key::public_jwk(Some(kid.to_owned()), algorithm, jwk).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        claims::Claims,
        error::Error,
        keys::key::Window,
        kind::Refresh,
        rules::Rules,
        sample::{NOW, SECRET, made, pem},
        stamp::Stamp,
        token::Token,
    };
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    fn signed(keys: &KeySet) -> String {
        let stamp = Stamp { now: NOW, lifetime: 60, jti: "x" };
        let token = Token::<Refresh>::issue(&Rules::default(), stamp, "42", &Claims::default());
        token.sign(keys, &Rules::default(), NOW).unwrap().text
    }

    #[test]
    fn published_are_public_halves_of_living_keys() {
        let ended = Window { verify_until: Some(NOW), ..Window::default() };
        let keys = KeySet::new(vec![
            made(Algorithm::ES256, "ec", 1),
            made(Algorithm::EdDSA, "ended", 1).within(ended),
            made(Algorithm::EdDSA, "ed", 2),
            Key::hmac(Some("secret".into()), Algorithm::HS256, SECRET).unwrap(),
        ])
        .unwrap();
        let published = keys.jwks(NOW);
        let names: Vec<_> =
            published["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect();
        assert_eq!(names, ["ec", "ed"]);
        for key in published["keys"].as_array().unwrap() {
            assert_eq!(key["use"], "sig");
            assert!(["d", "k", "p", "q"].iter().all(|private| key.get(private).is_none()), "{key}");
        }
    }

    #[test]
    fn tokens_are_verified_by_what_their_issuer_publishes() {
        let rsa = |kid| Key::private_pem(kid, Algorithm::RS256, &pem("rs256_priv")).unwrap();
        let name = || Some("k".to_owned());
        for key in [
            made(Algorithm::ES256, "k", 1),
            made(Algorithm::ES384, "k", 1),
            made(Algorithm::EdDSA, "k", 1),
            rsa(name()),
        ] {
            let algorithm = key.algorithm();
            let issuer = KeySet::new(vec![key]).unwrap();
            let published = issuer.jwks(NOW).to_string();
            let reader = KeySet::from_jwks(&published, algorithm).unwrap();
            let read = Token::<Refresh>::verify(&signed(&issuer), &reader, &Rules::default(), NOW).unwrap();
            assert!(!read.imported() && read.is_foreign(), "{algorithm}");
            let ours = Token::<Refresh>::verify_own(&signed(&issuer), &reader, &Rules::default(), NOW);
            assert_eq!(ours.unwrap_err(), Error::Invalid, "{algorithm}");
            let kept = KeySet::parse(&reader.to_json()).unwrap();
            assert_eq!(kept.jwks(NOW).to_string(), published, "{algorithm}");
        }
        let nameless = signed(&KeySet::new(vec![rsa(None)]).unwrap());
        let reader =
            KeySet::from_jwks(&KeySet::new(vec![rsa(name())]).unwrap().jwks(NOW).to_string(), Algorithm::RS256);
        let refused = Token::<Refresh>::verify(&nameless, &reader.unwrap(), &Rules::default(), NOW);
        assert_eq!(refused.unwrap_err(), Error::Invalid, "a token that names no key");
    }

    #[test]
    fn keys_for_other_uses_are_passed_over() {
        let jwk = made(Algorithm::ES256, "k", 1).jwk().unwrap();
        let with = |member: &str, value: Value| {
            let mut jwk = jwk.clone();
            jwk[member] = value;
            KeySet::from_jwks(&json!({ "keys": [jwk] }).to_string(), Algorithm::ES256).map(drop)
        };
        for (member, value) in [
            ("use", json!("sig")),
            ("key_ops", json!(["verify"])),
            ("key_ops", json!(["sign", "verify"])),
            ("x5c", json!(7)),
            ("x5t", json!("x")),
        ] {
            assert_eq!(with(member, value.clone()), Ok(()), "{member} {value}");
        }
        for member in ["use", "alg", "key_ops", "x5c", "x5t", "x5u", "d", "n", "ext"] {
            assert_eq!(with(member, Value::Null), Ok(()), "{member} is null, and so not there");
        }
        for (member, value) in [
            ("use", json!("enc")),
            ("use", json!("")),
            ("key_ops", json!(["encrypt"])),
            ("key_ops", json!(["sign"])),
            ("key_ops", json!([])),
            ("key_ops", json!("verify")),
            ("alg", json!("nonsense")),
            ("alg", json!(7)),
            ("kid", Value::Null),
            ("alg", json!("ES384")),
            ("kid", json!(5)),
            ("kty", json!("oct")),
            ("kty", json!("RSA")),
            ("crv", json!("P-384")),
            ("x", json!("AAAA")),
            ("y", jwk["x"].clone()),
            ("d", json!("AAAA")),
        ] {
            assert_eq!(with(member, value.clone()), Err(KeyError::Empty), "{member} {value}");
        }
    }

    #[test]
    fn what_is_no_set_is_refused() {
        for json in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":"x"}"#] {
            let refused = KeySet::from_jwks(json, Algorithm::RS256).map(drop);
            assert!(matches!(refused, Err(KeyError::Malformed { .. })), "{json}");
        }
        assert_eq!(KeySet::from_jwks(r#"{"keys":[]}"#, Algorithm::RS256).map(drop), Err(KeyError::Empty));
        let secret = r#"{"keys":[{"kty":"oct","kid":"k","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}]}"#;
        assert_eq!(KeySet::from_jwks(secret, Algorithm::HS256).map(drop), Err(KeyError::Empty));
    }

    #[test]
    fn small_moduli_are_refused() {
        let rsa = |size: usize| {
            let modulus = [vec![0; 8], vec![0xc5; size]].concat();
            let jwk = json!({ "kty": "RSA", "kid": "k", "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB" });
            Key::public_jwk(None, Algorithm::RS256, &jwk).map(drop)
        };
        assert!(matches!(rsa(255), Err(KeyError::Weak { .. })));
        assert!(matches!(rsa(1025), Err(KeyError::Weak { .. })));
        assert_eq!(rsa(256), Ok(()));
    }
}
