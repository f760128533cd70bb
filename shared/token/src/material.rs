//! What a key is made of, checked for its one algorithm.

use crate::{Algorithm, KeyError};
use aws_lc_rs::{
    rsa,
    signature::{
        self, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
        Ed25519KeyPair, KeyPair, ParsedPublicKey, RsaKeyPair, VerificationAlgorithm,
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use zeroize::Zeroizing;

/// Both halves of a key, parsed once: signing and verifying must not pay for it again.
///
/// The two types of `jsonwebtoken` wipe their memory when dropped and print nothing.
#[derive(Clone)]
pub(crate) struct Material {
    pub(crate) decoding: DecodingKey,
    pub(crate) encoding: Option<EncodingKey>,
}

/// An HMAC secret.
pub(crate) fn secret(algorithm: Algorithm, secret: &[u8]) -> Result<Material, KeyError> {
    if !algorithm.is_symmetric() {
        return Err(KeyError::Mismatch { algorithm });
    }
    let repeated = secret.first().is_none_or(|first| secret.iter().all(|byte| byte == first));
    if repeated {
        return Err(KeyError::Weak { reason: "the secret is empty or one byte repeated" });
    }
    if is_published(secret) {
        return Err(KeyError::Weak { reason: "a PEM or SSH key is no HMAC secret" });
    }
    Ok(Material { decoding: DecodingKey::from_secret(secret), encoding: Some(EncodingKey::from_secret(secret)) })
}

/// A private key in PEM: PKCS#8, or PKCS#1 for RSA, or SEC1 for elliptic curves.
pub(crate) fn private(algorithm: Algorithm, pem: &str) -> Result<Material, KeyError> {
    let mismatch = || KeyError::Mismatch { algorithm };
    let pair = match algorithm {
        Algorithm::EdDSA => edwards(pem),
        Algorithm::ES256 => curve(pem, &ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::ES384 => curve(pem, &ECDSA_P384_SHA384_FIXED_SIGNING),
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => None,
        _ => rsa(pem),
    };
    let (encoding, decoding) = pair.ok_or_else(mismatch)?;
    check_public(algorithm, &decoding)?;
    Ok(Material { decoding, encoding: Some(encoding) })
}

/// A public key in PEM: SubjectPublicKeyInfo, or PKCS#1 for RSA. No certificates.
pub(crate) fn public(algorithm: Algorithm, pem: &str) -> Result<Material, KeyError> {
    let mismatch = || KeyError::Mismatch { algorithm };
    if !pem.contains("PUBLIC KEY-----") {
        return Err(mismatch());
    }
    let decoding = match algorithm {
        Algorithm::EdDSA => DecodingKey::from_ed_pem(pem.as_bytes()),
        Algorithm::ES256 | Algorithm::ES384 => DecodingKey::from_ec_pem(pem.as_bytes()),
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => return Err(mismatch()),
        _ => DecodingKey::from_rsa_pem(pem.as_bytes()),
    };
    let decoding = decoding.map_err(|_| mismatch())?;
    check_public(algorithm, &decoding)?;
    Ok(Material { decoding, encoding: None })
}

/// Whether a text is a key that others may know: whoever set it as HMAC secret confused two settings.
fn is_published(secret: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(secret) else { return false };
    let ssh = ["ssh-rsa ", "ssh-ed25519 ", "ssh-dss ", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"];
    text.contains("-----BEGIN ") || ssh.iter().any(|prefix| text.trim_start().starts_with(prefix))
}

fn edwards(pem: &str) -> Option<(EncodingKey, DecodingKey)> {
    let encoding = EncodingKey::from_ed_pem(pem.as_bytes()).ok()?;
    let pair = Ed25519KeyPair::from_pkcs8(encoding.as_bytes()).ok()?;
    Some((encoding, DecodingKey::from_ed_der(pair.public_key().as_ref())))
}

fn curve(pem: &str, algorithm: &'static EcdsaSigningAlgorithm) -> Option<(EncodingKey, DecodingKey)> {
    let pair = match EncodingKey::from_ec_pem(pem.as_bytes()) {
        Ok(key) => EcdsaKeyPair::from_pkcs8(algorithm, key.as_bytes()),
        Err(_) => EcdsaKeyPair::from_private_key_der(algorithm, &block(pem, "EC PRIVATE KEY")?),
    };
    let pair = pair.ok()?;
    let der = pair.to_pkcs8v1().ok()?;
    Some((EncodingKey::from_ec_der(der.as_ref()), DecodingKey::from_ec_der(pair.public_key().as_ref())))
}

fn rsa(pem: &str) -> Option<(EncodingKey, DecodingKey)> {
    if !pem.contains("PRIVATE KEY-----") {
        return None;
    }
    let encoding = EncodingKey::from_rsa_pem(pem.as_bytes()).ok()?;
    let pair = RsaKeyPair::from_der(encoding.as_bytes()).ok()?;
    let decoding = DecodingKey::from_rsa_der(pair.public_key().as_ref());
    Some((encoding, decoding))
}

/// The bytes of the block of a PEM file that bears a label (RFC 7468); OpenSSL writes curve parameters before the key.
fn block(pem: &str, label: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let digits: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
    STANDARD.decode(digits.as_bytes()).ok().map(Zeroizing::new)
}

/// Refuses points that are not on the curve of the algorithm, and RSA moduli below 2048 or above 8192 bits.
fn check_public(algorithm: Algorithm, key: &DecodingKey) -> Result<(), KeyError> {
    let mismatch = |_| KeyError::Mismatch { algorithm };
    let bytes = key.try_get_as_bytes().map_err(|_| KeyError::Mismatch { algorithm })?;
    let verification: &'static dyn VerificationAlgorithm = match algorithm {
        Algorithm::EdDSA => &signature::ED25519,
        Algorithm::ES256 => &signature::ECDSA_P256_SHA256_FIXED,
        Algorithm::ES384 => &signature::ECDSA_P384_SHA384_FIXED,
        _ => return check_modulus(algorithm, bytes),
    };
    ParsedPublicKey::new(verification, bytes).map_err(mismatch).map(drop)
}

/// The verifier takes 2048 to 8192 bits; a smaller key is refused when it is loaded, not token by token.
fn check_modulus(algorithm: Algorithm, der: &[u8]) -> Result<(), KeyError> {
    let key = rsa::PublicKey::from_der(der).map_err(|_| KeyError::Mismatch { algorithm })?;
    if (256..=1024).contains(&key.modulus_len()) {
        return Ok(());
    }
    Err(KeyError::Weak { reason: "an RSA key has 2048 to 8192 bits" })
}
