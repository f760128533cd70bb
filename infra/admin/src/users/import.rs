//! `admin users import`

mod summary;

use crate::{
    ambient,
    answer::Answer,
    dump::{self, Dump, Naming, Row},
    fault::Fault,
    place::{Opened, Place},
};
use clap::Args;
use std::{
    collections::{HashMap, HashSet},
    fs, io,
};
use store::{Created, Store, User, fold};
use summary::{Fate, Summary};
use tokio::task::JoinSet;

/// Users that are written at the same time.
const AT_ONCE: usize = 16;

#[derive(Args)]
#[command(after_help = "\
Users that are there already stay as they are, so that the same import can run again.

Examples:
  python manage.py dumpdata auth.user auth.group > users.json
  admin users import users.json --dry-run
  admin users import users.json --stack latchkey
  python manage.py dumpdata accounts.account | admin users import - --model accounts.account --username-field email")]
pub(crate) struct Arguments {
    /// What Django's dumpdata wrote, or - for standard input
    file: String,
    /// The model of the users
    #[arg(long, default_value = "auth.user")]
    model: String,
    /// The field that the users log in with
    #[arg(long, default_value = "username")]
    username_field: String,
    /// Write nothing, only say what would happen
    #[arg(long)]
    dry_run: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, place: &Place) -> Result<Answer, Fault> {
        let naming = Naming { model: &self.model, username_field: &self.username_field, now: ambient::now() };
        let dump =
            dump::read(&self.read()?, &naming).map_err(|reason| Fault::refused(format!("{} {reason}", self.file)))?;
        if dump.rows.is_empty() {
            return Err(nobody(&self.model, &dump));
        }
        let opened = place.open().await?;
        let mut summary = Summary::new(dump.skipped);
        let mut rows = distinct(dump.rows).into_iter().peekable();
        while rows.peek().is_some() {
            for (row, fate) in self.handle(&opened, rows.by_ref().take(AT_ONCE).collect()).await? {
                summary.count(&row, fate);
            }
        }
        Ok(summary.answer(self.dry_run))
    }

    fn read(&self) -> Result<String, Fault> {
        let read = if self.file == "-" { io::read_to_string(io::stdin()) } else { fs::read_to_string(&self.file) };
        read.map_err(|cause| {
            Fault::usage(format!("{} cannot be read: {cause}", self.file))
                .next("make it with: python manage.py dumpdata auth.user auth.group > users.json")
        })
    }

    /// Writes some rows at the same time. Their ids and names differ, so that they do not meet.
    async fn handle(&self, opened: &Opened, rows: Vec<Row>) -> Result<Vec<(Row, Fate)>, Fault> {
        let mut tasks = JoinSet::new();
        for row in rows {
            let (store, dry_run) = (opened.store.clone(), self.dry_run);
            tasks.spawn(async move {
                let fate = fate(&store, &row, dry_run).await?;
                Ok::<_, store::Error>((row, fate))
            });
        }
        let mut handled = tasks.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
        handled.sort_by_key(|(row, _)| row.index);
        Ok(handled)
    }
}

fn nobody(model: &str, dump: &Dump) -> Fault {
    let others: Vec<&str> = dump.skipped.keys().map(String::as_str).collect();
    let fault = Fault::refused(format!("the dump holds no {model}"));
    match others.as_slice() {
        [] => fault.next("make it with: python manage.py dumpdata auth.user auth.group > users.json"),
        others => fault.next(format!("name the model of the users with --model; there are {}", others.join(", "))),
    }
}

/// Takes the user out of every row whose id or name an earlier row has.
fn distinct(rows: Vec<Row>) -> Vec<Row> {
    let (mut ids, mut names) = (HashSet::new(), HashMap::new());
    let once = |row: Row| {
        let Ok(user) = &row.user else { return row };
        if !ids.insert(user.id.clone()) {
            let reason = format!("has the id {:?} of an earlier row", user.id);
            return Row { user: Err(reason), ..row };
        }
        match names.insert(fold(&user.username), (row.index, user.username.clone())) {
            None => row,
            Some((index, name)) => {
                let reason = format!("has the username {:?}, and row {index} has {name:?}{BY_CASE}", user.username);
                Row { user: Err(reason), ..row }
            }
        }
    };
    rows.into_iter().map(once).collect()
}

const BY_CASE: &str = "; names must differ by more than case";

async fn fate(store: &Store, row: &Row, dry_run: bool) -> Result<Fate, store::Error> {
    let user = match &row.user {
        Ok(user) => user,
        Err(reason) => return Ok(Fate::Bad(reason.clone())),
    };
    // Looks first: creation takes a row that is the same to the last field for its own, whose answer was lost.
    if let Some(owner) = store.user(&user.id).await? {
        return Ok(met(user, &owner));
    }
    let created = if dry_run { foreseen(store, user).await? } else { store.create_user(user).await? };
    Ok(match created {
        Created::Created => Fate::Created,
        Created::IdTaken => Fate::Present,
        Created::NameTaken => Fate::Bad(named(user, store.user_folded(&user.username).await?.as_ref())),
    })
}

/// Whether the owner of the id is this user, taken over before.
fn met(user: &User, owner: &User) -> Fate {
    if fold(&owner.username) == fold(&user.username) {
        return Fate::Present;
    }
    Fate::Bad(format!(
        "has the username {:?}, but the user with the id {:?} is {:?}",
        user.username, user.id, owner.username
    ))
}

fn named(user: &User, owner: Option<&User>) -> String {
    let name = &user.username;
    match owner {
        Some(owner) => {
            format!("has the username {name:?}, and the user {} has {:?}{BY_CASE}", owner.id, owner.username)
        }
        None => format!("has the username {name:?}, which is taken"),
    }
}

/// What creation would say of a user whose id is free.
async fn foreseen(store: &Store, user: &User) -> Result<Created, store::Error> {
    let owner = store.user_folded(&user.username).await?;
    Ok(if owner.is_some() { Created::NameTaken } else { Created::Created })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_row_with_an_id_or_a_name_is_bad() {
        let rows = [("1", "alice"), ("1", "bob"), ("2", "ALICE"), ("3", "carol")];
        let row = |(index, (id, name)): (usize, &(&str, &str))| {
            let object = serde_json::json!([{"model": "auth.user", "pk": id, "fields": {"username": name}}]);
            let naming = Naming { model: "auth.user", username_field: "username", now: 0 };
            Row { index, ..dump::read(&object.to_string(), &naming).unwrap().rows.remove(0) }
        };
        let rows = distinct(rows.iter().enumerate().map(row).collect());
        let reasons: Vec<_> = rows.iter().map(|row| row.user.as_ref().err().map(String::as_str)).collect();
        assert_eq!(
            reasons,
            [
                None,
                Some("has the id \"1\" of an earlier row"),
                Some("has the username \"ALICE\", and row 0 has \"alice\"; names must differ by more than case"),
                None
            ]
        );
    }
}
