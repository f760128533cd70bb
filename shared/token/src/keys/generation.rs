//! The keys that are made together, take turns together and end together.

use crate::keys::{
    algorithm::Algorithm,
    generate::{Entropy, derived},
    key::Key,
    key_error::KeyError,
    policy::Policy,
};

impl Key {
    /// A new key under the name that it should have: the thumbprint of its public half (RFC 7638), or a random one for a
    /// secret.
    ///
    /// # Errors
    /// As [`Key::generate`].
    pub fn fresh(algorithm: Algorithm, entropy: &Entropy) -> Result<Self, KeyError> {
        let (name, material) = entropy.split_first_chunk().ok_or(KeyError::Entropy)?;
        let kid = Self::generate(algorithm, None, material)?.thumbprint().unwrap_or_else(|| crate::jti::jti(*name));
        Self::generate(algorithm, Some(kid), material)
    }

    /// The secret for tokens that are renewed beside this key, which the settings hold by itself; `None` for a secret,
    /// which nobody publishes, and for what only verifies. Equal keys give equal secrets, so that every process has the
    /// same.
    ///
    /// # Errors
    /// As [`Key::generate`].
    pub fn refresh_secret(&self) -> Result<Option<Self>, KeyError> {
        if self.algorithm().is_symmetric() || self.is_verify_only() {
            return Ok(None);
        }
        let secret = Self::fresh(Algorithm::HS256, &derived(self.source(), REFRESH)?)?;
        Ok(Some(secret.for_refresh()))
    }
}

/// What the bytes are derived for of which a secret for tokens that are renewed is made.
const REFRESH: &str = "tokens that are renewed";

/// A key that is to sign, and beside one that is published the secret for tokens that are renewed, where `policy` wants
/// one. Who has a published key's private half cannot compute that secret: a part of `entropy` is in no other key.
pub(crate) fn generation(key: Key, policy: &Policy, entropy: &Entropy) -> Result<Vec<Key>, KeyError> {
    let longest = Some(policy.longest_lifetime);
    let key = key.for_lifetime(longest);
    if !policy.hides_refresh || key.algorithm().is_symmetric() {
        return Ok(vec![key]);
    }
    Ok(vec![key, secret(entropy)?.for_lifetime(longest)])
}

/// A new secret for tokens that are renewed.
pub(crate) fn secret(entropy: &Entropy) -> Result<Key, KeyError> {
    Ok(Key::fresh(Algorithm::HS256, &derived(entropy, REFRESH)?)?.for_refresh())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::made;

    #[test]
    fn a_published_key_has_one_secret_for_tokens_that_are_renewed() {
        let secret = |key: &Key| key.refresh_secret().unwrap();
        let (key, other) = (made(Algorithm::EdDSA, "k", 1), made(Algorithm::EdDSA, "k", 2));
        let first = secret(&key).unwrap();
        assert!(first.is_for_refresh() && first.algorithm() == Algorithm::HS256);
        assert!(first.is_same(&secret(&key).unwrap()) && !first.is_same(&secret(&other).unwrap()));
        assert!(secret(&made(Algorithm::HS256, "k", 1)).is_none(), "nobody publishes a secret");
        assert!(secret(&key.verify_only()).is_none());
    }
}
