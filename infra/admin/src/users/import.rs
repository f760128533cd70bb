//! `admin users import`

mod foreseen;
mod hands;
mod keys;
mod rejected;
mod report;

use crate::{
    ambient,
    answer::Answer,
    django::{
        Model, Row, Rows, Source,
        user::{self, Naming},
    },
    fault::Fault,
    place::Place,
    progress::Progress,
};
use clap::Args;
use foreseen::Foreseen;
use hands::{Fate, Hands};
use rejected::Rejected;
use report::Report;
use std::path::PathBuf;
use store::Newcomer;

#[derive(Args)]
#[command(after_help = "\
SOURCE is a file of dumpdata (json or jsonl), a CSV file, a database of SQLite, - for standard input, or the URL of a database of
PostgreSQL. The password for PostgreSQL comes from PGPASSWORD or ~/.pgpass; PGSSLROOTCERT names a further authority for TLS.

A CSV file is divided by commas. Its first line names the columns, in any order: id username password email first_name last_name
is_active is_staff is_superuser groups last_login date_joined. Only id and username must be there. Groups are divided by ;

Users that are there already stay as they are, so that the same import can run again, and goes on where one was interrupted.
Tables of permissions, and whatever else Django has, are passed over.

Examples:
  python manage.py dumpdata auth.user auth.group > users.json
  admin users import users.json --dry-run
  admin users import users.json --stack latchkey
  admin users import db.sqlite3 --rejected rejected.jsonl
  PGPASSWORD=… admin users import 'postgres://django@db.example.org/site?sslmode=require' --stack latchkey
  python manage.py dumpdata accounts.account | admin users import - --model accounts.account --username-field email")]
pub(crate) struct Arguments {
    /// Where the users come from: a file, - or a URL
    source: String,
    /// The model of the users
    #[arg(long, default_value = "auth.user")]
    model: String,
    /// The table of the users in a database [default: after the model, auth_user]
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// The field that the users log in with
    #[arg(long, default_value = "username")]
    username_field: String,
    /// Write nothing, only say of each user what would happen
    #[arg(long)]
    dry_run: bool,
    /// Stop at the first row that is refused; the users before it stay
    #[arg(long)]
    stop_on_error: bool,
    /// A new file for the rows that are refused, one object a line, to be mended and imported
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// How many transactions are under way at the same time
    #[arg(long, value_name = "NUMBER", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    parallel: u8,
    #[arg(from_global)]
    json: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, place: &Place) -> Result<Answer, Fault> {
        let model = Model { label: &self.model, table: self.table.as_deref() };
        let source = Source::open(&self.source).await?;
        let groups = source.groups().await?;
        let naming = Naming { username_field: &self.username_field, groups: &groups, now: ambient::now() };
        let rows = source.rows(model).await?;
        if rows.total == 0 {
            return Err(nobody(&source, model));
        }
        let opened = if self.dry_run { place.open().await? } else { place.make().await? };
        // A wrong name of a table shows here: further on, one waits for a store that is unavailable.
        opened.store.users(None).await?;
        let rejected = Rejected::open(self.rejected.as_deref(), &self.model)?;
        let report = Report::new(source.others(model), rejected, self);
        let foreseen = self.dry_run.then(|| Foreseen::with_room_for(rows.total));
        let hands = Hands::new(opened.store.patient(), self.parallel.into(), foreseen);
        self.import(rows, &naming, hands, report).await
    }

    async fn import(
        &self,
        mut rows: Rows,
        naming: &Naming<'_>,
        mut hands: Hands,
        mut report: Report,
    ) -> Result<Answer, Fault> {
        let mut progress = Progress::new("user", Some(rows.total));
        while let Some(row) = rows.next().await? {
            let handled = match &row.object {
                Ok(object) => match user::newcomer(object, naming) {
                    Ok(newcomer) => hands.take(row, newcomer).await?,
                    Err(reason) => vec![bad(row, reason)],
                },
                Err(broken) => {
                    let reason = broken.reason.clone();
                    vec![bad(row, reason)]
                }
            };
            report.count(handled, &mut progress)?;
            if self.stop_on_error && report.is_refusing() {
                report.stop();
                break;
            }
        }
        report.count(hands.finish().await?, &mut progress)?;
        progress.finish();
        report.answer()
    }
}

/// A row, the user in it, if it is one, and what became of it.
type Handled = (Row, Option<Newcomer>, Fate);

fn bad(row: Row, reason: String) -> Handled {
    (row, None, Fate::Bad(reason))
}

fn nobody(source: &Source, model: Model<'_>) -> Fault {
    let others: Vec<String> = source.others(model).into_keys().collect();
    let fault = Fault::refused(format!("there is no {} to import", model.label));
    match others.as_slice() {
        [] => fault.next("make a dump with: python manage.py dumpdata auth.user auth.group > users.json"),
        others => fault.next(format!("name the model of the users with --model; there are {}", others.join(", "))),
    }
}
