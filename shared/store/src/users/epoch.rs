//! The date of an end of all sessions.

/// How far ahead of its clock an end of all sessions is dated, in seconds: what an act may take ([`BUDGET`](crate::dynamodb::budget::BUDGET)),
/// and the rest of a second. A login that read the user before the end began before it, and so before that date.
const AHEAD: i64 = 3;

/// The epoch of a user whose sessions all end at `now`, and whose epoch was `was`: it always grows.
pub(crate) fn epoch_after(now: i64, was: i64) -> i64 {
    now.saturating_add(AHEAD).max(was.saturating_add(1))
}
