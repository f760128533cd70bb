//! `latchkey users import`

mod batch_writer;
mod dry_run;
mod keys;
mod outcome;
mod rejected;
mod report;

use crate::{
    ambient,
    answer::Answer,
    connection::Target,
    django::{
        Source,
        activity::{self, Activity},
        object::{Groups, Model, Reading},
        rows::{Row, Rows},
        user::{self, Further, Naming},
    },
    fault::Fault,
    terminal::progress::Progress,
    users::import::{
        batch_writer::BatchWriter,
        dry_run::DryRun,
        outcome::{Handled, RowOutcome},
        rejected::Rejected,
        report::Report,
    },
};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "\
SOURCE is a file of dumpdata (json or jsonl), a CSV file, a database of SQLite, - for standard input, or the URL of a database of
PostgreSQL. The password for PostgreSQL comes from PGPASSWORD or ~/.pgpass; PGSSLROOTCERT names a further authority for TLS.

The first line of a CSV file names the columns, in any order: id username password email first_name last_name is_active is_staff
is_superuser groups last_login date_joined. id, username and is_active are required. Cells are separated by , ; | or tabs, groups by ;
A value that a spreadsheet has rewritten, such as 1.23E+15 for a long id, is refused. Zeros that it dropped before a number cannot be seen.

Other fields of the users become attributes if --attributes names them: role,phone, or all. An
attribute holds a text, a number, true or false, or a list of texts. The end of the output counts the fields that are left out.
sslmode may be disable, require, verify-ca or verify-full. Without it, TLS is required of every host but this one. TLS always checks
the certificate and the name.

Users that already exist stay as they are. So you can run the same import again, and it continues where it was interrupted.
The import ignores permissions and all other tables of Django.

Examples:
  python manage.py dumpdata auth.user auth.group --output users.json
  latchkey users import users.json --dry-run
  latchkey users import users.json --stack latchkey
  latchkey users import db.sqlite3 --rejected rejected.jsonl
  PGPASSWORD=… latchkey users import 'postgres://django@db.example.org/site?sslmode=require' --stack latchkey
  latchkey users import db.sqlite3 --table accounts_user --attributes role,phone
  python manage.py dumpdata accounts.account | latchkey users import - --model accounts.account --username-field email")]
pub(crate) struct Arguments {
    /// Where the users come from: a file, - or a URL
    source: String,
    /// The model of the users
    #[arg(long, default_value = "auth.user")]
    model: String,
    /// The table of the users in a database [default: after the model, auth_user]
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// The field that the users log in with; pk for the primary key
    #[arg(long, default_value = "username", value_name = "NAME")]
    username_field: String,
    /// The field that tokens name as the user's id, if it is not the primary key (USER_ID_FIELD)
    #[arg(long, value_name = "NAME")]
    id_field: Option<String>,
    /// The fields that become attributes of the users, or all
    #[arg(long, value_delimiter = ',', value_name = "NAME,NAME")]
    attributes: Vec<String>,
    #[command(flatten)]
    activity: ActivityField,
    /// The encoding of a file that is neither UTF-8 nor UTF-16, such as windows-1252
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Write nothing, and say for each user what would happen
    #[arg(long)]
    dry_run: bool,
    /// Stop at the first row that is refused; the users before it stay
    #[arg(long)]
    stop_on_error: bool,
    /// A new file for the refused rows, one object a line; correct the rows and import the file
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// How many transactions run at the same time
    #[arg(long, value_name = "NUMBER", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    parallel: u8,
    #[arg(from_global)]
    json: bool,
}

/// What says who may log in.
#[derive(Args)]
#[group(multiple = false)]
struct ActivityField {
    /// The field that is true if the user may log in [default: is_active]
    #[arg(long, value_name = "NAME")]
    active_field: Option<String>,
    /// The field that is true, or a time, if the user may not log in
    #[arg(long, value_name = "NAME")]
    inactive_field: Option<String>,
    /// Every user of the source may log in; an is_active that says otherwise counts
    #[arg(long)]
    all_active: bool,
}

