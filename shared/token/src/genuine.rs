//! The id of a token that is genuine, whatever else is wrong with it.

use crate::{check, compact::Compact, keys::key_set::KeySet, rules::Rules};

/// The id of a token that one of the deployment's own `keys` signed, that is in its time at `now` (Unix seconds) and for this audience; it may lack
/// `exp` and be of any type. Simple JWT holds such a token against its blacklist before it looks at either.
#[must_use]
pub fn genuine_id(raw: &str, keys: &KeySet, rules: &Rules, now: i64) -> Option<String> {
    let compact = Compact::parse(raw)?;
    compact.own_verifier(keys, now)?;
    check::id(&compact.claims()?, rules, now).ok()
}
