//! `keys.json` of a local folder. Whoever reads it while it is replaced sees the old set or the new one.

use crate::{connection::folder, fault::Fault};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};
use token::KeySet;
use zeroize::Zeroizing;

/// The file, and the right to change it as long as this lives.
pub(crate) struct Held {
    path: PathBuf,
    _turn: File,
}

/// # Errors
/// No folder, no keys in it yet, or keys that cannot be read.
pub(crate) fn open(folder: &Path) -> Result<(KeySet, Held), Fault> {
    folder::demand(folder)?;
    let path = path(folder);
    let turn = turn(folder).map_err(|cause| unreadable(&path, &cause))?;
    Ok((read(folder)?, Held { path, _turn: turn }))
}

/// The keys as they are, for whoever does not change them.
///
/// # Errors
/// As [`open`].
pub(crate) fn read(folder: &Path) -> Result<KeySet, Fault> {
    let path = path(folder);
    let json = fs::read_to_string(&path).map(Zeroizing::new).map_err(|cause| unreadable(&path, &cause))?;
    KeySet::parse(&json).map_err(|cause| {
        Fault::usage(format!("{} is not a key set: {cause}", path.display()))
            .next("repair it, or move it away and start again")
    })
}

/// The file of a folder.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("keys.json")
}

impl Held {
    pub(crate) fn replace(&self, next: &KeySet) -> Result<(), Fault> {
        let fresh = self.path.with_extension("json.new");
        let written = write(&fresh, next.to_json().as_bytes()).and_then(|()| fs::rename(&fresh, &self.path));
        written.map_err(|cause| Fault::usage(format!("{} cannot be written: {cause}", self.path.display())))
    }
}

/// One command at a time changes the keys.
fn turn(folder: &Path) -> io::Result<File> {
    let file =
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(folder.join("keys.lock"))?;
    file.lock()?;
    Ok(file)
}

/// Writes for the owner alone, and returns when it is on the disk.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn unreadable(path: &Path, cause: &io::Error) -> Fault {
    let fault = Fault::usage(format!("{} cannot be read: {cause}", path.display()));
    match cause.kind() {
        ErrorKind::NotFound => {
            fault.next("start the service once without SIGNING_KEY, which makes the first key: cargo run")
        }
        _ => fault.next("allow yourself to read it, or name another folder with --data DIR"),
    }
}
