//! The keys of one environment: from the settings or from the secret, and beside them those of JWK_URL.

use std::sync::Arc;

use ::keys::{Cache, Pauses, Published};
use api::Ambient;
use aws_sdk_secretsmanager::config::SharedHttpClient;
use settings::{Deployment, Settings};
use token::KeySet;

use crate::secret;

/// A key that is not known yet is looked for once in ten seconds; without any keys there is nothing to lose.
const PAUSES: Pauses = Pauses { with: 10, without: 1 };

/// The keys of one environment.
pub(crate) struct Keys {
    own: Own,
    foreign: Option<Published>,
}

enum Own {
    /// From the settings; they end with the environment.
    Fixed(Arc<KeySet>),
    /// From a secret that changes.
    Kept(Arc<Cache>),
}

impl Keys {
    /// The keys of the settings, else those of the secret, which are fetched now over `http`. Where that fails, the first
    /// request tries again.
    ///
    /// # Errors
    /// Keys or an address that cannot be used.
    pub(crate) async fn start(
        settings: &Settings,
        deployment: &Deployment,
        http: impl FnOnce() -> SharedHttpClient,
    ) -> Result<Self, lambda_runtime::Error> {
        let foreign = settings.jwk_url.as_deref().map(|url| Published::at(url, settings.algorithm)).transpose()?;
        if let Some(set) = settings.keys()? {
            return Ok(Self { own: Own::Fixed(Arc::new(set)), foreign });
        }
        let cache = Cache::new(secret::fetch(deployment, http()), PAUSES);
        cache.renew(Ambient::time()).await;
        Ok(Self { own: Own::Kept(Arc::new(cache)), foreign })
    }

    /// The set to use at `now`, for a request of which `named` says the key that it names. Keys that never change are not
    /// looked for.
    ///
    /// # Errors
    /// When the own keys could not be fetched within the bound; says so for the log.
    pub(crate) async fn at(
        &self,
        now: i64,
        named: impl FnOnce() -> Option<String>,
    ) -> Result<Arc<KeySet>, &'static str> {
        match (&self.own, &self.foreign) {
            (Own::Fixed(set), None) => Ok(Arc::clone(set)),
            (own, None) => own.at(now, named().as_deref()).await,
            (own, Some(foreign)) => {
                let named = named();
                let kid = named.as_deref();
                // A key that is known to be another's is not looked for in the secret.
                let own = own.at(now, kid.filter(|kid| !foreign.knows(kid, now))).await?;
                Ok(Arc::new(foreign.beside(&own, now, kid).await))
            }
        }
    }
}

impl Own {
    async fn at(&self, now: i64, kid: Option<&str>) -> Result<Arc<KeySet>, &'static str> {
        match self {
            Self::Fixed(set) => Ok(Arc::clone(set)),
            Self::Kept(cache) => cache.at(now, kid).await,
        }
    }
}
