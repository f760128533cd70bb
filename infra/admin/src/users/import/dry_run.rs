//! What a dry run keeps of the users whom it would have created: the rows that follow would meet them.

use crate::users::import::{
    keys::Keys,
    outcome::{BY_CASE, RowOutcome},
};
use std::collections::HashSet;
use store::User;

/// Of each user three numbers: the id, the name, and that they belong together. A million users take 38 MB.
pub(super) struct DryRun(HashSet<u64>);

impl DryRun {
    /// Nobody yet, and room for so many users: a set that grows is there twice while it moves.
    pub(super) fn with_room_for(users: u64) -> Self {
        Self(HashSet::with_capacity(usize::try_from(users * 3).unwrap_or_default()))
    }

    pub(super) fn add(&mut self, keys: &Keys) {
        self.0.extend([keys.id, keys.name, keys.pair()]);
    }

    /// What becomes of a user who meets one of them.
    pub(super) fn outcome(&self, keys: &Keys, user: &User) -> Option<RowOutcome> {
        let is_met = |key| self.0.contains(&key);
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
