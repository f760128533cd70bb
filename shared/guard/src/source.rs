//! Where the keys come from: from the settings, and from whoever publishes theirs under JWK_URL.

use keys::KeyProvider;
use settings::Settings;
use std::fmt;

/// Why there is no guard.
#[derive(Debug, PartialEq, Eq)]
pub enum GuardError {
    /// A key or an address that cannot be used; says why.
    Keys(String),
    /// The settings name no keys.
    NoKeys,
    /// The settings ask for session or user, and there is no store to look into.
    NoStore,
}

impl fmt::Display for GuardError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys(cause) => out.write_str(cause),
            Self::NoKeys => out.write_str("no keys: set SIGNING_KEY, VERIFYING_KEY or JWK_URL"),
            Self::NoStore => out.write_str("these settings ask for session or user: the guard needs a store"),
        }
    }
}

impl std::error::Error for GuardError {}

/// The keys that verify: of the settings, and of whoever publishes theirs under JWK_URL.
pub(crate) fn provider(settings: &Settings) -> Result<KeyProvider, GuardError> {
    let own = settings.keys().map_err(|faults| GuardError::Keys(faults.to_string()))?;
    api::warn_of_settings(settings);
    if own.is_none() && settings.jwk_url.is_none() {
        return Err(GuardError::NoKeys);
    }
    KeyProvider::new(own.map(Into::into), settings.jwk_url.as_deref(), settings.algorithm).map_err(GuardError::Keys)
}
