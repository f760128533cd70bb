//! What a key is made of, checked for its one algorithm.

use crate::keys::{algorithm::Algorithm, key_error::KeyError, signer::Signer};
use aws_lc_rs::{
    digest::{self, SHA256, SHA384, SHA512},
    hmac, rsa,
    signature::{
        self, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
        Ed25519KeyPair, KeyPair, ParsedPublicKey, RsaKeyPair, RsaSignatureEncoding, VerificationAlgorithm,
    },
};
use jsonwebtoken::{DecodingKey, DecodingKeyKind, EncodingKey, jwk::Jwk};
use serde_json::Value;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Both halves of a key, checked once. They wipe their memory when dropped.
#[derive(Clone)]
pub(crate) struct Material {
    pub(crate) decoding: DecodingKey,
    pub(crate) signer: Option<Arc<Signer>>,
}

/// An HMAC secret.
pub(crate) fn secret(algorithm: Algorithm, secret: &[u8]) -> Result<Material, KeyError> {
    let hash = match algorithm {
        Algorithm::HS256 => hmac::HMAC_SHA256,
        Algorithm::HS384 => hmac::HMAC_SHA384,
        Algorithm::HS512 => hmac::HMAC_SHA512,
        _ => return Err(KeyError::Mismatch { algorithm }),
    };
    let repeated = secret.first().is_none_or(|first| secret.iter().all(|byte| byte == first));
    if repeated {
        return Err(KeyError::Weak { reason: "the secret is empty or one byte repeated" });
    }
    if is_published(secret) {
        return Err(KeyError::Weak { reason: "a PEM, SSH or JSON Web Key is no HMAC secret" });
    }
    let signer = Signer::Secret(Box::new(hmac::Key::new(hash, secret)));
    Ok(Material { decoding: DecodingKey::from_secret(secret), signer: Some(Arc::new(signer)) })
}

/// A private key in PEM: PKCS#8, or PKCS#1 for RSA, or SEC1 for elliptic curves.
pub(crate) fn private(algorithm: Algorithm, pem: &str) -> Result<Material, KeyError> {
    let halves = match algorithm {
        Algorithm::EdDSA => edwards(pem),
        Algorithm::ES256 => curve(pem, &ECDSA_P256_SHA256_FIXED_SIGNING, &SHA256),
        Algorithm::ES384 => curve(pem, &ECDSA_P384_SHA384_FIXED_SIGNING, &SHA384),
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => None,
        Algorithm::PS256 => rsa(pem, &signature::RSA_PSS_SHA256, &SHA256),
        Algorithm::PS384 => rsa(pem, &signature::RSA_PSS_SHA384, &SHA384),
        Algorithm::PS512 => rsa(pem, &signature::RSA_PSS_SHA512, &SHA512),
        Algorithm::RS256 => rsa(pem, &signature::RSA_PKCS1_SHA256, &SHA256),
        Algorithm::RS384 => rsa(pem, &signature::RSA_PKCS1_SHA384, &SHA384),
        Algorithm::RS512 => rsa(pem, &signature::RSA_PKCS1_SHA512, &SHA512),
    };
    let (signer, decoding) = halves.ok_or(KeyError::Mismatch { algorithm })?;
    check_public(algorithm, &decoding)?;
    Ok(Material { decoding, signer: Some(Arc::new(signer)) })
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
    Ok(Material { decoding, signer: None })
}

/// A public key as JWK. RSA, elliptic curve or Edwards curve, as the algorithm demands.
pub(crate) fn published(algorithm: Algorithm, jwk: &Value) -> Result<Material, KeyError> {
    let mismatch = || KeyError::Mismatch { algorithm };
    let family = jsonwebtoken::Algorithm::from(algorithm).family();
    // What else it says, such as certificates, is nobody's business here.
    let parameters = ["kty", "crv", "x", "y", "n", "e"].into_iter();
    let bare: Value = parameters.filter_map(|name| Some((name.to_owned(), jwk.get(name)?.clone()))).collect();
    let key: Jwk = serde_json::from_value(bare).map_err(|_| mismatch())?;
    let decoding = DecodingKey::from_jwk(&key).map_err(|_| mismatch())?;
    // Written again, a key whose curve is misnamed comes out otherwise.
    let again = Jwk::from_decoding_key(&decoding, None).map_err(|_| mismatch())?;
    let public = !algorithm.is_symmetric() && jwk.get("d").is_none_or(Value::is_null);
    if !public || decoding.family() != family || again.algorithm != key.algorithm {
        return Err(mismatch());
    }
    match decoding.kind() {
        DecodingKeyKind::RsaModulusExponent { n, .. } => check_size(n.iter().skip_while(|byte| **byte == 0).count())?,
        DecodingKeyKind::SecretOrDer(_) => check_public(algorithm, &decoding)?,
    }
    Ok(Material { decoding, signer: None })
}

