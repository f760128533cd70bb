//! The file `engine` of a data folder: which process serves the folder, and where its engine listens, in one line of two words.
//! It is locked for as long as that is true: what it says without a lock was left over, whatever ended the process.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process,
};

/// The file, made where there is none, for its owner alone.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn open(folder: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(at(folder))
}

/// Says that this process serves the folder, and where its engine listens: empty while it starts. A path in the folder is
/// said from there: a command may know the folder by another path.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn announce(file: &File, folder: &Path, socket: &Path) -> io::Result<()> {
    let socket = socket.strip_prefix(folder).unwrap_or(socket);
    let line = format!("{} {}\n", process::id(), socket.display());
    file.set_len(0).and_then(|()| file.write_all_at(line.as_bytes(), 0))
}

/// The process that serves the folder.
pub(crate) fn holder(file: &File) -> String {
    let said = io::read_to_string(file).unwrap_or_default();
    said.split(' ').next().unwrap_or_default().to_owned()
}

/// The socket of the engine that serves the folder: `None` where nobody does, and empty while it starts.
pub fn served(folder: &Path) -> Option<PathBuf> {
    let file = File::open(at(folder)).ok()?;
    let Err(TryLockError::WouldBlock) = file.try_lock_shared() else { return None };
    let said = io::read_to_string(&file).ok()?;
    let socket = said.split_once(' ').map(|(_, socket)| socket.trim())?;
    Some(if socket.is_empty() { PathBuf::new() } else { folder.join(socket) })
}

fn at(folder: &Path) -> PathBuf {
    folder.join("engine")
}
