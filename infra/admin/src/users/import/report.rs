//! What an import did, row by row and in all.

use crate::{
    answer::Answer,
    django::{
        Source,
        activity::may_disable,
        object::Model,
        rows::Row,
        user::{self, Naming},
    },
    fault::Fault,
    terminal::{count::count, printable, progress::Progress},
    users::{
        import::{
            outcome::{Handled, RowOutcome},
            rejected::Rejected,
        },
        view,
    },
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    io::{self, Write},
};
use store::User;

/// How many refused rows are told; a file takes all of them.
const TOLD: usize = 1000;

pub(super) struct Report {
    dry_run: bool,
    /// Whether each user is told of at once: not where a script waits for one JSON.
    is_telling: bool,
    read: u64,
    created: u64,
    present: u64,
    refused: u64,
    /// Where the first of the refused rows stand, and why they were.
    reasons: Vec<(String, String)>,
    rejected: Rejected,
    /// New users by the scheme of their hash.
    schemes: BTreeMap<String, u64>,
    /// New users, by the reason why their hash can never match.
    locked_out: BTreeMap<String, u64>,
    /// Objects of other models.
    skipped: BTreeMap<String, u64>,
    /// Fields that hold something and are not taken over, with the number of rows.
    lost: BTreeMap<String, u64>,
    /// Names that are whole numbers, where a spreadsheet may have dropped the zeros before them.
    numeric_names: u64,
    /// New users whose address an earlier row has. Only a dry run counts them.
    shared_addresses: u64,
    is_sheet: bool,
    is_stopped: bool,
}

impl Report {
    pub(super) fn new(source: &Source, model: Model<'_>, rejected: Rejected, dry_run: bool, json: bool) -> Self {
        Self {
            dry_run,
            is_telling: dry_run && !json,
            read: 0,
            created: 0,
            present: 0,
            refused: 0,
            reasons: Vec::new(),
            rejected,
            schemes: BTreeMap::new(),
            locked_out: BTreeMap::new(),
            skipped: source.others(model),
            lost: BTreeMap::new(),
            numeric_names: 0,
            shared_addresses: 0,
            is_sheet: source.is_sheet(),
            is_stopped: false,
        }
    }

    /// Counts what of a row is not taken over, whatever becomes of the rest.
    pub(super) fn look(&mut self, row: &Row, naming: &Naming<'_>) {
        for name in row.object.iter().flat_map(|object| user::lost(object, naming)) {
            match self.lost.get_mut(name) {
                Some(count) => *count += 1,
                None => _ = self.lost.insert(name.to_owned(), 1),
            }
        }
    }

    /// # Errors
    /// The file of refused rows cannot be written.
    pub(super) fn count(&mut self, handled: Vec<Handled>, progress: &mut Progress) -> Result<(), Fault> {
        progress.add(handled.len());
        for (row, newcomer, outcome) in &handled {
            self.read += 1;
            if self.is_telling {
                tell(&row.at, newcomer.as_ref().map(|newcomer| &newcomer.user), outcome);
            }
            match (outcome, newcomer) {
                (RowOutcome::Bad(reason), _) => {
                    self.refused += 1;
                    self.rejected.add(row, reason)?;
                    if self.reasons.len() < TOLD {
                        self.reasons.push((row.at.clone(), reason.clone()));
                    }
                }
                (RowOutcome::AddressTaken | RowOutcome::Created, Some(newcomer)) => {
                    self.shared_addresses += u64::from(matches!(outcome, RowOutcome::AddressTaken));
                    self.count_created(&newcomer.user);
                }
                (RowOutcome::AddressTaken | RowOutcome::Created, None) | (RowOutcome::Present, _) => self.present += 1,
            }
        }
        Ok(())
    }

    /// Whether a row was refused.
    pub(super) fn is_refusing(&self) -> bool {
        self.refused > 0
    }

    /// The rest is not read.
    pub(super) fn stop(&mut self) {
        self.is_stopped = true;
    }

    /// # Errors
    /// The file of refused rows cannot be written.
    pub(super) fn answer(self) -> Result<Answer, Fault> {
        let reasons: Vec<_> = self.reasons.iter().map(|(at, reason)| json!({"at": at, "reason": reason})).collect();
        let json = json!({
            "dry_run": self.dry_run,
            "read": self.read,
            "created": self.created,
            "already_there": self.present,
            "refused": self.refused,
            "reasons": reasons,
            "schemes": self.schemes,
            "unverifiable": self.locked_out,
            "skipped": self.skipped,
            "not_taken_over": self.lost,
            "numeric_names": self.numeric_names,
            "shared_addresses": self.shared_addresses,
            "stopped": self.is_stopped,
        });
        let answer = Answer { refused: self.refused > 0, ..Answer::new(self.text(), json) };
        self.rejected.finish()?;
        let did = json!({"users": self.created});
        Ok(if self.dry_run { answer } else { answer.did("users import", did) })
    }

