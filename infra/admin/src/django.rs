//! What a Django project knows, row by row: from what `manage.py dumpdata` wrote, from a table as CSV, or from its database.
//!
//! Every source gives the same objects, those of `dumpdata`: a primary key and named fields. So there is one reader of users
//! ([`user`]), and what else is taken over from Django reads its own objects with [`fields`]. Rows come one at a time, over a short
//! channel from a thread of their own: a million of them take no more memory than a hundred.

pub(crate) mod activity;
pub(crate) mod cell;
mod dump;
mod encoding;
pub(crate) mod fields;
pub(crate) mod object;
mod passfile;
mod postgres;
pub(crate) mod rows;
mod sheet;
mod sql;
mod sqlite;
mod text;
mod tls;
pub(crate) mod user;

use crate::{
    django::{
        object::{Groups, Model, Reading},
        rows::Rows,
        text::{Text, unreadable},
    },
    fault::Fault,
};
use encoding_rs::UTF_8;
use std::{collections::BTreeMap, fs::File, io};

const STANDARD_INPUT: &str = "-";

/// What a database of SQLite begins with.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Where rows are read from.
pub(crate) enum Source {
    Dump(dump::Dump),
    Postgres(postgres::Database),
    Sheet(sheet::Sheet),
    Sqlite(sqlite::Database),
}

impl Source {
    /// A file by its name or `-` for standard input, told apart by how it begins; or the URL of a PostgreSQL database.
    ///
    /// # Errors
    /// Nothing to be read there, or something else.
    pub(crate) async fn open(place: &str, reading: &Reading<'_>) -> Result<Self, Fault> {
        if place.starts_with("postgres://") || place.starts_with("postgresql://") {
            return Ok(Self::Postgres(postgres::Database::open(place).await?));
        }
        let (source, place) = (place, if place == STANDARD_INPUT { "standard input" } else { place });
        let file = file(source).map_err(|cause| unreadable(place, &cause))?;
        let mut text = Text::new(file);
        let beginning = text.beginning(place)?;
        if beginning.starts_with(SQLITE) {
            return sqlite(source);
        }
        let encoding = encoding::of(&beginning, reading.encoding, place)?;
        if encoding != UTF_8 {
            text = Text::new(encoding::decoded(text, encoding, place)?);
        }
        let beginning = text.beginning(place)?;
        let beginning = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&beginning).trim_ascii_start();
        match beginning {
            [b'[' | b'{', ..] => Ok(Self::Dump(dump::Dump::open(place, text)?)),
            _ => Ok(Self::Sheet(sheet::Sheet::open(place, text, reading)?)),
        }
    }

    /// The rows of a model. A sheet holds those of one, whichever is asked for.
    ///
    /// # Errors
    /// There is no such table, or no answer.
    pub(crate) async fn rows(&self, model: Model<'_>) -> Result<Rows, Fault> {
        match self {
            Self::Dump(dump) => Ok(dump.rows(model.label)),
            Self::Postgres(database) => database.rows(&model.table()).await,
            Self::Sheet(sheet) => Ok(sheet.rows()),
            Self::Sqlite(database) => database.rows(&model.table()),
        }
    }

    /// The names of the groups.
    ///
    /// # Errors
    /// No answer.
    pub(crate) async fn groups(&self) -> Result<Groups, Fault> {
        match self {
            Self::Dump(dump) => Ok(dump.groups.clone()),
            Self::Postgres(database) => database.groups().await,
            Self::Sheet(_) => Ok(Groups::new()),
            Self::Sqlite(database) => database.groups(),
        }
    }

    /// The models of a dump, but for this one, whose objects have a password.
    pub(crate) fn with_passwords(&self, model: Model<'_>) -> Vec<String> {
        match self {
            Self::Dump(dump) => dump.with_passwords(model.label),
            _ => Vec::new(),
        }
    }

    pub(crate) fn is_sheet(&self) -> bool {
        matches!(self, Self::Sheet(_))
    }

    /// How many objects of other models there are, as far as the source tells.
    pub(crate) fn others(&self, model: Model<'_>) -> BTreeMap<String, u64> {
        match self {
            Self::Dump(dump) => dump.others(model.label),
            _ => BTreeMap::new(),
        }
    }
}

/// Standard input comes through a file that has no name and only this process can read: it is read more than once.
fn file(place: &str) -> io::Result<File> {
    if place != STANDARD_INPUT {
        return File::open(place);
    }
    let mut file = tempfile::tempfile()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    Ok(file)
}

fn sqlite(place: &str) -> Result<Source, Fault> {
    if place == STANDARD_INPUT {
        return Err(Fault::usage("a database of SQLite is not read from standard input").next("name its file"));
    }
    Ok(Source::Sqlite(sqlite::Database::open(place)?))
}
