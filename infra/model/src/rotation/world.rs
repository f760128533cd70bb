//! A world with its bounds, and what is there in a moment.

use crate::rotation::{
    broken::Broken,
    on_its_way::{Operation, Run},
    set::{Kid, Set, Times, ticks},
    terms::Term,
};
use std::collections::{BTreeMap, BTreeSet};
use token::{Policy, Step};

/// For how long a host uses a set without fetching it again, in ticks, as all times here.
pub(super) const FRESH: i64 = ticks(Policy::FRESH);
/// For how long it goes on with a set where it cannot.
pub(super) const BOUND: i64 = ticks(Policy::BOUND);
/// For how long others go on with what was published.
pub(super) const MAX_AGE: i64 = ticks(Policy::MAX_AGE);
/// By how much clocks differ.
pub(super) const SKEW: i64 = 2;
/// How long the four steps may take.
pub(super) const DELAY: i64 = 2;
/// For how long Secrets Manager asks for them: longer than they may take.
pub(super) const PATIENCE: i64 = DELAY + 2;

/// A world, and its bounds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct World {
    /// How many rotations Secrets Manager begins.
    pub rotations: u8,
    /// How many an operator makes by hand.
    pub by_hand: u8,
    /// How many keys an operator revokes.
    pub revocations: u8,
    /// How many deployments make lifetimes shorter.
    pub deployments: u8,
    /// How many Lambdas die in the middle of a step.
    pub crashes: u8,
    /// How often Secrets Manager asks again for what was done.
    pub repeats: u8,
    /// How many executions of the function run at once.
    pub at_once: usize,
    /// How long tokens live, and after a deployment.
    pub lifetimes: (i64, i64),
    /// Whether the clock of the function that rotates is ahead.
    pub is_ahead: bool,
    /// When Secrets Manager begins the last of them at the latest.
    pub last_start: i64,
    /// When time stands still.
    pub last_tick: i64,
    /// What is left out, to see that it is needed.
    pub without: Option<Term>,
}

/// What is there, and what was.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct State {
    pub(super) now: i64,
    pub(super) versions: Vec<Version>,
    /// Which versions were current since when, oldest first, as far as a host may still hold one.
    pub(super) served: Vec<(i64, usize)>,
    /// The last rotation.
    pub(super) rotation: Option<Rotation>,
    pub(super) runs: Vec<Run>,
    pub(super) operation: Option<Operation>,
    pub(super) lifetime: i64,
    /// What may still happen.
    pub(super) left: Left,
    /// How many keys were made after the first.
    pub(super) seeds: Kid,
    pub(super) lives: BTreeMap<Kid, Life>,
    pub(super) broken: BTreeSet<Broken>,
}

/// A rotation as Secrets Manager knows it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Rotation {
    pub(super) version: usize,
    pub(super) began: i64,
    /// The step that it asks for next; `None` after the last.
    pub(super) due: Option<Step>,
}

/// A version of the secret.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Version {
    pub(super) set: Option<Set>,
    pub(super) is_pending: bool,
}

/// How often something may still happen.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Left {
    pub(super) rotations: u8,
    pub(super) by_hand: u8,
    pub(super) revocations: u8,
    pub(super) deployments: u8,
    pub(super) crashes: u8,
    pub(super) repeats: u8,
}

/// What has happened to a key, whatever the sets say.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Life {
    /// When the last token expires that it can have signed.
    pub(super) reach: Option<i64>,
    /// When nothing that it signed can be good any more.
    pub(super) over: Option<i64>,
    /// When it was revoked.
    pub(super) revoked: Option<i64>,
    /// When a revocation let it sign before everybody could know it.
    pub(super) hurried: Option<i64>,
}

impl World {
    /// One rotation, and nobody who disturbs it.
    #[must_use]
    pub fn new() -> Self {
        Self {
            rotations: 1,
            by_hand: 0,
            revocations: 0,
            deployments: 0,
            crashes: 1,
            repeats: 1,
            at_once: 1,
            lifetimes: (10, 10),
            is_ahead: false,
            last_start: 12,
            last_tick: 52,
            without: None,
        }
    }

    /// The times of new keys, without the term that is left out. `delay` is [`DELAY`] for the function, and nothing for an operator.
    pub(super) fn times(&self, lifetime: i64, delay: i64) -> Times {
        let removed = |term: Term, ticks: i64| if self.without == Some(term) { ticks } else { 0 };
        let lead = removed(Term::Fresh, FRESH) + removed(Term::MaxAge, MAX_AGE) + removed(Term::Skew, SKEW);
        let tail = removed(Term::Bound, BOUND) + removed(Term::Longest, lifetime);
        Times { delay: delay - lead - removed(Term::Delay, delay), skew: SKEW, longest: lifetime - tail }
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    pub(super) fn current(&self) -> usize {
        self.served.last().map_or(0, |(_, version)| *version)
    }

    pub(super) fn set(&self, version: usize) -> Option<&Set> {
        self.versions.get(version)?.set.as_ref()
    }

    /// A key set takes over.
    pub(super) fn put_in_force(&mut self, version: usize) {
        self.served.push((self.now, version));
    }

    /// What the next key is made of.
    pub(super) fn seed(&self) -> Kid {
        self.seeds + 1
    }
}