    /// A hash is taken over even if nobody will be able to log in with it: nothing is lost, and it is said.
    fn count_created(&mut self, user: &User) {
        self.created += 1;
        self.numeric_names += u64::from(self.is_sheet && user.username.bytes().all(|byte| byte.is_ascii_digit()));
        *self.schemes.entry(view::scheme(user).to_owned()).or_default() += 1;
        if let Err(reason) = password::memory(&user.password) {
            *self.locked_out.entry(unverifiable(&user.password, reason)).or_default() += 1;
        }
    }

    fn refusals(&self) -> String {
        let mut text: String =
            self.reasons.iter().map(|(at, reason)| format!("{at} {}\n", printable(reason))).collect();
        let untold = self.refused - self.reasons.len() as u64;
        if untold > 0 {
            text += &format!("and {untold} more; --rejected FILE keeps all of them\n");
        }
        text
    }

    fn text(&self) -> String {
        let mut text = if self.is_telling { String::new() } else { self.refusals() };
        text += match (self.dry_run, self.is_stopped, self.created) {
            (true, ..) => "nothing is written; this would be done:\n",
            (false, true, _) => "stopped at the first refused row; what came before it is done:\n",
            (false, false, 0) => "nothing is new:\n",
            (false, false, _) => "",
        };
        let totals = [
            ("read", self.read),
            ("created", self.created),
            ("already there", self.present),
            ("refused", self.refused),
        ];
        text.extend(totals.map(|(name, count)| format!("{name:<14} {count}\n")));
        text.extend(self.skipped.iter().map(|(model, count)| format!("skipped        {count} of {model}\n")));
        text.extend(self.lost.iter().map(not_taken));
        if !self.lost.is_empty() {
            text += "               --attributes NAME,NAME, or all, takes such fields over\n";
        }
        text.extend(self.schemes.iter().map(|(scheme, count)| format!("password       {count} {scheme}\n")));
        let locked_out = |(reason, users): (&String, &u64)| {
            format!("cannot log in until set-password: {}, because {reason}\n", count(*users, "user"))
        };
        text.extend(self.locked_out.iter().map(locked_out));
        if self.numeric_names > 0 {
            let names = count(self.numeric_names, "name");
            text += &format!("check          {names} without a letter: a spreadsheet drops zeros before a number\n");
        }
        if self.shared_addresses > 0 {
            let users = count(self.shared_addresses, "user");
            text += &format!(
                "address taken  {users}: an earlier row has the address, and only that user can log in by it\n"
            );
        }
        text
    }
}

/// One field, and a warning where it may say more than it seems.
fn not_taken((name, rows): (&String, &u64)) -> String {
    let shown = printable(name);
    let warning = if may_disable(name) { "; check that it keeps nobody out" } else { "" };
    format!("not taken      {shown}, in {}{warning}\n", count(*rows, "row"))
}

/// Why a hash can never match, with the name of its scheme, if it has one.
fn unverifiable(encoded: &str, reason: password::Error) -> String {
    let is_name = |name: &&str| {
        !name.is_empty() && name.len() < 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    match encoded.split_once('$').map(|(name, _)| name).filter(is_name) {
        Some(name) => format!("{reason} ({name})"),
        None => reason.to_string(),
    }
}

/// The scheme of the hash, or why it can never match.
fn login(user: &User) -> String {
    match password::memory(&user.password) {
        Ok(_) => view::scheme(user).to_owned(),
        Err(reason) => {
            format!("cannot log in until set-password, because {}", unverifiable(&user.password, reason))
        }
    }
}

/// One line of a dry run, at once: there may be a million.
fn tell(at: &str, user: Option<&User>, outcome: &RowOutcome) {
    let name = user.map_or_else(String::new, |user| printable(&user.username));
    let verdict = match (outcome, user) {
        (RowOutcome::Bad(reason), _) => format!("refuse   {name}: {}", printable(reason)),
        (RowOutcome::AddressTaken, Some(user)) => {
            format!("create   {name}: {}; an earlier row has the address {}", login(user), printable(&user.email))
        }
        (RowOutcome::Created, Some(user)) => format!("create   {name}: {}", login(user)),
        (RowOutcome::AddressTaken | RowOutcome::Created, None) | (RowOutcome::Present, _) => format!("present  {name}"),
    };
    // A reader that has gone away (`| head`) is no fault.
    let _ = writeln!(io::stdout(), "{at:<12} {verdict}");
}
