//! `sha1$<salt>$<hex>`, Django's default before 1.4, and `md5$<salt>$<hex>`; and both without a salt: `sha1$$<hex>`, `md5$$<hex>`
//! and bare hex digits of MD5, which is what Django wrote before it had a name for it.

use crate::{error::Error, schemes::field::same};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use md5::{Digest, Md5};
use zeroize::Zeroizing;

/// What is computed of salt and password.
#[derive(Clone, Copy)]
pub(crate) enum Function {
    Md5,
    Sha1,
}

pub(crate) struct Stored<'a> {
    function: Function,
    salt: &'a str,
    hash: &'a str,
}

impl<'a> Stored<'a> {
    /// `<salt>$<hex>`.
    pub(crate) fn salted(rest: &'a str, function: Function) -> Result<Self, Error> {
        let (salt, hash) = rest.split_once('$').ok_or(Error::Malformed)?;
        if salt.is_empty() { Err(Error::Malformed) } else { Self::of(function, salt, hash) }
    }

    /// The hex digits alone.
    pub(crate) fn unsalted(hash: &'a str, function: Function) -> Result<Self, Error> {
        Self::of(function, "", hash)
    }

    fn of(function: Function, salt: &'a str, hash: &'a str) -> Result<Self, Error> {
        if hash.len() == function.hex_digits() { Ok(Self { function, salt, hash }) } else { Err(Error::Malformed) }
    }

    pub(crate) fn matches(&self, password: &str) -> bool {
        let salted = Zeroizing::new([self.salt, password].concat());
        same(Zeroizing::new(self.function.of(&salted)).as_bytes(), self.hash.as_bytes())
    }
}

impl Function {
    fn hex_digits(self) -> usize {
        match self {
            Self::Md5 => 32,
            Self::Sha1 => 40,
        }
    }

    fn of(self, text: &str) -> String {
        match self {
            Self::Md5 => hex::encode(Md5::digest(text)),
            Self::Sha1 => hex::encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes())),
        }
    }
}
