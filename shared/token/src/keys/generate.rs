//! New keys, from random bytes that the caller draws.

use crate::keys::{algorithm::Algorithm, key::Key, key_error::KeyError};
use aws_lc_rs::{
    agreement, hkdf,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
        Ed25519KeyPair,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

/// Random bytes, of which a key and its name are made.
pub type Entropy = [u8; 80];

impl Key {
    /// Makes a key of `entropy`: 32 to 64 bytes from a cryptographic source, for ES384 at least 48. Equal bytes make
    /// equal keys.
    ///
    /// HMAC secrets are the base64url text of the bytes; the others are PKCS#8 in PEM.
    ///
    /// # Errors
    /// [`KeyError::Entropy`] for too few or too many bytes, or bytes that are no scalar of the curve (once in 2^32);
    /// [`KeyError::Unmade`] for RSA, whose keys are imported; [`KeyError::Weak`] for one byte repeated.
    pub fn generate(algorithm: Algorithm, kid: Option<String>, entropy: &[u8]) -> Result<Self, KeyError> {
        if !(32..=64).contains(&entropy.len()) {
            return Err(KeyError::Entropy);
        }
        let der = match algorithm {
            Algorithm::EdDSA => edwards(entropy),
            Algorithm::ES256 => curve(entropy.get(..32), &agreement::ECDH_P256, &ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::ES384 => curve(entropy.get(..48), &agreement::ECDH_P384, &ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
                return Self::hmac(kid, algorithm, Zeroizing::new(URL_SAFE_NO_PAD.encode(entropy)).as_bytes());
            }
            _ => return Err(KeyError::Unmade { algorithm }),
        };
        Self::private_pem(kid, algorithm, &pem(&der.ok_or(KeyError::Entropy)?))
    }
}

/// Random bytes for another purpose (HKDF, RFC 5869): they lead neither back to `secret` nor to those of a third purpose.
/// Equal secrets and purposes give equal bytes.
pub(crate) fn derived(secret: &[u8], purpose: &str) -> Result<Entropy, KeyError> {
    let mut bytes = [0; size_of::<Entropy>()];
    let purpose = [purpose.as_bytes()];
    let pseudorandom = hkdf::Salt::new(hkdf::HKDF_SHA512, b"latchkey").extract(secret);
    let expanded = pseudorandom.expand(&purpose, Length(bytes.len()));
    expanded.and_then(|key| key.fill(&mut bytes)).map_err(|_| KeyError::Entropy)?;
    Ok(bytes)
}

/// How many bytes are asked for.
struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn edwards(entropy: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let pair = Ed25519KeyPair::from_seed_unchecked(entropy.get(..32)?).ok()?;
    Some(Zeroizing::new(pair.to_pkcs8v1().ok()?.as_ref().to_vec()))
}

fn curve(
    scalar: Option<&[u8]>,
    exchange: &'static agreement::Algorithm,
    signing: &'static EcdsaSigningAlgorithm,
) -> Option<Zeroizing<Vec<u8>>> {
    let scalar = scalar?;
    let public = agreement::PrivateKey::from_private_key(exchange, scalar).ok()?.compute_public_key().ok()?;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(signing, scalar, public.as_ref()).ok()?;
    Some(Zeroizing::new(pair.to_pkcs8v1().ok()?.as_ref().to_vec()))
}

/// A private key as PEM (RFC 7468).
fn pem(der: &[u8]) -> Zeroizing<String> {
    let block = pem::Pem::new("PRIVATE KEY", der);
    let text = pem::encode_config(&block, pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF));
    // The block does not wipe its own copy.
    drop(Zeroizing::new(block.into_contents()));
    Zeroizing::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::SEED;
    use serde_json::json;

    #[test]
    fn edwards_keys_follow_the_rfc() {
        let key = Key::generate(Algorithm::EdDSA, Some("k".into()), &URL_SAFE_NO_PAD.decode(SEED).unwrap()).unwrap();
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "k", "alg": "EdDSA", "use": "sig"});
        assert_eq!(key.jwk(), Some(jwk));
        assert_eq!(key.thumbprint().as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    }

    #[test]
    fn secrets_are_base64url_text_of_the_entropy() {
        let entropy: Vec<u8> = (0..32).collect();
        let key = Key::generate(Algorithm::HS256, None, &entropy).unwrap();
        assert_eq!(key.source(), b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    }

    #[test]
    fn equal_entropy_makes_equal_keys_and_other_entropy_others() {
        for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384, Algorithm::HS512] {
            let made = |seed: u8| {
                let entropy: Vec<u8> = (0..64).map(|at: u8| at ^ seed).collect();
                Key::generate(algorithm, None, &entropy).unwrap().source().to_vec()
            };
            assert_eq!(made(1), made(1), "{algorithm}");
            assert_ne!(made(1), made(2), "{algorithm}");
        }
    }

    #[test]
    fn entropy_of_the_wrong_size_is_refused() {
        for algorithm in Algorithm::ALL {
            for size in [0, 16, 31, 65] {
                let entropy: Vec<u8> = (0..size).collect();
                assert_eq!(Key::generate(*algorithm, None, &entropy).map(drop), Err(KeyError::Entropy));
            }
        }
        let entropy: Vec<u8> = (0..47).collect();
        assert_eq!(Key::generate(Algorithm::ES384, None, &entropy).map(drop), Err(KeyError::Entropy));
    }

    #[test]
    fn numbers_beyond_the_curve_are_refused() {
        assert_eq!(Key::generate(Algorithm::ES256, None, &[0xff; 32]).map(drop), Err(KeyError::Entropy));
        assert_eq!(Key::generate(Algorithm::ES256, None, &[0; 32]).map(drop), Err(KeyError::Entropy));
    }

    #[test]
    fn rsa_keys_are_not_made_here() {
        let unmade = Err(KeyError::Unmade { algorithm: Algorithm::RS256 });
        assert_eq!(Key::generate(Algorithm::RS256, None, &[7; 48]).map(drop), unmade);
    }
}
