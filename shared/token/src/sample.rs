//! Keys and forged tokens for the tests of this crate.

use crate::{
    claims::Claims,
    keys::{algorithm::Algorithm, key::Key, key_set::KeySet},
    rules::Rules,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;

pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const SECRET: &[u8] = b"a secret of thirty-two bytes or more";
/// The private key of RFC 8037 appendix A.1, in base64url.
pub(crate) const SEED: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

/// One nameless HS256 key: a deployment of Simple JWT.
pub(crate) fn keys() -> KeySet {
    KeySet::new(vec![Key::hmac(None, Algorithm::HS256, SECRET).unwrap()]).unwrap()
}

pub(crate) fn rules() -> Rules {
    Rules::default()
}

/// A key of each algorithm that can be made here.
pub(crate) fn made(algorithm: Algorithm, kid: &str, seed: u8) -> Key {
    let entropy: Vec<u8> = (0..48).map(|at: u8| at.wrapping_mul(7).wrapping_add(seed)).collect();
    Key::generate(algorithm, Some(kid.to_owned()), &entropy).unwrap()
}

/// A key of the recorded attacks, as PEM.
pub(crate) fn pem(name: &str) -> String {
    let pems = serde_json::from_str::<serde_json::Value>(include_str!("../../../tests/vectors/jwt_attack_keys.json"));
    pems.unwrap()[name].as_str().unwrap().to_owned()
}

/// A token of any header and any payload with the right HS256 signature over them.
pub(crate) fn forged(header: &str, payload: &str) -> String {
    sealed(&format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload)))
}

/// Whatever text with the right HS256 signature over it.
pub(crate) fn sealed(text: &str) -> String {
    let key = EncodingKey::from_secret(SECRET);
    let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &key, jsonwebtoken::Algorithm::HS256).unwrap();
    format!("{text}.{signature}")
}

/// A rightly signed access token with some claims set otherwise; `null` as text `"-"` takes one out.
pub(crate) fn access_with(changes: &str) -> String {
    let mut claims = Claims::parse(
        br#"{"token_type":"access","exp":1800000300,"iat":1799999990,"jti":"0123456789abcdef","user_id":"1"}"#,
    )
    .unwrap();
    for (name, value) in Claims::parse(changes.as_bytes()).unwrap().iter() {
        if value == "-" { drop(claims.remove(name)) } else { claims.set(name, value.clone()) }
    }
    forged(r#"{"alg":"HS256","typ":"JWT"}"#, &claims.to_json())
}
