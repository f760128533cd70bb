//! Django's `salted_hmac` with SHA-256.

use aws_lc_rs::{
    digest::{self, SHA256},
    hmac,
};
use subtle::ConstantTimeEq;

/// The HMAC of a message under a key that is the digest of what it is for and the secret, as `salted_hmac` makes it.
pub(crate) fn salted(purpose: &str, secret: &[u8], message: &str) -> hmac::Tag {
    let mut salted = digest::Context::new(&SHA256);
    salted.update(purpose.as_bytes());
    salted.update(secret);
    let key = hmac::Key::new(hmac::HMAC_SHA256, salted.finish().as_ref());
    hmac::sign(&key, message.as_bytes())
}

/// Whether two MACs are the same; the time tells nothing about where they differ.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    bool::from(one.as_bytes().ct_eq(other.as_bytes()))
}
