//! A world with its bounds, and what is there in a moment.

use crate::{
    request::Request,
    sessions::broken::Invariant,
    table::Table,
    terms::{Id, Terms},
};
use std::collections::{BTreeMap, BTreeSet};

/// Where the token comes from with which everything begins.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Origin {
    /// A login: the session has its row.
    Login,
    /// Django, before the move: no row, and an id that names a session.
    Moved,
    /// From elsewhere: no row, and an id that names none.
    Odd,
}

/// A world, and its bounds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct World {
    /// Where the first token comes from.
    pub origin: Origin,
    /// What holds for all requests.
    pub terms: Terms,
    /// For how long the first token lives.
    pub first_lifetime: i64,
    /// Whether somebody copies tokens.
    pub has_thief: bool,
    /// Whether the user, an operator and a deployment act.
    pub has_others: bool,
    /// When time stands still.
    pub last_tick: i64,
    /// How many tokens there are.
    pub tokens: Id,
    /// How many requests are on their way at once.
    pub at_once: usize,
    /// How many answers are lost, of DynamoDB or of the service.
    pub losses: u8,
    /// How many Lambdas die.
    pub crashes: u8,
    /// By how much clocks differ: of Lambdas, and of DynamoDB when it deletes.
    pub skew: i64,
}

/// Who presents a token.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Who {
    /// Its holder.
    Client,
    /// Who copied it.
    Thief,
}

/// A token that was issued.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Issued {
    /// When it expires.
    pub expiry: i64,
    /// The session that its id names.
    pub sid: Option<Id>,
}

/// A request on its way, and what was true when it began.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Pending {
    pub(super) who: Who,
    pub(super) request: Request,
    /// When it began.
    pub(super) began: i64,
    /// What must not get tokens, and which property says so.
    pub(super) dead: Option<Invariant>,
    /// Whether it must get tokens.
    pub(super) is_due: bool,
    /// Why it is a theft, if it is.
    pub(super) theft: Option<Theft>,
}

/// Why the presentation of a token is a theft, by what had happened before.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Theft {
    /// It was followed: too long ago, or more than once, or was answered too often since.
    Reuse,
    /// Its session was logged out too long ago.
    AfterLogout,
}

/// A moment.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct State {
    pub(super) now: i64,
    pub(super) table: Table,
    /// The user's epoch.
    pub(super) epoch: i64,
    pub(super) lifetime: i64,
    pub(super) issued: BTreeMap<Id, Issued>,
    pub(super) next: Id,
    pub(super) pending: Vec<Pending>,
    pub(super) holds: Id,
    pub(super) stolen: BTreeSet<Id>,
    pub(super) losses: u8,
    pub(super) crashes: u8,
    pub(super) history: History,
    /// What has been violated.
    pub broken: BTreeSet<Invariant>,
}

impl World {
    /// The world with the bounds of every test run.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        let terms = Terms { grace: 3, uses: 1, lifetime: 4, longest: None, margin: 2, without: None };
        Self {
            origin,
            terms,
            first_lifetime: 5,
            has_thief: false,
            has_others: false,
            last_tick: 5,
            tokens: 4,
            at_once: 2,
            losses: 1,
            crashes: 1,
            skew: 1,
        }
    }
}

/// How a token was followed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Followed {
    pub(super) successor: Id,
    /// When it was written.
    pub(super) at: i64,
    /// When it was, by the clock of the Lambda, at the beginning of the request.
    pub(super) dated: i64,
}

/// What has happened.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct History {
    /// Which token followed which.
    pub(super) followed: BTreeMap<Id, Followed>,
    /// When the session ends at last.
    pub(super) limit: Option<i64>,
    /// How often each token was presented by its holder.
    pub(super) presented: BTreeMap<Id, u64>,
    /// How often each was answered with the same successor again.
    pub(super) again: BTreeMap<Id, u64>,
    /// Whether the session was ended by name.
    pub(super) is_ended: bool,
    /// When the session was logged out.
    pub(super) logged_out_at: Option<i64>,
    /// Whether all sessions of the user were ended.
    pub(super) is_outlived: bool,
    /// Whether anything has happened for which an honest client may be refused: an end that somebody wanted, a thief, or a client
    /// that came later, or more often, than the grace allows.
    pub(super) is_excused: bool,
    /// Whether anything has happened that may be told as a theft: a thief, or a client that came later, or more often, than the grace
    /// allows.
    pub(super) is_suspect: bool,
    /// How many lines tell of the theft, and how many were to be written when a Lambda died.
    pub(super) told: u8,
    pub(super) untold: u8,
}
