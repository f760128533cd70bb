//! What a dry run keeps of the users whom it would have created: the rows that follow would meet them.

use crate::users::import::{
    keys::Keys,
    outcome::{BY_CASE, RowOutcome},
};
use std::collections::HashSet;
use store::User;

/// Numbers of each user: the id, the name, that they belong together, and the address. A million users take 57 MB.
pub(super) struct DryRun {
    users: HashSet<u64>,
    addresses: HashSet<u64>,
}

impl DryRun {
    /// Nobody yet, and room for so many users: a set that grows is there twice while it moves.
    pub(super) fn with_room_for(users: u64) -> Self {
        let room = |numbers: u64| HashSet::with_capacity(usize::try_from(users * numbers).unwrap_or_default());
        Self { users: room(3), addresses: room(1) }
    }

    /// Adds a user; says whether the address is the first of its kind, or none.
    pub(super) fn add(&mut self, keys: &Keys) -> bool {
        self.users.extend([keys.id, keys.name, keys.pair()]);
        keys.email.is_none_or(|address| self.addresses.insert(address))
    }

    /// What becomes of a user who meets one of them.
    pub(super) fn outcome(&self, keys: &Keys, user: &User) -> Option<RowOutcome> {
        let is_met = |key| self.users.contains(&key);
        if is_met(keys.pair()) {
            return Some(RowOutcome::Present);
        }
        let reason = if is_met(keys.id) {
            format!("has the id {:?} of an earlier row", user.id)
        } else if is_met(keys.name) {
            format!("has the username {:?}, and so has an earlier row{BY_CASE}", user.username)
        } else {
            return None;
        };
        Some(RowOutcome::Bad(reason))
    }
}