/// Whether a text is a key that others may know: whoever set it as HMAC secret confused two settings.
fn is_published(secret: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(secret) else { return false };
    let ssh = ["ssh-rsa ", "ssh-ed25519 ", "ssh-dss ", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"];
    let is_jwk =
        || serde_json::from_str::<Value>(text).is_ok_and(|json| json.get("kty").is_some_and(|kind| kind != "oct"));
    text.contains("-----BEGIN ") || ssh.iter().any(|prefix| text.trim_start().starts_with(prefix)) || is_jwk()
}

/// What signs and what verifies.
type Halves = (Signer, DecodingKey);

fn edwards(pem: &str) -> Option<Halves> {
    let key = EncodingKey::from_ed_pem(pem.as_bytes()).ok()?;
    let pair = Ed25519KeyPair::from_pkcs8(key.as_bytes()).ok()?;
    let decoding = DecodingKey::from_ed_der(pair.public_key().as_ref());
    Some((Signer::Edwards(pair), decoding))
}

fn curve(pem: &str, algorithm: &'static EcdsaSigningAlgorithm, hash: &'static digest::Algorithm) -> Option<Halves> {
    let pair = match EncodingKey::from_ec_pem(pem.as_bytes()) {
        Ok(key) => EcdsaKeyPair::from_pkcs8(algorithm, key.as_bytes()),
        Err(_) => EcdsaKeyPair::from_private_key_der(algorithm, &block(pem, "EC PRIVATE KEY")?),
    };
    let pair = pair.ok()?;
    let decoding = DecodingKey::from_ec_der(pair.public_key().as_ref());
    Some((Signer::Curve(pair, hash), decoding))
}

fn rsa(pem: &str, padding: &'static RsaSignatureEncoding, hash: &'static digest::Algorithm) -> Option<Halves> {
    if !pem.contains("PRIVATE KEY-----") {
        return None;
    }
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).ok()?;
    let pair = RsaKeyPair::from_der(key.as_bytes()).ok()?;
    let decoding = DecodingKey::from_rsa_der(pair.public_key().as_ref());
    Some((Signer::Rsa(pair, padding, hash), decoding))
}

