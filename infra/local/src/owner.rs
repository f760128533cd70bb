//! Whose a data folder is: what another user could have put there would be taken for keys and users of the service.

use crate::start_error::StartError;
use rustix::process::geteuid;
use std::{
    fs::{self, Metadata, Permissions},
    io::ErrorKind,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

/// The rights of the group and of others to write.
const WRITE: u32 = 0o022;

/// What a service believes that it finds in its folder.
const KEPT: [&str; 8] = [
    "engine",
    "first-password",
    "keys.json",
    "keys.json.new",
    "latchkey.db",
    "latchkey.db-journal",
    "latchkey.db-shm",
    "latchkey.db-wal",
];

/// Takes the folder for this user alone.
///
/// # Errors
/// Another user owns it or may write into it, or one of its files is a link or another user's.
pub(crate) fn claim(folder: &Path) -> Result<(), StartError> {
    let found = fs::metadata(folder).map_err(|cause| StartError::unusable(folder, &cause))?;
    if !is_ours(&found) {
        return Err(StartError::plain(format!(
            "the folder {0} belongs to another user, or others may write into it, so keys and users in it may be theirs; \
             choose another with --data, or look through it and then run: chmod 700 {0}",
            folder.display()
        )));
    }
    fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(|cause| StartError::unusable(folder, &cause))?;
    KEPT.iter().try_for_each(|name| own(&folder.join(name)))
}

/// # Errors
/// The file is a link, or another user owns it or may write it.
fn own(file: &Path) -> Result<(), StartError> {
    match fs::symlink_metadata(file) {
        Ok(found) if found.is_file() && is_ours(&found) => Ok(()),
        Ok(_) => Err(StartError::plain(format!(
            "{} is a link, or another user owns it or may write it; move it away, or choose another folder with --data",
            file.display()
        ))),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(StartError::unusable(file, &cause)),
    }
}

fn is_ours(found: &Metadata) -> bool {
    found.uid() == geteuid().as_raw() && found.mode() & WRITE == 0
}
