//! The terms of the rule by which keys follow one another, each of which can be left out.

/// A term of the rule: without it some property must break.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Term {
    /// A next key waits while hosts go on with the set that they have.
    Fresh,
    /// It waits while others go on with what was published.
    MaxAge,
    /// It waits for clocks that are ahead.
    Skew,
    /// It waits for the four steps.
    Delay,
    /// A set that waited for longer than that is given up.
    Late,
    /// An old key verifies while a host that cannot fetch signs on with it.
    Bound,
    /// It verifies as long as its tokens live.
    Longest,
    /// A key remembers for how long its tokens live, when lifetimes are made shorter.
    Remembered,
    /// A set that lacks a key whose tokens are good is given up.
    Loses,
    /// A set that has more than one new key is given up.
    Stale,
    /// The label moves only from the version that a step has checked.
    FinishFrom,
    /// An operator's set replaces only the version that he has read.
    ReplaceFrom,
    /// A key is published before it signs.
    PublishedAhead,
    /// An old key has an end.
    Ends,
    /// A stolen key is dropped, not followed.
    Dropped,
    /// A key that waits signs at once where no other does.
    Opened,
}

/// Every term.
pub const ALL_TERMS: [Term; 16] = [
    Term::Fresh,
    Term::MaxAge,
    Term::Skew,
    Term::Delay,
    Term::Late,
    Term::Bound,
    Term::Longest,
    Term::Remembered,
    Term::Loses,
    Term::Stale,
    Term::FinishFrom,
    Term::ReplaceFrom,
    Term::PublishedAhead,
    Term::Ends,
    Term::Dropped,
    Term::Opened,
];