impl ActivityField {
    fn activity(&self) -> Activity<'_> {
        match (&self.active_field, &self.inactive_field) {
            (_, Some(name)) => Activity::Inactive(name),
            (_, None) if self.all_active => Activity::All,
            (name, None) => Activity::Active(name.as_deref().unwrap_or("is_active")),
        }
    }
}

impl Arguments {
    /// Whether nothing is to be changed.
    pub(crate) fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        self.check_names()?;
        let model = Model { label: &self.model, table: self.table.as_deref() };
        let source = Source::open(&self.source, &self.reading()).await?;
        let groups = source.groups().await?;
        let naming = self.naming(&groups);
        let mut rows = source.rows(model).await?;
        let Some(first) = rows.next().await? else { return Err(nobody(&source, model)) };
        if let Some(what) = first.object.as_ref().ok().and_then(|object| activity::undecided(object, naming.activity)) {
            return Err(undecided(what));
        }
        let opened = if self.dry_run { target.open().await? } else { target.make().await? };
        // A wrong name of a table shows here: further on, one waits for a store that is unavailable.
        opened.store.users(None).await?;
        let rejected = Rejected::open(self.rejected.as_deref(), &self.model)?;
        let report = Report::new(&source, model, rejected, self.dry_run, self.json);
        let dry_run = self.dry_run.then(|| DryRun::with_room_for(rows.total));
        let writer = BatchWriter::new(opened.store.patient(), self.parallel.into(), dry_run);
        self.import((first, rows), &naming, writer, report).await
    }

    /// # Errors
    /// A name that no attribute can have.
    fn check_names(&self) -> Result<(), Fault> {
        match self.attributes.iter().find(|name| !attributes::is_name(name)) {
            None => Ok(()),
            Some(name) => {
                let what = attributes::Fault::Name(name.clone()).to_string();
                Err(Fault::usage(what).next("name other fields with --attributes, or all"))
            }
        }
    }

    fn reading(&self) -> Reading<'_> {
        let (encoding, id_field) = (self.encoding.as_deref(), self.id_field.as_deref());
        Reading { encoding, id_field, username_field: &self.username_field }
    }

    fn naming<'a>(&'a self, groups: &'a Groups) -> Naming<'a> {
        Naming {
            username_field: &self.username_field,
            id_field: self.id_field.as_deref(),
            activity: self.activity.activity(),
            further: if self.attributes == ["all"] { Further::All } else { Further::Named(&self.attributes) },
            groups,
            now: ambient::now(),
        }
    }

    async fn import(
        &self,
        (first, mut rows): (Row, Rows),
        naming: &Naming<'_>,
        mut writer: BatchWriter,
        mut report: Report,
    ) -> Result<Answer, Fault> {
        let mut progress = Progress::new("user", Some(rows.total));
        let mut coming = Some(first);
        while let Some(row) = coming {
            report.look(&row, naming);
            let handled = match &row.object {
                Ok(object) => match user::newcomer(object, naming) {
                    Ok(newcomer) => writer.take(row, newcomer).await?,
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
            coming = rows.next().await?;
        }
        report.count(writer.finish().await?, &mut progress)?;
        progress.finish();
        report.answer()
    }
}

fn bad(row: Row, reason: String) -> Handled {
    (row, None, RowOutcome::Bad(reason))
}

fn undecided(what: String) -> Fault {
    Fault::refused(format!("{what}, and the import cannot tell who may log in")).next(
        "give --active-field NAME if true there means that the user may log in, --inactive-field NAME if it means the opposite, \
         or --all-active if everyone may",
    )
}

fn nobody(source: &Source, model: Model<'_>) -> Fault {
    let others: Vec<String> = source.others(model).into_keys().collect();
    let fault = Fault::refused(format!("there is no {} to import", model.label));
    match (source.with_passwords(model).as_slice(), others.as_slice()) {
        (_, []) => fault.next("make a dump with: python manage.py dumpdata auth.user auth.group --output users.json"),
        ([users], _) => fault.next(format!("give --model {users}; there are {}", others.join(", "))),
        _ => fault.next(format!("name the model of the users with --model; there are {}", others.join(", "))),
    }
}
