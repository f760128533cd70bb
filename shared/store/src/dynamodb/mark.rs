//! Values that are unlike any other: who made this write, and how long to wait so that not all wait alike.

use std::hash::{BuildHasher, RandomState};

/// A name for one intent: 32 hexadecimal digits. Unique, not secret; nothing rests on nobody guessing it, so the hash keys that the
/// standard library draws for its maps are enough, and the store reads no entropy.
pub(crate) fn unique() -> String {
    format!("{:016x}{:016x}", draw(), draw())
}

/// A name among a few: eight hexadecimal digits. Of a hundred no two are alike, but once in a million times.
pub(crate) fn short() -> String {
    format!("{:08x}", below(1 << 32))
}

/// A number below `end`, or zero when `end` is.
pub(crate) fn below(end: u64) -> u64 {
    draw().checked_rem(end).unwrap_or_default()
}

fn draw() -> u64 {
    RandomState::new().hash_one(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn no_two_are_alike() {
        let marks: HashSet<String> = (0..10_000).map(|_| super::unique()).collect();
        assert_eq!(marks.len(), 10_000);
        assert!(marks.iter().all(|mark| mark.len() == 32));
    }
}
