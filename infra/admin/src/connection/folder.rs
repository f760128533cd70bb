//! A local folder: the engine that runs on it already, or one that is started for this command.

use crate::fault::Fault;
use settings::{Faults, Settings, environment, file};
use std::{
    env,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use store::{Store, Tables};
use tokio::time::{Instant, sleep};

/// How long a started engine may take until it answers.
const STARTING: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(20);

/// The settings of the folder's service, as it was started last; what the environment gives goes before them.
///
/// # Errors
/// Everything that is wrong with them.
pub(crate) fn settings(folder: &Path) -> Result<Settings, Faults> {
    environment::settings_over(&file::read(&folder.join(file::KEPT))?)
}

/// What a service keeps in its folder.
const KEPT: [&str; 3] = ["engine", "keys.json", "latchkey.db"];

/// The engine that was started for this command, and ends with it, whatever ends this process. Its database survives being
/// stopped at any moment.
pub(crate) struct Engine {
    /// None as long as somebody else's is waited for.
    child: Option<Child>,
    /// Held as long as the engine runs: another command would find it, and lose it in the middle of its work.
    _turn: File,
}

impl Engine {
    /// Starts it where nobody serves the folder.
    ///
    /// # Errors
    /// It ended by itself.
    fn tend(&mut self, folder: &Path) -> Result<(), Fault> {
        if local::served(folder).is_some() {
            return Ok(());
        }
        let Some(child) = &mut self.child else {
            self.child = Some(start(folder)?);
            return Ok(());
        };
        match child.try_wait() {
            Ok(Some(_)) => Err(Fault::unavailable(format!("the engine did not start: {}", last_words(child)))),
            _ => Ok(()),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The store over the folder's engine, with its tables made.
///
/// # Errors
/// A folder that is no service's, no program to start, an engine that does not come up.
pub(crate) async fn open(folder: &Path) -> Result<(Store, Option<Engine>), Fault> {
    let (store, engine) = look(folder).await?;
    store.create_tables().await?;
    Ok((store, engine))
}

/// Makes a folder in which a service can begin, where none has.
///
/// # Errors
/// An unwritable folder.
pub(crate) fn make(folder: &Path) -> Result<(), Fault> {
    if demand(folder).is_ok() {
        return Ok(());
    }
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.and_then(|()| private(&folder.join("engine"))).map_err(|cause| unusable(folder, &cause))?;
    let _ = writeln!(io::stderr(), "note: {} is a new folder", folder.display());
    Ok(())
}

/// The store over the folder's engine as it is: nothing is made.
///
/// # Errors
/// As [`open`].
pub(crate) async fn look(folder: &Path) -> Result<(Store, Option<Engine>), Fault> {
    demand(folder)?;
    reach(folder).await
}

/// # Errors
/// No service has ever used the folder, or one may not look.
pub(crate) fn demand(folder: &Path) -> Result<(), Fault> {
    for name in KEPT {
        match fs::metadata(folder.join(name)) {
            Ok(kept) if kept.is_file() => return Ok(()),
            Err(cause) if cause.kind() == ErrorKind::PermissionDenied => return Err(unusable(folder, &cause)),
            _ => {}
        }
    }
    Err(Fault::usage(format!("the folder {} belongs to no service", folder.display()))
        .next("name its folder with --data DIR, or start the service once, which makes .latchkey: cargo run"))
}

async fn reach(folder: &Path) -> Result<(Store, Option<Engine>), Fault> {
    let turn = turn(folder).map_err(|cause| unusable(folder, &cause))?;
    let (mut engine, deadline) = (Engine { child: None, _turn: turn }, Instant::now() + STARTING);
    while Instant::now() < deadline {
        if let Some(store) = answering(folder).await {
            return Ok((store, Some(engine).filter(|engine| engine.child.is_some())));
        }
        engine.tend(folder)?;
        sleep(POLL).await;
    }
    Err(Fault::unavailable(format!("the engine of the folder {} does not answer", folder.display()))
        .next("stop the service that uses it, and start it again: cargo run"))
}

/// Waits until no other command has an engine of its own on the folder.
fn turn(folder: &Path) -> io::Result<File> {
    let file = private(&folder.join("admin.lock"))?;
    file.lock()?;
    Ok(file)
}

/// A file for the owner alone, made where there is none.
fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}

async fn answering(folder: &Path) -> Option<Store> {
    let socket = local::served(folder).filter(|socket| !socket.as_os_str().is_empty())?;
    let store = Store::new(store::client_of_socket(&socket), Tables::local());
    store.answers().await.then_some(store)
}

/// The engine is this very program, asked for nothing else.
fn start(folder: &Path) -> Result<Child, Fault> {
    let start = |program| {
        Command::new(program)
            .args(["engine", "--until-end-of-input", "--data"])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
    };
    env::current_exe()
        .and_then(start)
        .map_err(|cause| Fault::unavailable(format!("the engine of {} cannot be started: {cause}", folder.display())))
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
