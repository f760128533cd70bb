//! `scrypt$<N>$<salt>$<r>$<p>$<hash>`: Django's ScryptPasswordHasher (RFC 7914).

use crate::{
    error::Error,
    schemes::field::{bounded, bounded_memory, number, padded, same},
};
use scrypt::Params;
use zeroize::Zeroizing;

/// N times r times p that one verification may take: about two seconds. Django's default takes a twelfth of it.
const MOST_WORK: u64 = 1 << 23;
/// A block of scrypt is this many bytes times r.
const BLOCK_BYTES: u64 = 128;
/// Django's only length. A shorter output of scrypt is the beginning of a longer one: it would match.
const HASH_BYTES: usize = 64;

pub(crate) struct Stored<'a> {
    params: Params,
    memory: u64,
    salt: &'a str,
    hash: Vec<u8>,
}

impl<'a> Stored<'a> {
    pub(crate) fn parse(rest: &'a str) -> Result<Self, Error> {
        let fields: Vec<&str> = rest.split('$').collect();
        let [n, salt, r, p, hash] = fields[..] else { return Err(Error::Malformed) };
        let (n, r, p) = (number(n)?, number(r)?, number(p)?);
        let memory = memory_of(n, r, p)?;
        let hash = padded(hash)?;
        if salt.is_empty() || hash.len() != HASH_BYTES {
            return Err(Error::Malformed);
        }
        Ok(Self { params: params_of(n, r, p)?, memory, salt, hash })
    }

    pub(crate) fn matches(&self, password: &str) -> Result<bool, Error> {
        let mut found = Zeroizing::new(vec![0; self.hash.len()]);
        scrypt::scrypt(password.as_bytes(), self.salt.as_bytes(), &self.params, &mut found)
            .map_err(|_| Error::Malformed)?;
        Ok(same(&found, &self.hash))
    }

    pub(crate) fn memory(&self) -> u64 {
        self.memory
    }
}

/// Bytes of the big table and of one block for each lane, once they and the time are found bearable.
fn memory_of(n: u32, r: u32, p: u32) -> Result<u64, Error> {
    let (n, r, p) = (u64::from(n), u64::from(r), u64::from(p));
    let blocks = n.saturating_add(p).saturating_mul(r);
    bounded(n.saturating_mul(r).saturating_mul(p), MOST_WORK)?;
    bounded_memory(blocks.saturating_mul(BLOCK_BYTES))?;
    Ok(blocks * BLOCK_BYTES)
}

/// N is a power of two above 1 (RFC 7914, section 2).
fn params_of(n: u32, r: u32, p: u32) -> Result<Params, Error> {
    if n < 2 || !n.is_power_of_two() {
        return Err(Error::Malformed);
    }
    let log_n = u8::try_from(n.ilog2()).map_err(|_| Error::Malformed)?;
    Params::new(log_n, r, p).map_err(|_| Error::Malformed)
}
