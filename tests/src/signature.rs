//! Signatures of JSON Web Tokens, made and checked without the product's own code (RFC 7518, RFC 8037).

use aws_lc_rs::{
    hmac, rand,
    rsa::KeyPair as Rsa,
    signature::{
        self, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
        ECDSA_P384_SHA384_FIXED_SIGNING, ED25519, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, RsaEncoding,
        UnparsedPublicKey, VerificationAlgorithm,
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// The signature of `message` under the algorithm of that JOSE name: empty for `none` in any case of letters.
///
/// `key` is the secret of an HMAC, or a private key as PKCS#8 PEM.
///
/// # Panics
/// The algorithm is unknown, or the key is not one of it.
pub fn sign(algorithm: &str, key: &str, message: &[u8]) -> Vec<u8> {
    match algorithm.as_bytes() {
        [b'H', b'S', ..] => keyed(algorithm, key.as_bytes(), message),
        [b'R' | b'P', b'S', ..] => rsa(algorithm, key, message),
        [b'E', b'S', ..] => ecdsa(algorithm, key, message),
        b"EdDSA" => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der(key)).expect("an Ed25519 key");
            pair.sign(message).as_ref().to_vec()
        }
        _ if algorithm.eq_ignore_ascii_case("none") => Vec::new(),
        _ => panic!("no way to sign with {algorithm}"),
    }
}

/// Whether `signature` is right; `key` is the secret of an HMAC, or a public key as PEM.
///
/// # Panics
/// The algorithm is unknown.
pub fn verifies(algorithm: &str, key: &str, message: &[u8], signature: &[u8]) -> bool {
    if algorithm.starts_with("HS") {
        return keyed(algorithm, key.as_bytes(), message) == signature;
    }
    UnparsedPublicKey::new(verification(algorithm), der(key)).verify(message, signature).is_ok()
}

fn keyed(algorithm: &str, secret: &[u8], message: &[u8]) -> Vec<u8> {
    let digest = match algorithm {
        "HS256" => hmac::HMAC_SHA256,
        "HS384" => hmac::HMAC_SHA384,
        _ => hmac::HMAC_SHA512,
    };
    hmac::sign(&hmac::Key::new(digest, secret), message).as_ref().to_vec()
}

fn rsa(algorithm: &str, key: &str, message: &[u8]) -> Vec<u8> {
    let padding: &dyn RsaEncoding = match algorithm {
        "PS256" => &signature::RSA_PSS_SHA256,
        "PS384" => &signature::RSA_PSS_SHA384,
        "PS512" => &signature::RSA_PSS_SHA512,
        "RS256" => &signature::RSA_PKCS1_SHA256,
        "RS384" => &signature::RSA_PKCS1_SHA384,
        _ => &signature::RSA_PKCS1_SHA512,
    };
    let pair = Rsa::from_pkcs8(&der(key)).expect("an RSA key");
    let mut made = vec![0; pair.public_modulus_len()];
    pair.sign(padding, &rand::SystemRandom::new(), message, &mut made).expect("an RSA signature");
    made
}

fn ecdsa(algorithm: &str, key: &str, message: &[u8]) -> Vec<u8> {
    let curve: &'static EcdsaSigningAlgorithm = match algorithm {
        "ES256" => &ECDSA_P256_SHA256_FIXED_SIGNING,
        "ES256K" => &signature::ECDSA_P256K1_SHA256_FIXED_SIGNING,
        "ES384" => &ECDSA_P384_SHA384_FIXED_SIGNING,
        _ => &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
    };
    let pair = EcdsaKeyPair::from_pkcs8(curve, &der(key)).expect("a key of that curve");
    pair.sign(&rand::SystemRandom::new(), message).expect("an ECDSA signature").as_ref().to_vec()
}

fn verification(algorithm: &str) -> &'static dyn VerificationAlgorithm {
    match algorithm {
        "ES256" => &ECDSA_P256_SHA256_FIXED,
        "ES256K" => &signature::ECDSA_P256K1_SHA256_FIXED,
        "ES384" => &ECDSA_P384_SHA384_FIXED,
        "ES512" | "ES521" => &signature::ECDSA_P521_SHA512_FIXED,
        "EdDSA" => &ED25519,
        "PS256" => &signature::RSA_PSS_2048_8192_SHA256,
        "PS384" => &signature::RSA_PSS_2048_8192_SHA384,
        "PS512" => &signature::RSA_PSS_2048_8192_SHA512,
        "RS256" => &signature::RSA_PKCS1_2048_8192_SHA256,
        "RS384" => &signature::RSA_PKCS1_2048_8192_SHA384,
        "RS512" => &signature::RSA_PKCS1_2048_8192_SHA512,
        _ => panic!("no way to verify {algorithm}"),
    }
}

fn der(pem: &str) -> Vec<u8> {
    let inner: String = pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    STANDARD.decode(inner).expect("PEM holds base64")
}
