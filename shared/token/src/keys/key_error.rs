//! Why a key, or a set of keys, is refused.

use crate::keys::algorithm::{Algorithm, UnknownAlgorithm};
use std::fmt;

/// Why a key, or a set of keys, is refused. The texts show no material.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeyError {
    /// Two keys of a set have one name (RFC 7517 section 4.5).
    Duplicate {
        /// The name.
        kid: String,
    },
    /// A set without keys, which could neither sign nor verify.
    Empty,
    /// Too few or too many random bytes to make a key of.
    Entropy,
    /// The set has this key already.
    Known,
    /// The set is not the JSON that is expected.
    Malformed {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The material is not a key for the algorithm.
    Mismatch {
        /// The algorithm that was asked for.
        algorithm: Algorithm,
    },
    /// The set has no key of this name; without a name, none that is nameless.
    Missing {
        /// The name.
        kid: String,
    },
    /// The name is empty, too long, or holds control characters.
    Name,
    /// The set has as many keys without a name as are tried for a token.
    TooMany,
    /// No such algorithm.
    Unknown(UnknownAlgorithm),
    /// Keys of this algorithm are made elsewhere and imported.
    Unmade {
        /// The algorithm that was asked for.
        algorithm: Algorithm,
    },
    /// A key that was added before does not sign yet; the next one has to wait for it.
    Waiting {
        /// Its name.
        kid: String,
    },
    /// The material could be guessed, or is meant to be known.
    Weak {
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { kid } => write!(out, "two keys are called {kid:?}"),
            Self::Empty => out.write_str("the key set has no keys"),
            Self::Entropy => out.write_str("a key is made of 32 to 64 random bytes, of ES384 at least 48"),
            Self::Known => out.write_str("the set has this key already"),
            Self::Malformed { line, column } => write!(out, "not a key set, at line {line} column {column}"),
            Self::Mismatch { algorithm } => {
                write!(out, "the material is not a key for {algorithm}, which takes {}", taken_by(*algorithm))
            }
            Self::Missing { kid } if kid.is_empty() => out.write_str("no key of the set is without a name"),
            Self::Missing { kid } => write!(out, "no key of the set is called {kid:?}"),
            Self::Name => out.write_str("a kid has 1 to 256 bytes and no control characters"),
            Self::TooMany => out.write_str("the set has 16 keys without a name, and no more are tried for a token"),
            Self::Unknown(unknown) => unknown.fmt(out),
            Self::Unmade { algorithm } => write!(out, "keys for {algorithm} are not made here, only imported"),
            Self::Waiting { kid } => write!(out, "the key {kid:?} does not sign yet; wait until it does"),
            Self::Weak { reason } => write!(out, "weak key: {reason}"),
        }
    }
}

impl std::error::Error for KeyError {}

fn taken_by(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::EdDSA => "an Ed25519 key",
        Algorithm::ES256 => "a key on P-256",
        Algorithm::ES384 => "a key on P-384",
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => "a secret",
        _ => "an RSA key of 2048 to 8192 bits",
    }
}

impl From<UnknownAlgorithm> for KeyError {
    fn from(unknown: UnknownAlgorithm) -> Self {
        Self::Unknown(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_plain_sentences() {
        let texts = [
            KeyError::Duplicate { kid: "k\n".into() },
            KeyError::Empty,
            KeyError::Entropy,
            KeyError::Known,
            KeyError::Malformed { line: 1, column: 2 },
            KeyError::Mismatch { algorithm: Algorithm::HS256 },
            KeyError::Missing { kid: "k\n".into() },
            KeyError::Missing { kid: String::new() },
            KeyError::Name,
            KeyError::TooMany,
            KeyError::Unknown(UnknownAlgorithm),
            KeyError::Unmade { algorithm: Algorithm::RS256 },
            KeyError::Waiting { kid: "k\n".into() },
            KeyError::Weak { reason: "x" },
        ]
        .map(|error| error.to_string());
        assert!(texts.iter().all(|text| text.starts_with(char::is_lowercase) && !text.ends_with('.')), "{texts:?}");
        assert!(!texts.concat().contains('\n'));
    }

    #[test]
    fn what_is_missing_or_wanted_is_named() {
        assert_eq!(KeyError::Missing { kid: String::new() }.to_string(), "no key of the set is without a name");
        assert_eq!(KeyError::Missing { kid: "k".into() }.to_string(), "no key of the set is called \"k\"");
        for (algorithm, kind) in [
            (Algorithm::EdDSA, "an Ed25519 key"),
            (Algorithm::ES256, "a key on P-256"),
            (Algorithm::ES384, "a key on P-384"),
            (Algorithm::HS384, "a secret"),
            (Algorithm::PS512, "an RSA key of 2048 to 8192 bits"),
        ] {
            assert!(KeyError::Mismatch { algorithm }.to_string().ends_with(&format!("which takes {kind}")), "{kind}");
        }
    }
}
