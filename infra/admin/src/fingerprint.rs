//! Texts as numbers: of a million of them few enough bytes are kept.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Sixty-four bits that stand for a value: of ten million, no two are the same, but for one chance in 300 000.
pub(crate) fn fingerprint(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
