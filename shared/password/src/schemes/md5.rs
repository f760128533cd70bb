//! `md5$<salt>$<hex>`: Django's MD5PasswordHasher, which test settings use and old databases still hold.

use super::{hex, same};
use crate::Error;
use md5::{Digest, Md5};
use zeroize::Zeroizing;

const HEX_DIGITS: usize = 32;

pub(crate) struct Stored<'a> {
    salt: &'a str,
    hash: &'a str,
}

impl<'a> Stored<'a> {
    pub(crate) fn parse(rest: &'a str) -> Result<Self, Error> {
        let (salt, hash) = rest.split_once('$').ok_or(Error::Malformed)?;
        if salt.is_empty() || hash.len() != HEX_DIGITS {
            return Err(Error::Malformed);
        }
        Ok(Self { salt, hash })
    }

    pub(crate) fn matches(&self, password: &str) -> bool {
        let digest = Md5::new().chain_update(self.salt).chain_update(password).finalize();
        same(Zeroizing::new(hex(&digest)).as_bytes(), self.hash.as_bytes())
    }
}
