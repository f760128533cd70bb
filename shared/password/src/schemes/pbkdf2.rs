//! `pbkdf2_sha256$<iterations>$<salt>$<hash>` and `pbkdf2_sha1$…`: Django's default hasher and its elder (RFC 8018).

use crate::{
    error::Error,
    schemes::field::{bounded, number, padded},
};
use aws_lc_rs::pbkdf2::{self, Algorithm, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256};
use std::num::NonZeroU32;

/// Ten times Django's default of the year: about a second.
const MOST_ITERATIONS: u64 = 10_000_000;

/// A pseudorandom function and the length of its output, in bytes, which is the length of Django's hash.
pub(crate) type Prf = (Algorithm, usize);

pub(crate) const SHA1: Prf = (PBKDF2_HMAC_SHA1, 20);
pub(crate) const SHA256: Prf = (PBKDF2_HMAC_SHA256, 32);

pub(crate) struct Stored<'a> {
    algorithm: Algorithm,
    iterations: NonZeroU32,
    salt: &'a str,
    hash: Vec<u8>,
}

impl<'a> Stored<'a> {
    pub(crate) fn parse(rest: &'a str, (algorithm, length): Prf) -> Result<Self, Error> {
        let fields: Vec<&str> = rest.split('$').collect();
        let [iterations, salt, hash] = fields[..] else { return Err(Error::Malformed) };
        let iterations = NonZeroU32::new(number(iterations)?).ok_or(Error::Malformed)?;
        bounded(iterations.get().into(), MOST_ITERATIONS)?;
        let hash = padded(hash)?;
        if salt.is_empty() || hash.len() != length {
            return Err(Error::Malformed);
        }
        Ok(Self { algorithm, iterations, salt, hash })
    }

    /// The library derives, compares in constant time and wipes what it derived.
    pub(crate) fn matches(&self, password: &str) -> bool {
        pbkdf2::verify(self.algorithm, self.iterations, self.salt.as_bytes(), password.as_bytes(), &self.hash).is_ok()
    }
}
