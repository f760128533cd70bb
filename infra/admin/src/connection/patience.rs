//! Work in bulk goes on while the store is throttled or away for a moment.

use crate::ambient;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long one act may fail before its work is given up.
const PATIENCE: Duration = Duration::from_secs(60);
const FIRST_PAUSE_MS: u64 = 100;
const LONGEST_PAUSE_MS: u64 = 5_000;

/// Does an act that is safe to repeat until it succeeds, a little later each time.
///
/// # Errors
/// An item that cannot be read, or a store that was unavailable for a minute.
pub(crate) async fn patiently<T, F>(act: impl Fn() -> F) -> Result<T, store::Error>
where
    F: Future<Output = Result<T, store::Error>>,
{
    let (begun, mut pause) = (Instant::now(), FIRST_PAUSE_MS);
    loop {
        match act().await {
            Err(store::Error::Unavailable { .. }) if begun.elapsed() < PATIENCE => sleep(jittered(pause)).await,
            outcome => return outcome,
        }
        pause = (pause * 2).min(LONGEST_PAUSE_MS);
    }
}

/// Between half of the pause and all of it: what was refused together does not come back together.
fn jittered(pause: u64) -> Duration {
    let [random] = ambient::random::<1>().unwrap_or([u8::MAX]);
    Duration::from_millis(pause / 2 + pause * u64::from(random) / 512)
}
