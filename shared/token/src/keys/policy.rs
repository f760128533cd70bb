//! The times of a key's life, and what new keys are for.

use crate::{keys::algorithm::Algorithm, rules::Rules};

/// The times that decide when a key begins and when one ends, in seconds, and what new keys are for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    /// What new keys are made for.
    pub algorithm: Algorithm,
    /// How long it takes at most until a set that is made now can be fetched. Nothing, where it is written at once.
    pub delay: i64,
    /// Whether a secret beside each published key signs the tokens that are renewed.
    pub hides_refresh: bool,
    /// How far clocks may differ.
    pub skew: i64,
    /// How long a token may live.
    pub longest_lifetime: i64,
}

impl Policy {
    /// How long, in seconds, a host uses a set before it fetches it again.
    pub const FRESH: i64 = 5 * 60;
    /// How long, in seconds, a host goes on with a set that it cannot fetch again.
    pub const BOUND: i64 = 60 * 60;
    /// How long, in seconds, anyone may keep the published set (`Cache-Control: max-age`).
    pub const MAX_AGE: i64 = 5 * 60;

    /// The policy for tokens under `rules`, with a new set in force at once, and one key for all tokens.
    #[must_use]
    pub fn new(algorithm: Algorithm, rules: &Rules) -> Self {
        let (skew, longest_lifetime) = (60 + rules.leeway, rules.longest_lifetime);
        Self { algorithm, delay: 0, hides_refresh: false, skew, longest_lifetime }
    }

    /// How long before its first signature a key is made: until every cache of sets and of published sets has it.
    #[must_use]
    pub fn lead(&self) -> i64 {
        self.delay + Self::FRESH + Self::MAX_AGE + self.skew
    }

    /// How long after the time to sign of an old key its last token dies: a host that cannot fetch signs on with it.
    /// It may have signed for a longer lifetime than today's, and that token is good as long as it says.
    pub(crate) fn tail(&self, signed_for: Option<i64>) -> i64 {
        let longest = signed_for.map_or(self.longest_lifetime, |longest| longest.max(self.longest_lifetime));
        Self::BOUND.saturating_add(longest).saturating_add(self.skew)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_used_for_five_minutes_kept_for_five_by_others_and_good_through_an_hour() {
        assert_eq!((Policy::FRESH, Policy::MAX_AGE, Policy::BOUND), (300, 300, 3600));
    }
}
