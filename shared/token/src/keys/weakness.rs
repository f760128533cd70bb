//! What is wrong with a secret that could be guessed, or falls short of its hash.

use crate::{
    keys::{algorithm::Algorithm, key::Key, key_error::KeyError},
    known::is_known_secret,
};
use std::fmt;

/// What is wrong with a secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Weakness {
    /// It is on public lists of JWT secrets.
    Known,
    /// It has fewer than [`Weakness::SHORTEST`] bytes.
    Short,
    /// It has fewer bytes than the hash of HS384 or HS512, which RFC 7518 section 3.2 forbids.
    ShorterThanItsHash,
}

impl Weakness {
    /// The fewest bytes of a secret that signs, as HS256 demands (RFC 7518 section 3.2).
    pub const SHORTEST: usize = 32;

    /// Whether it could be guessed: whoever does can issue tokens for anybody.
    #[must_use]
    pub fn is_guessable(self) -> bool {
        self != Self::ShorterThanItsHash
    }

    /// What is wrong, said of a secret.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Known => "the secret is on public lists of JWT secrets",
            Self::Short => "a secret that signs has at least 32 bytes",
            Self::ShorterThanItsHash => "the secret is shorter than its hash: HS384 wants 48 bytes, HS512 64",
        }
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.reason())
    }
}

impl Key {
    /// Whether it is a secret that could be guessed: shorter than HS256 demands (RFC 7518 section 3.2), or on public lists.
    /// A set takes such a one only to verify.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.weakness().is_some_and(Weakness::is_guessable)
    }

    /// What is wrong with it; `None` for a good secret, and for every key that is not a secret.
    #[must_use]
    pub fn weakness(&self) -> Option<Weakness> {
        match self.source() {
            _ if !self.algorithm().is_symmetric() => None,
            secret if is_known_secret(secret) => Some(Weakness::Known),
            secret if secret.len() < Weakness::SHORTEST => Some(Weakness::Short),
            secret if secret.len() < hash_size(self.algorithm()) => Some(Weakness::ShorterThanItsHash),
            _ => None,
        }
    }

    /// # Errors
    /// [`KeyError::Weak`] for a secret that signs and could be guessed.
    pub(crate) fn check_strength(&self) -> Result<(), KeyError> {
        match self.weakness().filter(|weakness| weakness.is_guessable() && !self.is_verify_only()) {
            Some(weakness) => Err(KeyError::Weak { reason: weakness.reason() }),
            None => Ok(()),
        }
    }
}

fn hash_size(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::HS384 => 48,
        Algorithm::HS512 => 64,
        _ => 32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weakness(algorithm: Algorithm, secret: &str) -> Option<Weakness> {
        Key::hmac(None, algorithm, secret.as_bytes()).unwrap().weakness()
    }

    #[test]
    fn a_secret_is_as_long_as_its_hash() {
        let text = "0a1b2c3d4e5f6g7h8i9j0kAlBmCnDoEpFqGrHsItJuKvLwMxNyOzPaQbRcSdTeUfVgWh";
        let at = |algorithm, length| weakness(algorithm, &text.chars().take(length).collect::<String>());
        assert_eq!((at(Algorithm::HS256, 31), at(Algorithm::HS256, 32)), (Some(Weakness::Short), None));
        let short = Some(Weakness::ShorterThanItsHash);
        assert_eq!((at(Algorithm::HS384, 47), at(Algorithm::HS384, 48)), (short, None));
        assert_eq!((at(Algorithm::HS512, 63), at(Algorithm::HS512, 64)), (short, None));
    }

    #[test]
    fn a_secret_that_falls_short_of_its_hash_alone_is_not_guessable() {
        let key =
            |algorithm, length| Key::hmac(None, algorithm, &b"0a1b2c3d4e5f6g7h8i9j0kAlBmCnDoEpFq"[..length]).unwrap();
        assert!(key(Algorithm::HS256, 31).is_weak() && !key(Algorithm::HS256, 32).is_weak());
        assert_eq!(key(Algorithm::HS512, 32).weakness(), Some(Weakness::ShorterThanItsHash));
        assert!(!key(Algorithm::HS512, 32).is_weak());
    }

    #[test]
    fn what_is_weak_is_told_in_words() {
        for weakness in [Weakness::Known, Weakness::Short, Weakness::ShorterThanItsHash] {
            assert!(weakness.to_string().contains("secret") && weakness.to_string() == weakness.reason(), "{weakness}");
        }
    }

    #[test]
    fn a_known_secret_is_one_at_any_length() {
        let known = ["your-256-bit-secret", "THIS_SHOULD_NEVER_BE_THE_KEY_IN_PRODUCTION"];
        assert!(known.iter().all(|secret| weakness(Algorithm::HS256, secret) == Some(Weakness::Known)));
    }
}
