//! `bcrypt$$2b$12$…` and `bcrypt_sha256$$2b$12$…`: Django's BCryptPasswordHasher and BCryptSHA256PasswordHasher.

use crate::error::Error;
use aws_lc_rs::digest;
use bcrypt::HashParts;
use zeroize::Zeroizing;

/// Sixteen times the work of the usual cost of 12: about four seconds.
const MOST_COST: u32 = 16;
/// bcrypt reads no further.
const MOST_BYTES: usize = 72;

/// What bcrypt is given to hash.
pub(crate) enum Input {
    /// The password itself.
    Plain,
    /// The lower-case hex of its SHA-256.
    Sha256,
}

pub(crate) struct Stored<'a> {
    input: Input,
    hash: &'a str,
}

impl<'a> Stored<'a> {
    /// `hash` is what follows the scheme's own `$`: a whole bcrypt string.
    pub(crate) fn parse(hash: &'a str, input: Input) -> Result<Self, Error> {
        let parts: HashParts = hash.parse().map_err(|_| Error::Malformed)?;
        if parts.get_cost() > MOST_COST {
            return Err(Error::TooCostly);
        }
        Ok(Self { input, hash })
    }

    pub(crate) fn matches(&self, password: &str) -> Result<bool, Error> {
        let input = self.input_of(password);
        // bcrypt would compare the first 72 bytes alone, and takes "a\0a" for "a": it does the work and the answer is no.
        let whole = input.len() <= MOST_BYTES && !input.contains(&0);
        let same = bcrypt::verify(&*input, self.hash).map_err(|_| Error::Malformed)?;
        Ok(same & whole)
    }

    fn input_of(&self, password: &str) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self.input {
            Input::Plain => password.as_bytes().to_vec(),
            Input::Sha256 => hex::encode(digest::digest(&digest::SHA256, password.as_bytes())).into_bytes(),
        })
    }
}
