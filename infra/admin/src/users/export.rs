//! `latchkey users export`

mod written;

use crate::{
    answer::Answer,
    connection::{Target, patience::patiently},
    django::user,
    fault::Fault,
    new_file::{self, unwritable},
    terminal::{count::count, progress::Progress},
    users::export::written::{Format, Written},
};
use clap::Args;
use serde_json::json;
use std::{
    ffi::OsStr,
    fs,
    io::{BufWriter, IsTerminal, Write, stdout},
    path::{Path, PathBuf},
};
use store::{NewUser, Page, Store};

#[derive(Args)]
#[command(after_help = "\
The file holds the hashes of all passwords. Only you can read it; keep it so.
It has the format of Django's dumpdata --natural-foreign, with two more fields. Django's loaddata accepts it with --ignorenonexistent.
An import into an empty folder or stack creates the same users.

Examples:
  latchkey users export users.json
  latchkey users export users.csv --stack latchkey
  latchkey users export - --format jsonl | gpg --encrypt --recipient ops > users.jsonl.gpg")]
pub(crate) struct Arguments {
    /// A new file, or - for standard output
    file: PathBuf,
    /// How the users are written [default: after the name of the file, else json]
    #[arg(long, value_enum)]
    format: Option<Format>,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let opened = target.open().await?;
        let store = opened.store.patient();
        let format = self.format.unwrap_or_else(|| Format::of(&self.file));
        if self.file.as_os_str() == "-" {
            return piped(&store, format).await;
        }
        let file = new_file::create(&self.file)?;
        let written = write(&store, BufWriter::new(file), format, &self.file).await;
        let exported = written.inspect_err(|_| {
            // Half an export is none.
            let _ = fs::remove_file(&self.file);
        })?;
        let path = self.file.display().to_string();
        let text = format!("exported {} to {path}\n", count(exported, "user"));
        let answer = Answer::new(text, json!({"exported": exported, "file": path}));
        Ok(answer.did("users export", json!({"users": exported})))
    }
}

/// The users are all there is on standard output.
async fn piped(store: &Store, format: Format) -> Result<Answer, Fault> {
    if stdout().is_terminal() {
        return Err(Fault::usage("the hashes of all passwords do not belong on a terminal")
            .next("name a file, or send them through a pipe"));
    }
    let exported = write(store, BufWriter::new(stdout()), format, Path::new("standard output")).await?;
    Ok(Answer::nothing().did("users export", json!({"users": exported})))
}

async fn write(store: &Store, out: impl Write, format: Format, path: &Path) -> Result<u64, Fault> {
    let mut written = Written::begin(out, format).map_err(|cause| unwritable(path, &cause))?;
    let (mut progress, mut from, mut count) = (Progress::new("user", None), None, 0);
    loop {
        let Page { users, without_email, next } = patiently(|| store.users(from.as_deref())).await?;
        progress.add(users.len());
        for user in users {
            count += 1;
            let claims_email = !without_email.contains(&user.id);
            let object = user::object(&NewUser { user, claims_email });
            written.add(&object).map_err(|cause| unwritable(path, &cause))?;
        }
        from = next;
        if from.is_none() {
            break;
        }
    }
    progress.finish();
    written.end().map_err(|cause| unwritable(path, &cause))?;
    Ok(count)
}

impl Format {
    /// After the name of a file.
    fn of(path: &Path) -> Self {
        match path.extension().and_then(OsStr::to_str) {
            Some("csv") => Self::Csv,
            Some("jsonl") => Self::Jsonl,
            _ => Self::Json,
        }
    }
}
