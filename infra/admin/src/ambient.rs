//! The clock and the entropy of the command line, read here alone.

use crate::fault::Fault;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Builder;

/// Unix seconds.
pub(crate) fn now() -> i64 {
    i64::try_from(since_epoch().as_secs()).unwrap_or(i64::MAX)
}

/// Fresh random bytes.
pub(crate) fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], Fault> {
    let mut bytes = [0; LENGTH];
    fill(&mut bytes).map_err(|_| Fault::unavailable("the operating system returned no random bytes"))?;
    Ok(bytes)
}

/// The id of a new user: UUID version 7 (RFC 9562), which sorts by the time of creation.
pub(crate) fn user_id() -> Result<String, Fault> {
    let millis = u64::try_from(since_epoch().as_millis()).unwrap_or(u64::MAX);
    Ok(Builder::from_unix_timestamp_millis(millis, &random()?).into_uuid().to_string())
}

#[expect(clippy::disallowed_methods, reason = "the one place of the command line that reads the clock")]
fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "the one place of the command line that draws randomness")]
fn fill(bytes: &mut [u8]) -> Result<(), getrandom::Error> {
    getrandom::fill(bytes)
}
