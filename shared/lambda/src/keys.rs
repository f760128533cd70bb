//! The keys of one environment: from the settings or from the secret, and beside them those of JWK_URL.

use crate::secret;
use ::keys::{Cache, KeyProvider, Own, Pauses};
use api::Ambient;
use aws_sdk_secretsmanager::config::SharedHttpClient;
use settings::{Deployment, Settings};
use std::sync::Arc;

/// A key that is not known yet is looked for once in ten seconds; without any keys there is nothing to lose.
const PAUSES: Pauses = Pauses { with: 10, without: 1 };

/// The keys as [`provider`] has them, fetched now. Where that fails, the first request tries again.
///
/// # Errors
/// Keys or an address that cannot be used.
pub(crate) async fn start(
    settings: &Settings,
    deployment: &Deployment,
    http: impl FnOnce() -> SharedHttpClient,
) -> Result<KeyProvider, lambda_runtime::Error> {
    let provider = provider(settings, deployment, http)?;
    fetch(&provider).await;
    Ok(provider)
}

/// Fetches the keys before there is a request. Where that fails, the first request tries again.
pub(crate) async fn fetch(provider: &KeyProvider) {
    // Logged already.
    _ = provider.at(Ambient::time(), || None).await;
}

/// The keys of the settings, else those of the secret, which the first request fetches over `http`.
///
/// # Errors
/// Keys or an address that cannot be used.
pub(crate) fn provider(
    settings: &Settings,
    deployment: &Deployment,
    http: impl FnOnce() -> SharedHttpClient,
) -> Result<KeyProvider, lambda_runtime::Error> {
    let own = match settings.keys()? {
        Some(set) => Own::from(set),
        None => Own::Kept(Arc::new(Cache::new(secret::fetch(deployment, settings.policy(), http()), PAUSES))),
    };
    Ok(KeyProvider::new(Some(own), settings.jwk_url.as_deref(), settings.algorithm)?)
}
