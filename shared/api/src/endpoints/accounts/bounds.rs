//! How many mails of a kind an address gets and a caller causes, and how many accounts a caller makes: known or not, the same holds,
//! so that a 429 tells nothing about who has an account.

use crate::{call::Call, log, problem::Problem};
use store::{MailKind, counted};

/// For how long, in seconds, something is counted after the first time.
const WINDOW: i64 = 3_600;

/// Mails of one kind to one address in a window.
const TO_ADDRESS: u64 = 5;

/// Mails and accounts that one caller causes in a window.
const OF_CALLER: u64 = 20;

/// Counts a mail to an address that the caller asks for, or says how long to wait. One read and two writes.
pub(crate) async fn mail_to(address: &str, kind: MailKind, call: &Call<'_>) -> Result<(), Problem> {
    let caller = counted::mails_of_caller(ip(call));
    count(&[(counted::mails_to(address, kind), TO_ADDRESS), (caller, OF_CALLER)], call).await
}

/// Counts an account that the caller makes, or says how long to wait. One read and one write.
pub(crate) async fn registration(call: &Call<'_>) -> Result<(), Problem> {
    count(&[(counted::registrations(ip(call)), OF_CALLER)], call).await
}

fn ip<'c>(call: &'c Call<'_>) -> &'c str {
    call.caller.ip.as_deref().unwrap_or_default()
}

/// Looks first, so that whoever is refused makes nobody wait longer.
async fn count(bounds: &[(String, u64)], call: &Call<'_>) -> Result<(), Problem> {
    let (store, now) = (&call.service.store, call.ambient.now);
    let keys: Vec<&String> = bounds.iter().map(|(key, _)| key).collect();
    let before = store.failures(&keys, now).await?;
    if before.iter().zip(bounds).any(|(tries, (_, most))| tries.count >= *most) {
        return Err(refused(before.iter().map(|tries| tries.ends_at).max().unwrap_or(now), call));
    }
    let counts = bounds.iter().map(|(key, _)| store.count_within(key, WINDOW, now));
    let after = futures_util::future::try_join_all(counts).await?;
    if after.iter().zip(bounds).any(|(tries, (_, most))| tries.count > *most) {
        return Err(refused(after.iter().map(|tries| tries.ends_at).max().unwrap_or(now), call));
    }
    Ok(())
}

fn refused(until: i64, call: &Call<'_>) -> Problem {
    log::mails_bounded(call);
    Problem::Throttled(until.saturating_sub(call.ambient.now).max(1))
}
