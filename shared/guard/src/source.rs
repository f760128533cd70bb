//! Where the keys come from: from the settings, and from whoever publishes theirs under JWK_URL.

use std::{fmt, sync::Arc};

use keys::Published;
use settings::Settings;
use token::KeySet;

/// Why there is no guard.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// A key or an address that cannot be used; says why.
    Keys(String),
    /// The settings name no keys.
    NoKeys,
    /// The settings ask for session or user, and there is no store to look into.
    NoStore,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys(cause) => out.write_str(cause),
            Self::NoKeys => out.write_str("no keys: set SIGNING_KEY, VERIFYING_KEY or JWK_URL"),
            Self::NoStore => out.write_str("these settings ask for session or user: the guard needs a store"),
        }
    }
}

impl std::error::Error for Fault {}

/// The keys that verify.
pub(crate) enum Source {
    Both(KeySet, Published),
    Own(Arc<KeySet>),
    Published(Published),
}

impl Source {
    pub(crate) fn of(settings: &Settings) -> Result<Self, Fault> {
        let own = settings.keys().map_err(|faults| Fault::Keys(faults.to_string()))?;
        let published = settings.jwk_url.as_deref().map(|url| Published::at(url, settings.algorithm)).transpose();
        match (own, published.map_err(Fault::Keys)?) {
            (Some(own), Some(published)) => Ok(Self::Both(own, published)),
            (Some(own), None) => Ok(Self::Own(Arc::new(own))),
            (None, Some(published)) => Ok(Self::Published(published)),
            (None, None) => Err(Fault::NoKeys),
        }
    }

    /// The set for a request whose token may name a key by `kid`.
    pub(crate) async fn at(&self, now: i64, kid: Option<&str>) -> Result<Arc<KeySet>, &'static str> {
        match self {
            Self::Both(own, published) => Ok(Arc::new(published.beside(own, now, kid).await)),
            Self::Own(own) => Ok(Arc::clone(own)),
            Self::Published(published) => published.alone(now, kid).await,
        }
    }
}
