//! Why a password cannot be compared or hashed, and the bounds that it keeps.

use std::fmt;

/// The longest password that is hashed, in bytes. Longer ones are refused unread (CVE-2013-1443; DRF's own field limit).
pub const MAX_BYTES: usize = 4096;

/// The most memory that one verification may take, in bytes. Django's Argon2 default takes 100 MiB.
pub const MAX_MEMORY: u64 = 256 << 20;

/// Why a password cannot be compared or hashed. Says nothing about whether it was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// The stored text is not a well-formed encoding of the scheme that it names.
    Malformed,
    /// The stored text asks for more time or memory than any honest hasher does.
    TooCostly,
    /// The password is longer than [`MAX_BYTES`].
    TooLong,
    /// The stored text names no scheme that is known here.
    UnknownScheme,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Malformed => "the stored password hash is malformed",
            Self::TooCostly => "the stored password hash asks for too much time or memory",
            Self::TooLong => "the password is longer than 4096 bytes",
            Self::UnknownScheme => "the stored password hash is of an unknown scheme",
        })
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_in_words() {
        for (error, words) in [
            (Error::Malformed, "the stored password hash is malformed"),
            (Error::TooLong, "the password is longer than 4096 bytes"),
        ] {
            assert_eq!(error.to_string(), words);
        }
    }
}
