//! All keys that count: one's own, and beside them those of another issuer.

use crate::{cache::Cache, published::Published};
use std::sync::Arc;
use token::{Algorithm, KeySet};

/// Where one's own keys come from.
pub enum Own {
    /// Fetched, and kept for a while.
    Kept(Arc<Cache>),
    /// At hand, as they are now.
    Known(Box<dyn Fn() -> Arc<KeySet> + Send + Sync>),
}

/// The keys of one host: its own, if it has any, and those that another issuer publishes, if it trusts one.
pub struct KeyProvider {
    own: Option<Own>,
    foreign: Option<Published>,
}

impl From<KeySet> for Own {
    /// Keys that stay what they are.
    fn from(set: KeySet) -> Self {
        let set = Arc::new(set);
        Self::Known(Box::new(move || Arc::clone(&set)))
    }
}

impl KeyProvider {
    /// The keys `own`, and beside them those at `jwk_url` for tokens of one algorithm.
    ///
    /// # Errors
    /// An address that cannot be used; says so in words.
    pub fn new(own: Option<Own>, jwk_url: Option<&str>, algorithm: Algorithm) -> Result<Self, String> {
        Ok(Self { own, foreign: jwk_url.map(|url| Published::at(url, algorithm)).transpose()? })
    }

    /// The set to use at `now` (Unix seconds), for a request of which `named` says the key that it names; nobody is asked
    /// that where no key has to be looked for.
    ///
    /// # Errors
    /// When keys without which nothing can be said could not be fetched within the bound; says so for the log.
    pub async fn at(&self, now: i64, named: impl FnOnce() -> Option<String>) -> Result<Arc<KeySet>, &'static str> {
        match (&self.own, &self.foreign) {
            (Some(Own::Known(set)), None) => Ok(set()),
            (Some(own), None) => own.at(now, named().as_deref()).await,
            (Some(own), Some(foreign)) => {
                let named = named();
                let kid = named.as_deref();
                // A key that is known to be another's is not looked for among one's own.
                let own = own.at(now, kid.filter(|kid| !foreign.knows(kid, now))).await?;
                Ok(Arc::new(foreign.beside(&own, now, kid).await))
            }
            (None, Some(foreign)) => foreign.alone(now, named().as_deref()).await,
            (None, None) => Err("there are no keys"),
        }
    }
}

impl Own {
    async fn at(&self, now: i64, kid: Option<&str>) -> Result<Arc<KeySet>, &'static str> {
        match self {
            Self::Kept(cache) => cache.at(now, kid).await,
            Self::Known(set) => Ok(set()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cache::Pauses,
        issuer::{Issuer, key, ok},
    };
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A provider over a cache whose fetches are counted, beside an issuer of the key `theirs`.
    async fn provider() -> (KeyProvider, Arc<AtomicUsize>) {
        let issuer = Issuer::answering(ok(&key("theirs", 2).jwks(0).to_string())).await;
        let fetches = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&fetches);
        let fetch = Box::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
            let own: std::pin::Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async { Ok(key("own", 1)) });
            own
        });
        let own = Own::Kept(Arc::new(Cache::new(fetch, Pauses { with: 10, without: 1 })));
        (KeyProvider::new(Some(own), Some(&issuer.url()), Algorithm::ES256).unwrap(), fetches)
    }

    async fn trusts(provider: &KeyProvider, now: i64, kid: &str) -> bool {
        let keys = provider.at(now, || Some(kid.to_owned())).await.unwrap();
        keys.verifiers(Some(kid), Algorithm::ES256, now).next().is_some()
    }

    #[tokio::test]
    async fn a_key_that_is_known_to_be_anothers_is_not_looked_for_among_ones_own() {
        let (provider, fetches) = provider().await;
        assert!(trusts(&provider, 0, "own").await && trusts(&provider, 0, "theirs").await);
        let before = fetches.load(Ordering::SeqCst);
        assert!(trusts(&provider, 20, "theirs").await);
        assert_eq!(fetches.load(Ordering::SeqCst), before);
        assert!(!trusts(&provider, 20, "nobody's").await);
        assert_eq!(fetches.load(Ordering::SeqCst), before + 1);
    }

    #[tokio::test]
    async fn keys_at_hand_need_no_name() {
        let provider = KeyProvider::new(Some(key("own", 1).into()), None, Algorithm::ES256).unwrap();
        assert!(provider.at(0, || panic!("nobody has to be asked")).await.unwrap().knows("own"));
        let nothing = KeyProvider::new(None, None, Algorithm::ES256).unwrap();
        assert!(nothing.at(0, || None).await.is_err());
    }
}
