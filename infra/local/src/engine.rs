//! A DynamoDB inside this process: the engine of local mode and of the tests, over a file or in memory. It answers on a Unix socket
//! that only its owner can reach. DynamoDB's local engines ask for no credentials, so a TCP port would hand every password hash to
//! each user of the machine, and to each web page that finds the port.

mod operations;
mod socket;

use dynoxide::Database;
use std::{
    fmt,
    fs::OpenOptions,
    io::{self, Read},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    thread,
};
use tokio::{
    runtime::{self, Runtime},
    sync::oneshot,
};

/// What the engine's file begins with, unless it is new and empty.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Where the engine keeps its tables.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Storage {
    /// In a file, for as long as the file is there. Only its owner can read it. The socket is beside it.
    File(PathBuf),
    /// In memory, for as long as the engine runs.
    Memory,
}

impl Storage {
    /// The folder of the file.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        match self {
            Self::File(file) => file.parent().map(Path::to_owned),
            Self::Memory => None,
        }
    }
}

/// Why an engine does not start.
#[derive(Debug)]
pub enum Error {
    /// The file cannot be opened.
    Database(String),
    /// The file is none of the engine's.
    Foreign(PathBuf),
    /// The file, the socket or a thread is not to be had.
    System(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(cause) => write!(f, "the database cannot be opened: {cause}"),
            Self::Foreign(path) => write!(f, "{} is not a database; move it away and start again", path.display()),
            Self::System(cause) => write!(f, "the database engine cannot start: {cause}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(cause: io::Error) -> Self {
        Self::System(cause)
    }
}

/// A running engine. It stops when it is dropped.
#[derive(Debug)]
pub struct Engine {
    socket: PathBuf,
    stop: oneshot::Sender<()>,
    stopped: oneshot::Receiver<()>,
}

impl Engine {
    /// Starts an engine. It has a thread and a runtime of its own: it blocks on its disk, and it outlives the runtime that
    /// started it.
    ///
    /// # Errors
    ///
    /// [`Error::Database`] when the file is not to be opened, [`Error::System`] when no socket, file or thread is to be had.
    pub async fn start(place: Storage) -> Result<Self, Error> {
        let (started, starting) = oneshot::channel();
        let (stop, stopping) = oneshot::channel();
        let (done, stopped) = oneshot::channel();
        thread::Builder::new().name("dynamodb".to_owned()).spawn(move || {
            run(&place, started, stopping);
            // Nobody waits for an engine that was dropped.
            let _ = done.send(());
        })?;
        let socket = starting.await.map_err(|_| io::Error::other("the engine's thread ended"))??;
        Ok(Self { socket, stop, stopped })
    }

    /// The Unix socket on which it answers.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Stops the engine, and returns when the file is closed.
    pub async fn shutdown(self) {
        // A thread that ended by itself hears neither, and is as well stopped.
        let _ = self.stop.send(());
        let _ = self.stopped.await;
    }
}

type Started = oneshot::Sender<Result<PathBuf, Error>>;

/// The life of the engine's thread.
fn run(place: &Storage, started: Started, stopping: oneshot::Receiver<()>) {
    let (runtime, listening, database) = match prepare(place) {
        Ok(prepared) => prepared,
        Err(error) => return drop(started.send(Err(error))),
    };
    if started.send(Ok(listening.path().to_owned())).is_ok()
        && let Err(cause) = runtime.block_on(listening.serve(operations::router(database), stopping))
    {
        tracing::error!(%cause, "the database engine stopped");
    }
}

fn prepare(place: &Storage) -> Result<(Runtime, socket::Listening, Database), Error> {
    let database = open(place)?;
    let listening = match place {
        Storage::File(path) => socket::Listening::beside(path),
        Storage::Memory => socket::Listening::alone(),
    }?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    Ok((runtime, listening, database))
}

fn open(place: &Storage) -> Result<Database, Error> {
    let database = match place {
        Storage::File(path) => {
            protect(path)?;
            Database::new(&path.to_string_lossy())
        }
        Storage::Memory => Database::memory(),
    };
    database.map_err(|error| Error::Database(error.to_string()))
}

/// Creates the file for its owner alone, or takes the others' rights to it away. SQLite gives its side files the same rights.
fn protect(path: &Path) -> Result<(), Error> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
    file.set_permissions(PermissionsExt::from_mode(0o600))?;
    let mut beginning = Vec::new();
    file.by_ref().take(SQLITE.len() as u64).read_to_end(&mut beginning)?;
    let is_ours = beginning.is_empty() || beginning == SQLITE;
    is_ours.then_some(()).ok_or_else(|| Error::Foreign(path.to_owned()))
}