/// The bytes of the block of a PEM file that bears a label (RFC 7468); OpenSSL writes curve parameters before the key.
fn block(pem: &str, label: &str) -> Option<Zeroizing<Vec<u8>>> {
    let block = pem::parse_many(pem).ok()?.into_iter().find(|block| block.tag() == label)?;
    Some(Zeroizing::new(block.into_contents()))
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

fn check_modulus(algorithm: Algorithm, der: &[u8]) -> Result<(), KeyError> {
    let key = rsa::PublicKey::from_der(der).map_err(|_| KeyError::Mismatch { algorithm })?;
    check_size(key.modulus_len())
}

/// The verifier takes 2048 to 8192 bits; a smaller key is refused when it is loaded, not token by token.
fn check_size(modulus_bytes: usize) -> Result<(), KeyError> {
    if (256..=1024).contains(&modulus_bytes) {
        return Ok(());
    }
    Err(KeyError::Weak { reason: "an RSA key has 2048 to 8192 bits" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys::key::Key, sample::made};

    const RSA_1024: &str = "-----BEGIN RSA PRIVATE KEY-----
MIICXgIBAAKBgQDTiwsWS7MpFl1J/0w9hIADcKzrS232hNinJLn1SUzCeDGRBrMS
02E5m+fcVvmEXFMzv9FwWN7qGJ3WJiv3ucPEF8UcUfiENo6LvT72M1xA0Wq7HHPW
QjHJW0Qyxbsi7NYR+Jr6LJgRzFBNbLJaDGFZStgtLzwEkDaBwCTSAK7gXwIDAQAB
AoGBALp4IRDJL6czII5+rQy5BEKECtjpx4d6+KL0+7pcn334hvCosCcTDuvCIvKV
9CIZY/oExrA6llxR0KeZRD58kDNq3CCf3RLVJVD/neB+M5L9et+k9i89P3X3jNqg
RWPfdHgcsNpSL8TezaTfXuTS9v+3rjCNeYjslDLPdfIsnFgZAkEA6uTlWwOaBaxE
JHBOMO/ef6Rr9hbqTDwc4SvgKRxd0IOs2d+9dfAhbp82jTFOSKN+PNQoG1sjnu1T
hVfLIFauvQJBAOaNBWYm28dn8vYJV2WRV2iy+EWr//rpMZ++zolaKonFxP9+i0hl
mrrx2zeIAuXec0odhrQI6RrP9zJ2RQrm20sCQQDAU0Jnzv8hffcdTsb20q//GwU6
rXCRkvaid2ZGwu8dd3LjwYpDMqZtCPeFi8VpPFR0QdHE9E6qJe+o0kWC6PaRAkEA
vJmoTQSEzf8vNi42HJRlGPUvPG+UHEIfojqI4rusCMCMgyWV80eK6FtppWfSVxE+
5uZ4h1ayuoheBB3UJTLtOQJAGpXfxccUr4napILjysESw7zn3AMTO0iQ107NSI7a
3XAyJSAMs+HpunTrMUmremwKL11GhwBA5LRD/AO/gy5Kqg==
-----END RSA PRIVATE KEY-----
";

    /// As `openssl ecparam -genkey` writes it.
    const SEC1: &str = "-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMbmNN8H8Pb6RYwnR3vecZdIjvsuiLVG21fD2vPfXiOfoAoGCCqGSM49
AwEHoUQDQgAEhLaPVRKMZsQEs1A/lMKijDYGOZRSyolTA1Nv8WkRCOAqVCtfxfUw
8y13RoNxtriVL43OBYsmdM5+3jnsJ+0epA==
-----END EC PRIVATE KEY-----
";

    /// The public half of the small key.
    const RSA_1024_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDTiwsWS7MpFl1J/0w9hIADcKzr
S232hNinJLn1SUzCeDGRBrMS02E5m+fcVvmEXFMzv9FwWN7qGJ3WJiv3ucPEF8Uc
UfiENo6LvT72M1xA0Wq7HHPWQjHJW0Qyxbsi7NYR+Jr6LJgRzFBNbLJaDGFZStgt
LzwEkDaBwCTSAK7gXwIDAQAB
-----END PUBLIC KEY-----
";

    fn pem(algorithm: Algorithm) -> String {
        String::from_utf8(made(algorithm, "k", 1).source().to_vec()).unwrap()
    }

    fn hmac(secret: &[u8]) -> Result<Key, KeyError> {
        Key::hmac(None, Algorithm::HS256, secret)
    }

    #[test]
    fn guessable_secrets_are_refused() {
        for secret in [b"".as_slice(), &[0; 32], b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            assert!(matches!(hmac(secret), Err(KeyError::Weak { .. })), "{secret:?}");
        }
        assert!(hmac(b"short").is_ok(), "a SECRET_KEY can be taken over");
    }

    #[test]
    fn public_texts_are_no_secrets() {
        let ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGxfeGFtcGxl user@host";
        let jwk = made(Algorithm::ES256, "k", 1).jwk().unwrap().to_string();
        for secret in [&pem(Algorithm::EdDSA), SEC1, ssh, &jwk, " ssh-rsa AAAA", "x\n-----BEGIN CERTIFICATE-----\n"] {
            assert!(matches!(hmac(secret.as_bytes()), Err(KeyError::Weak { .. })), "{secret}");
        }
    }

    #[test]
    fn a_key_fits_its_own_algorithm_alone() {
        for made in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384] {
            for algorithm in Algorithm::ALL {
                let key = Key::private_pem(None, *algorithm, &pem(made));
                assert_eq!(key.is_ok(), made == *algorithm, "{made} as {algorithm}");
                assert!(Key::public_pem(None, *algorithm, &pem(made)).is_err(), "{made} as public {algorithm}");
            }
        }
        let published = Key::public_pem(None, Algorithm::HS256, &crate::sample::pem("rs256_pub"));
        assert_eq!(published.unwrap_err(), KeyError::Mismatch { algorithm: Algorithm::HS256 });
        let secret = Key::hmac(None, Algorithm::RS256, b"a secret of thirty-two bytes or more");
        assert_eq!(secret.unwrap_err(), KeyError::Mismatch { algorithm: Algorithm::RS256 });
    }

    #[test]
    fn curve_keys_of_openssl_are_read() {
        assert!(Key::private_pem(None, Algorithm::ES256, SEC1).is_ok());
        assert!(Key::private_pem(None, Algorithm::ES384, SEC1).is_err());
    }

    #[test]
    fn small_rsa_keys_are_refused() {
        for algorithm in [Algorithm::RS256, Algorithm::PS512] {
            assert!(Key::private_pem(None, algorithm, RSA_1024).is_err());
            assert!(Key::public_pem(None, algorithm, RSA_1024_PUBLIC).is_err());
        }
        let small = RsaKeyPair::from_der(&block(RSA_1024, "RSA PRIVATE KEY").unwrap());
        let modulus = small.map(|pair| check_modulus(Algorithm::RS256, pair.public_key().as_ref()));
        assert!(modulus.is_err() || modulus.is_ok_and(|fits| fits.is_err()));
    }

    #[test]
    fn noise_is_no_key() {
        for text in
            ["", "x", "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]
        {
            for algorithm in Algorithm::ALL {
                let mismatch = Err(KeyError::Mismatch { algorithm: *algorithm });
                assert_eq!(Key::private_pem(None, *algorithm, text).map(drop), mismatch, "{text}");
                assert_eq!(Key::public_pem(None, *algorithm, text).map(drop), mismatch, "{text}");
            }
        }
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        let point = DecodingKey::from_ec_der(&[&[4u8][..], &[1; 64]].concat());
        let mismatch = Err(KeyError::Mismatch { algorithm: Algorithm::ES256 });
        assert_eq!(check_public(Algorithm::ES256, &point), mismatch);
    }
}
