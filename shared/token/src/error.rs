//! Why a token is refused, in Simple JWT's words.

use std::fmt;

/// Why a token is refused, or cannot be signed.
///
/// The texts are Simple JWT's messages letter for letter, since clients compare them. [`Error::Invalid`] stays one text
/// for every kind of forgery: the caller must not learn how close a forged token came.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Error {
    /// `exp` has passed, leeway included.
    Expired,
    /// Form, header, key, signature, a claim's type or a claim's value is wrong.
    Invalid,
    /// There is no `exp`.
    MissingExpiry,
    /// The claim of the setting `JTI_CLAIM` is missing.
    MissingId,
    /// The claim of the setting `SLIDING_TOKEN_REFRESH_EXP_CLAIM` is missing.
    MissingRefreshExpiry {
        /// The claim's name as set.
        claim: String,
    },
    /// The claim of the setting `TOKEN_TYPE_CLAIM` is missing.
    MissingType,
    /// No key of the set may sign now. A fault of the service, not of the token.
    NoSigner,
    /// The time of the claim `SLIDING_TOKEN_REFRESH_EXP_CLAIM` has passed, leeway included.
    RefreshExpired {
        /// The claim's name as set.
        claim: String,
    },
    /// A token of [`MAX_BYTES`](crate::compact::MAX_BYTES) does not hold these claims. A fault of the service, not of the token.
    TooLong,
    /// The token is of another kind than the one asked for.
    WrongType,
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired => out.write_str("Token is expired"),
            Self::Invalid => out.write_str("Token is invalid"),
            Self::MissingExpiry => out.write_str("Token has no 'exp' claim"),
            Self::MissingId => out.write_str("Token has no id"),
            Self::MissingRefreshExpiry { claim } => write!(out, "Token has no '{claim}' claim"),
            Self::MissingType => out.write_str("Token has no type"),
            Self::NoSigner => out.write_str("no key may sign at this time"),
            Self::RefreshExpired { claim } => write!(out, "Token '{claim}' claim has expired"),
            Self::TooLong => out.write_str("the token is too long to be verified: TOKEN_CLAIMS must name less"),
            Self::WrongType => out.write_str("Token has wrong type"),
        }
    }
}

impl std::error::Error for Error {}
