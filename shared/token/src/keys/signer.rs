//! The half of a key that signs.

use aws_lc_rs::{
    digest::{self, digest},
    error::Unspecified,
    hmac,
    signature::{EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair, RsaSignatureEncoding},
};

/// The half of a key that signs, read and checked once: to do so again takes longer than to sign.
///
/// The library's types wipe their memory when dropped.
pub(crate) enum Signer {
    Curve(EcdsaKeyPair, &'static digest::Algorithm),
    Edwards(Ed25519KeyPair),
    Rsa(RsaKeyPair, &'static RsaSignatureEncoding, &'static digest::Algorithm),
    Secret(Box<hmac::Key>),
}

impl Signer {
    /// The signature over a message, as JWS has it (RFC 7518 section 3).
    ///
    /// # Errors
    /// When there is no memory left, or the hash is not the one of the padding or the curve.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        // The hash is signed, since whoever hands over the message has to name a source of randomness, too: the library
        // does not use it, and this crate knows none.
        Ok(match self {
            Self::Curve(pair, hash) => pair.sign_digest(&digest(hash, message))?.as_ref().to_vec(),
            Self::Edwards(pair) => pair.try_sign(message)?.as_ref().to_vec(),
            Self::Rsa(pair, padding, hash) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign_digest(*padding, &digest(hash, message), &mut signature)?;
                signature
            }
            Self::Secret(key) => hmac::sign(key, message).as_ref().to_vec(),
        })
    }
}
