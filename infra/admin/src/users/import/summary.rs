//! What an import did, row by row and in all.

use crate::{answer::Answer, dump::Row};
use serde_json::json;
use std::collections::BTreeMap;

/// What became of one row.
pub(super) enum Fate {
    /// Not taken over, and why not.
    Bad(String),
    /// A new user.
    Created,
    /// There already, and left as it is.
    Present,
}

/// What became of all of them.
pub(super) struct Summary {
    created: usize,
    present: usize,
    /// Index in the file, and the reason.
    bad: Vec<(usize, String)>,
    /// New users, by the reason why their hash can never match.
    locked_out: BTreeMap<String, usize>,
    /// Objects of other models.
    skipped: BTreeMap<String, usize>,
}

impl Summary {
    pub(super) fn new(skipped: BTreeMap<String, usize>) -> Self {
        Self { created: 0, present: 0, bad: Vec::new(), locked_out: BTreeMap::new(), skipped }
    }

    pub(super) fn count(&mut self, row: &Row, fate: Fate) {
        match fate {
            Fate::Bad(reason) => self.bad.push((row.index, reason)),
            Fate::Created => self.count_created(row),
            Fate::Present => self.present += 1,
        }
    }

    pub(super) fn answer(self, dry_run: bool) -> Answer {
        let bad: Vec<_> = self.bad.iter().map(|(index, reason)| json!({"index": index, "reason": reason})).collect();
        let json = json!({
            "dry_run": dry_run,
            "created": self.created,
            "already_there": self.present,
            "refused": bad,
            "unverifiable": self.locked_out,
            "skipped": self.skipped,
        });
        Answer { text: self.text(dry_run), json, refused: !self.bad.is_empty() }
    }

    /// A hash is taken over even if nobody will be able to log in with it: nothing of the dump is lost, and it is said.
    fn count_created(&mut self, row: &Row) {
        self.created += 1;
        if let Some(Err(reason)) = row.user.as_ref().ok().map(|user| password::memory(&user.password)) {
            *self.locked_out.entry(reason.to_string()).or_default() += 1;
        }
    }

    fn text(&self, dry_run: bool) -> String {
        let bad = self.bad.iter().map(|(index, reason)| format!("row {index} {}\n", reason.escape_debug()));
        let skipped = self.skipped.iter().map(|(model, count)| format!("skipped      {count} of {model}\n"));
        let locked_out = self
            .locked_out
            .iter()
            .map(|(reason, count)| format!("cannot log in until set-password: {count} users, because {reason}\n"));
        let would = if dry_run { "nothing is written; this would be done:\n" } else { "" };
        let totals = [("created", self.created), ("already there", self.present), ("refused", self.bad.len())];
        let totals = totals.iter().map(|(name, count)| format!("{name:<14} {count}\n"));
        bad.chain([would.to_owned()]).chain(totals).chain(skipped).chain(locked_out).collect()
    }
}
