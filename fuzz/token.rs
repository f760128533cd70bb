//! Texts that claim to be tokens: as they come, and with a right signature, which lets them into the inner checks.

#![no_main]

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use libfuzzer_sys::fuzz_target;
use token::{Algorithm, Any, Key, KeySet, Rules, Token};

const NOW: i64 = 1_800_000_000;
const SECRET: &[u8] = b"a secret of thirty-two bytes or more";

fn keys() -> KeySet {
    let secret = Key::hmac(Some("k".to_owned()), Algorithm::HS256, SECRET).unwrap();
    let pair = Key::generate(Algorithm::EdDSA, None, &[7; 32]).unwrap();
    KeySet::new(vec![secret, pair]).unwrap()
}

/// What is accepted is a token: signed again, it says the same.
fn hold(text: &str) {
    let (keys, rules) = (keys(), Rules::default());
    let Ok(token) = Token::<Any>::verify(text, &keys, &rules, NOW) else { return };
    assert!(!token.jti().is_empty() && token.expiry() > NOW);
    let Ok(again) = token.sign(&keys, &rules, NOW) else { return };
    if again.text.len() <= token::MAX_BYTES {
        let read = Token::<Any>::verify(&again.text, &keys, &rules, NOW).unwrap();
        assert_eq!(read.claims().to_json(), token.claims().to_json());
    }
}

fuzz_target!(|bytes: &[u8]| {
    let _ = keys::kid(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        hold(text);
    }
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let [header, payload] = [(); 2].map(|()| BASE64URL.encode(parts.next().unwrap_or_default()));
    let signed = format!("{header}.{payload}");
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), signed.as_bytes());
    hold(&format!("{signed}.{}", BASE64URL.encode(signature.as_ref())));
});
