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
mod passfile;
mod postgres;
mod sheet;
mod sqlite;
mod tls;
pub(crate) mod user;

use crate::fault::Fault;
use encoding_rs::UTF_8;
use serde_json::{Map, Value};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    os::unix::fs::FileExt,
    sync::Arc,
};
use tokio::sync::mpsc;

/// Rows that are read ahead.
const AHEAD: usize = 256;

/// What every source calls the primary key.
const KEY: &str = "pk";

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

/// Which rows: those of a model, such as `auth.user`, whose table a database may call otherwise than Django does.
#[derive(Clone, Copy)]
pub(crate) struct Model<'a> {
    pub(crate) label: &'a str,
    pub(crate) table: Option<&'a str>,
}

/// How a source is to be read.
#[derive(Clone, Copy, Default)]
pub(crate) struct Reading<'a> {
    /// The encoding of a file, where it does not show.
    pub(crate) encoding: Option<&'a str>,
    /// The field that is the id, in place of the primary key.
    pub(crate) id_field: Option<&'a str>,
    /// The field that users log in with.
    pub(crate) username_field: &'a str,
}

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    /// Where it stands, for people: `line 7`, `object 7`, `id 7`.
    pub(crate) at: String,
    pub(crate) object: Result<Object, Broken>,
}

/// What `dumpdata` calls an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Object {
    /// What the primary key is called: `pk` in a dump.
    pub(crate) key: String,
    /// The primary key.
    pub(crate) pk: Value,
    pub(crate) fields: Map<String, Value>,
}

/// What should have been an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Broken {
    /// Goes on after "line 7 ".
    pub(crate) reason: String,
    pub(crate) text: String,
}

/// Names of groups by their primary keys, as text.
pub(crate) type Groups = BTreeMap<String, String>;

/// The rows of a model, to be read once.
pub(crate) struct Rows {
    /// How many there are.
    pub(crate) total: u64,
    coming: mpsc::Receiver<Result<Row, Fault>>,
}

type Sink = mpsc::Sender<Result<Row, Fault>>;

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

impl Object {
    /// A field; the primary key by its name or by `pk`.
    fn field(&self, name: &str) -> Option<&Value> {
        if self.is_key(name) { Some(&self.pk) } else { self.fields.get(name) }
    }

    fn is_key(&self, name: &str) -> bool {
        name == self.key || name == KEY
    }
}

impl Model<'_> {
    /// Django's name of a table: `auth.User` is `auth_user`.
    fn table(self) -> String {
        self.table.map_or_else(|| self.label.replace('.', "_").to_lowercase(), str::to_owned)
    }
}

impl Rows {
    /// The next row.
    ///
    /// # Errors
    /// The source ends in the middle, or does not answer any more.
    pub(crate) async fn next(&mut self) -> Result<Option<Row>, Fault> {
        self.coming.recv().await.transpose()
    }

    /// Rows that are read on a thread of their own, which ends when nobody asks for more. Not on the pool of the runtime: the program
    /// would wait for a thread that waits for its input.
    fn read(
        total: u64,
        read: impl FnOnce(&mut dyn FnMut(Row) -> io::Result<()>) -> Result<(), Fault> + Send + 'static,
    ) -> Self {
        let (sink, coming) = mpsc::channel(AHEAD);
        std::thread::spawn(move || {
            let put: &mut dyn FnMut(Row) -> io::Result<()> =
                &mut |row| sink.blocking_send(Ok(row)).map_err(|_| io::ErrorKind::BrokenPipe.into());
            if let Err(fault) = read(put) {
                // Nobody is there to hear why nobody could be told.
                let _ = sink.blocking_send(Err(fault));
            }
        });
        Self { total, coming }
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

fn unreadable(place: &str, cause: &io::Error) -> Fault {
    let fault = Fault::usage(format!("{place} cannot be read: {cause}"));
    match cause.kind() {
        io::ErrorKind::NotFound => {
            fault.next("make it with: python manage.py dumpdata auth.user auth.group --output users.json")
        }
        _ => fault.next("name a file of dumpdata, a CSV file or a database of SQLite that you may read"),
    }
}

/// Says which tables hold passwords instead.
fn no_table(place: &str, table: &str, others: &[String]) -> Fault {
    let fault = Fault::refused(format!("{place} has no table {table}"));
    match others {
        [] => fault.next("name the database that Django uses"),
        others => fault.next(format!("name the table of the users with --table; there are {}", others.join(", "))),
    }
}

/// `site.users` is a table of a schema.
fn quoted(name: &str) -> String {
    let part = |part: &str| format!("\"{}\"", part.replace('"', "\"\""));
    name.split('.').map(part).collect::<Vec<_>>().join(".")
}

/// A file that is read from its beginning, however many others read it.
#[derive(Clone)]
struct Text {
    file: Arc<File>,
    position: u64,
}

impl Text {
    fn new(file: File) -> Self {
        Self { file: Arc::new(file), position: 0 }
    }

    fn beginning(&self, place: &str) -> Result<Vec<u8>, Fault> {
        let mut beginning = Vec::new();
        self.clone().take(4096).read_to_end(&mut beginning).map_err(|cause| unreadable(place, &cause))?;
        Ok(beginning)
    }

    fn byte(&self, position: u64) -> io::Result<Option<u8>> {
        let mut byte = [0];
        let read = self.file.read_at(&mut byte, position)?;
        Ok(byte.first().copied().filter(|_| read == 1))
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}
