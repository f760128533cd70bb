//! Files that hold secrets: new ones, for their owner alone.

use crate::fault::Fault;
use std::{
    fs::{File, OpenOptions},
    io::{Error, ErrorKind},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// # Errors
/// The file is there already, or cannot be made.
pub(crate) fn create(path: &Path) -> Result<File, Fault> {
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    created.map_err(|cause| unwritable(path, &cause))
}

/// What to say of a file that cannot be written.
pub(crate) fn unwritable(path: &Path, cause: &Error) -> Fault {
    let fault = Fault::usage(format!("{} cannot be written: {cause}", path.display()));
    match cause.kind() {
        ErrorKind::AlreadyExists => fault.next("name a new file"),
        _ => fault.next("give a place where you may write"),
    }
}
