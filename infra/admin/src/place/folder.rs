//! A local folder: the engine that runs on it already, or one that is started for this command.

use crate::fault::Fault;
use std::{
    env,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use store::{Access, Store, Tables};
use tokio::time::{Instant, sleep};

/// How long a started engine may take until it answers.
const STARTING: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(20);

/// The engine that was started for this command. Its database survives being stopped at any moment.
pub(crate) struct Engine {
    child: Child,
    address: PathBuf,
    /// Held as long as the engine runs, so that two commands never start two engines on one database.
    _turn: File,
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.address);
    }
}

/// The store over the folder's engine, with its tables made.
///
/// # Errors
/// An unwritable folder, no program to start, an engine that does not come up.
pub(crate) async fn open(folder: &Path) -> Result<(Store, Option<Engine>), Fault> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|cause| unusable(folder, &cause))?;
    let (store, engine) = reach(folder).await?;
    store.create_tables().await?;
    Ok((store, engine))
}

/// The store over the folder's engine as it is: nothing is made.
///
/// # Errors
/// As [`open`], and a folder that no service has ever used.
pub(crate) async fn look(folder: &Path) -> Result<(Store, Option<Engine>), Fault> {
    if folder.join("engine").exists() || folder.join("latchkey.db").exists() {
        return reach(folder).await;
    }
    Err(Fault::usage(format!("nothing is kept in the folder {}", folder.display()))
        .next("start the service once: cargo run; or name another folder with --data DIR"))
}

async fn reach(folder: &Path) -> Result<(Store, Option<Engine>), Fault> {
    let turn = turn(folder).map_err(|cause| unusable(folder, &cause))?;
    let address = folder.join("engine");
    if let Some(store) = answering(&address).await {
        return Ok((store, None));
    }
    let mut engine = Engine { child: start(folder)?, address, _turn: turn };
    Ok((started(&mut engine).await?, Some(engine)))
}

/// Waits until no other command has an engine of its own on the folder.
fn turn(folder: &Path) -> io::Result<File> {
    let path = folder.join("admin.lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    file.lock()?;
    Ok(file)
}

/// A file that is left over names a port where nobody listens, or somebody else.
async fn answering(address: &Path) -> Option<Store> {
    let url = fs::read_to_string(address).ok().filter(|url| url.starts_with("http://"))?;
    let access = Access { region: "local".to_owned(), endpoint_url: Some(url.trim().to_owned()), credentials: None };
    let store = Store::new(store::client(&access), Tables::local());
    store.inspect().await.ok()?;
    Some(store)
}

fn start(folder: &Path) -> Result<Child, Fault> {
    let program = beside("local").ok_or_else(|| {
        Fault::usage("the program that serves the folder is missing").next("build it first: cargo build -p local")
    })?;
    let command = Command::new(program)
        .arg("engine")
        .arg("--data")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    command
        .map_err(|cause| Fault::unavailable(format!("the engine of {} cannot be started: {cause}", folder.display())))
}

async fn started(engine: &mut Engine) -> Result<Store, Fault> {
    let deadline = Instant::now() + STARTING;
    while Instant::now() < deadline {
        if let Some(store) = answering(&engine.address).await {
            return Ok(store);
        }
        if matches!(engine.child.try_wait(), Ok(Some(_))) {
            return Err(Fault::unavailable(format!("the engine did not start: {}", last_words(&mut engine.child))));
        }
        sleep(POLL).await;
    }
    Err(Fault::unavailable("the engine does not answer").next("start the service and leave it running: cargo run"))
}

fn beside(program: &str) -> Option<PathBuf> {
    let path = env::current_exe().ok()?.with_file_name(format!("{program}{}", env::consts::EXE_SUFFIX));
    path.is_file().then_some(path)
}

fn last_words(child: &mut Child) -> String {
    let mut text = String::new();
    let read = child.stderr.as_mut().map(|stderr| stderr.read_to_string(&mut text));
    if matches!(read, Some(Ok(_))) && !text.trim().is_empty() {
        text.trim().to_owned()
    } else {
        "it said nothing".to_owned()
    }
}

fn unusable(folder: &Path, cause: &io::Error) -> Fault {
    Fault::usage(format!("the folder {} cannot be used: {cause}", folder.display()))
        .next("name another with --data DIR")
}
