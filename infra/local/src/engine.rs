//! A DynamoDB inside this process: the engine of local mode and of the tests, over a file or in memory, on the loopback interface.

use dynoxide::Database;
use std::{
    fmt,
    fs::OpenOptions,
    io::{self, Read},
    net::{Ipv4Addr, SocketAddr, TcpListener},
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
pub enum Place {
    /// In a file, for as long as the file is there. Only its owner can read it.
    File(PathBuf),
    /// In memory, for as long as the engine runs.
    Memory,
}

/// Why an engine does not start.
#[derive(Debug)]
pub enum Error {
    /// The file cannot be opened.
    Database(String),
    /// The file is none of the engine's.
    Foreign(PathBuf),
    /// The file, the loopback interface or a thread is not to be had.
    System(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(cause) => write!(f, "the database cannot be opened: {cause}"),
            Self::Foreign(path) => write!(f, "{} is no database; put it aside and start anew", path.display()),
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
    url: String,
    stop: oneshot::Sender<()>,
    stopped: oneshot::Receiver<()>,
}

impl Engine {
    /// Starts an engine on a free port of 127.0.0.1. It has a thread and a runtime of its own: it blocks on its disk, and it
    /// outlives the runtime of whoever starts it.
    ///
    /// # Errors
    ///
    /// [`Error::Database`] when the file is not to be opened, [`Error::System`] when no port, file or thread is to be had.
    pub async fn start(place: Place) -> Result<Self, Error> {
        let (started, starting) = oneshot::channel();
        let (stop, stopping) = oneshot::channel();
        let (done, stopped) = oneshot::channel();
        thread::Builder::new().name("dynamodb".to_owned()).spawn(move || {
            run(&place, started, stopping);
            // Nobody waits for an engine that was dropped.
            let _ = done.send(());
        })?;
        let address = starting.await.map_err(|_| io::Error::other("the engine's thread ended"))??;
        Ok(Self { url: format!("http://{address}"), stop, stopped })
    }

    /// Where the engine answers: `http://127.0.0.1:` and its port.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the engine, and returns when the file is closed.
    pub async fn shutdown(self) {
        // A thread that ended by itself hears neither, and is as well stopped.
        let _ = self.stop.send(());
        let _ = self.stopped.await;
    }
}

type Started = oneshot::Sender<Result<SocketAddr, Error>>;

/// The life of the engine's thread.
fn run(place: &Place, started: Started, stopping: oneshot::Receiver<()>) {
    let (runtime, listener, database, address) = match prepare(place) {
        Ok(prepared) => prepared,
        Err(error) => return drop(started.send(Err(error))),
    };
    if started.send(Ok(address)).is_ok()
        && let Err(cause) = runtime.block_on(serve(listener, database, stopping))
    {
        tracing::error!(cause, "the database engine stopped");
    }
}

fn prepare(place: &Place) -> Result<(Runtime, TcpListener, Database, SocketAddr), Error> {
    let database = open(place)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    Ok((runtime, listener, database, address))
}

async fn serve(listener: TcpListener, database: Database, stopping: oneshot::Receiver<()>) -> Result<(), String> {
    let listener = tokio::net::TcpListener::from_std(listener).map_err(|error| error.to_string())?;
    // The sender speaks, or is dropped with its engine: both mean stop.
    let stop = async move { drop(stopping.await) };
    dynoxide::server::serve_with_shutdown(listener, database, stop).await
}

fn open(place: &Place) -> Result<Database, Error> {
    let database = match place {
        Place::File(path) => {
            protect(path)?;
            Database::new(&path.to_string_lossy())
        }
        Place::Memory => Database::memory(),
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
