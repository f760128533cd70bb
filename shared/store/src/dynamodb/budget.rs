//! How long an act may take.

use crate::error::Error;
use std::time::Duration;

/// The most time that one act may take, retries and back-offs included.
pub(crate) const BUDGET: Duration = Duration::from_secs(2);

/// Ends an act that needs several calls when its time is up. A single call is bounded by its client.
pub(crate) async fn within_budget<T>(act: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    within(BUDGET, act).await
}

/// Ends an act when the time that it has is up.
pub(crate) async fn within<T>(budget: Duration, act: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match tokio::time::timeout(budget, act).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::unavailable("no answer in time")),
    }
}
