//! The parts of a stored hash.

use crate::error::{Error, MAX_MEMORY};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use subtle::ConstantTimeEq;

/// A whole number without sign, blank or underscore.
pub(crate) fn number(text: &str) -> Result<u32, Error> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::Malformed);
    }
    text.parse().map_err(|_| Error::Malformed)
}

/// Refuses what no honest hasher writes: `spent` units of work where `most` are plenty.
pub(crate) fn bounded(spent: u64, most: u64) -> Result<(), Error> {
    if spent > most { Err(Error::TooCostly) } else { Ok(()) }
}

pub(crate) fn bounded_memory(bytes: u64) -> Result<(), Error> {
    bounded(bytes, MAX_MEMORY)
}

pub(crate) fn padded(text: &str) -> Result<Vec<u8>, Error> {
    STANDARD.decode(text).map_err(|_| Error::Malformed)
}

pub(crate) fn unpadded(text: &str) -> Result<Vec<u8>, Error> {
    STANDARD_NO_PAD.decode(text).map_err(|_| Error::Malformed)
}

pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}
