//! What has begun and has not ended: executions of the function that rotates, and what an operator does.

use crate::rotation::set::{Kid, Set, Times};
use token::Step;

/// An execution on its way.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Run {
    pub(super) version: usize,
    pub(super) step: Step,
    /// The settings that it has read.
    pub(super) times: Times,
    pub(super) call: Call,
}

/// The call that it makes next.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Call {
    /// Asks how far the rotation has come.
    Describe,
    /// Reads the current set, to make the next one of it.
    Read,
    /// Writes what it has made.
    Put(Set),
    /// Reads the current set, to hold the next one against it, and whether to put that in force.
    Check(Set, bool),
    /// Gives the next set up.
    Withdraw,
    /// Moves the label from the version that was checked.
    Move(usize),
}

/// What an operator wants.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Order {
    /// The next key, by hand.
    Rotate,
    /// A stolen key to be dropped.
    Revoke(Kid),
}

/// What he has made of the version that he has read, and has not written yet.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Operation {
    pub(super) from: usize,
    pub(super) next: Set,
    pub(super) order: Order,
}
