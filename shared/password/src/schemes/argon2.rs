//! `argon2$argon2id$v=19$m=102400,t=2,p=8$<salt>$<hash>`: Django's Argon2PasswordHasher (RFC 9106), and today's hash.

use crate::{
    error::Error,
    schemes::field::{bounded, bounded_memory, number, same, unpadded},
};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// Bytes that one of today's hashes takes.
pub(crate) const MEMORY: u64 = KIBIBYTES as u64 * 1024;

/// OWASP's first recommendation for Argon2id.
const KIBIBYTES: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;

/// Kibibytes times passes that one verification may fill: about two seconds. Django's default fills a fifth of it.
const MOST_WORK: u64 = 1 << 20;
/// Lanes cost no memory of their own, but nobody has more processors than this for one login.
const MOST_LANES: u32 = 64;
const HASH_LENGTHS: std::ops::RangeInclusive<usize> = 16..=64;

/// The memory of the last of today's hashes. To touch 19 fresh MiB costs as much again as half a hash, and one login
/// at a time is the rule on Lambda; logins beside it allocate their own and give it back.
static SPARE: Mutex<Vec<Block>> = Mutex::new(Vec::new());

pub(crate) struct Stored {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Stored {
    pub(crate) fn parse(rest: &str) -> Result<Self, Error> {
        let fields: Vec<&str> = rest.split('$').collect();
        let (variety, version, params, salt, hash) = match fields[..] {
            [variety, version, params, salt, hash] => (variety, version, params, salt, hash),
            // Argon2 1.0 wrote no version.
            [variety, params, salt, hash] => (variety, "v=16", params, salt, hash),
            _ => return Err(Error::Malformed),
        };
        let algorithm = Algorithm::new(variety).map_err(|_| Error::Malformed)?;
        let version = version_of(version)?;
        let (salt, hash) = (unpadded(salt)?, unpadded(hash)?);
        if salt.len() < argon2::MIN_SALT_LEN || !HASH_LENGTHS.contains(&hash.len()) {
            return Err(Error::Malformed);
        }
        Ok(Self { algorithm, version, params: params_of(params, hash.len())?, salt, hash })
    }

    pub(crate) fn matches(&self, password: &str) -> Result<bool, Error> {
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        let found = fill(&argon2, password, &self.salt, self.hash.len())?;
        Ok(same(&found, &self.hash))
    }

    pub(crate) fn is_todays(&self) -> bool {
        let params = &self.params;
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && (params.m_cost(), params.t_cost(), params.p_cost()) == (KIBIBYTES, PASSES, LANES)
            && self.hash.len() == HASH_BYTES
    }

    pub(crate) fn memory(&self) -> u64 {
        u64::from(self.params.m_cost()) * 1024
    }
}

/// Today's hash of `password`, in Django's encoding.
pub(crate) fn encode(password: &str, salt: &[u8]) -> Result<String, Error> {
    let params = Params::new(KIBIBYTES, PASSES, LANES, Some(HASH_BYTES)).map_err(|_| Error::TooCostly)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = fill(&argon2, password, salt, HASH_BYTES)?;
    Ok(format!(
        "argon2$argon2id$v=19$m={KIBIBYTES},t={PASSES},p={LANES}${}${}",
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(&*hash)
    ))
}

/// Takes and touches the memory of one of today's hashes, for the next one. Where it cannot be had, that one says so.
pub(crate) fn take_memory() {
    if let Ok(blocks) = spare() {
        *SPARE.lock().unwrap_or_else(PoisonError::into_inner) = blocks;
    }
}

fn spare() -> Result<Vec<Block>, Error> {
    let mut blocks = std::mem::take(&mut *SPARE.lock().unwrap_or_else(PoisonError::into_inner));
    blocks.try_reserve_exact(KIBIBYTES as usize - blocks.len()).map_err(|_| Error::TooCostly)?;
    blocks.resize(KIBIBYTES as usize, Block::new());
    Ok(blocks)
}

fn fill(argon2: &Argon2<'_>, password: &str, salt: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut hash = Zeroizing::new(vec![0; length]);
    let filled = if argon2.params().block_count() > KIBIBYTES as usize {
        argon2.hash_password_into(password.as_bytes(), salt, &mut hash)
    } else {
        let mut blocks = spare()?;
        let filled = argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, &mut *blocks);
        *SPARE.lock().unwrap_or_else(PoisonError::into_inner) = blocks;
        filled
    };
    filled.map(|()| hash).map_err(|_| Error::TooCostly)
}

fn version_of(text: &str) -> Result<Version, Error> {
    let number = text.strip_prefix("v=").ok_or(Error::Malformed).and_then(number)?;
    Version::try_from(number).map_err(|_| Error::Malformed)
}

/// `m=<KiB>,t=<passes>,p=<lanes>`, in this order, as the reference implementation writes them.
fn params_of(text: &str, length: usize) -> Result<Params, Error> {
    let mut fields = text.split(',');
    let mut field = |prefix| {
        let text: Option<&str> = fields.next().and_then(|field| field.strip_prefix(prefix));
        text.ok_or(Error::Malformed).and_then(number)
    };
    let (kibibytes, passes, lanes) = (field("m=")?, field("t=")?, field("p=")?);
    if fields.next().is_some() {
        return Err(Error::Malformed);
    }
    bounded_memory(u64::from(kibibytes) * 1024)?;
    bounded(u64::from(kibibytes) * u64::from(passes), MOST_WORK)?;
    bounded(lanes.into(), MOST_LANES.into())?;
    Params::new(kibibytes, passes, lanes, Some(length)).map_err(|_| Error::Malformed)
}
