//! Tokens that no honest library would write: any header, any claims, any signature.

use crate::signature;
use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};

/// base64url that writes no padding and reads with or without it.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_encode_padding(false).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A token from the JSON of its header and of its claims, signed for the algorithm that the header names.
///
/// `key` is the secret of an HMAC, or a private key as PKCS#8 PEM.
///
/// # Panics
/// The header names no algorithm that can be signed.
pub fn token(header: &Value, claims: &Value, key: &str) -> String {
    let algorithm = header.get("alg").and_then(Value::as_str).expect("a header with alg");
    token_of_texts(&json(header), &json(claims), algorithm, key)
}

/// A token from two texts that need not be JSON, signed with an algorithm that the header need not name.
///
/// # Panics
/// The algorithm is unknown, or the key is not one of it.
pub fn token_of_texts(header: &str, claims: &str, algorithm: &str, key: &str) -> String {
    let signed = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
    let signature = signature::sign(algorithm, key, signed.as_bytes());
    format!("{signed}.{}", encode(&signature))
}

/// The header and the claims of a token, unverified; none for what is no token.
pub fn parts(token: &str) -> Option<(Map<String, Value>, Map<String, Value>)> {
    let [header, claims, _] = token.split('.').collect::<Vec<_>>().try_into().ok()?;
    Some((object(header)?, object(claims)?))
}

/// Whether the last part of the token signs the parts before; false for what is no token.
///
/// # Panics
/// The algorithm is unknown.
pub fn verifies(token: &str, algorithm: &str, key: &str) -> bool {
    let Some((message, signature)) = token.rsplit_once('.') else {
        return false;
    };
    decode(signature).is_some_and(|signature| signature::verifies(algorithm, key, message.as_bytes(), &signature))
}

/// base64url without padding (RFC 7515, section 2).
pub fn encode(bytes: &[u8]) -> String {
    BASE64URL.encode(bytes)
}

/// What [`encode`] made, with or without padding; none for anything else.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64URL.decode(text).ok()
}

/// Compact JSON that escapes whatever is not ASCII, the way Python writes claims.
pub fn json(value: &Value) -> String {
    let mut written = String::new();
    for letter in value.to_string().chars() {
        if letter.is_ascii() {
            written.push(letter);
        } else {
            let mut units = [0; 2];
            written.extend(letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    written
}

fn object(part: &str) -> Option<Map<String, Value>> {
    match serde_json::from_slice(&decode(part)?).ok()? {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{parts, token, verifies};
    use serde_json::json;

    #[test]
    fn what_is_signed_verifies_and_what_is_altered_does_not() {
        let made = token(&json!({"alg": "HS256"}), &json!({"name": "é"}), "secret");
        assert!(verifies(&made, "HS256", "secret"));
        assert!(!verifies(&made, "HS256", "secreT"));
        assert_eq!(parts(&made).unwrap().1["name"], "é");
    }

    #[test]
    fn non_ascii_letters_are_escaped_in_surrogate_pairs() {
        assert_eq!(super::json(&json!("é🔑")), "\"\\u00e9\\ud83d\\udd11\"");
    }
}
