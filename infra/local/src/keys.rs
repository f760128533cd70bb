//! The keys of the running service: from the settings, or from `keys.json` as it is now.

use crate::start_error::StartError;
use keys::Own;
use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use token::KeySet;

/// Where the service's own keys come from.
pub enum Keys {
    /// They stay what they are.
    Fixed(Arc<KeySet>),
    /// A file that the command line `latchkey` may change meanwhile.
    File(KeyFile),
}

impl Keys {
    /// The set as it is now.
    pub(crate) fn now(&self) -> Arc<KeySet> {
        match self {
            Self::Fixed(set) => Arc::clone(set),
            Self::File(file) => file.now(),
        }
    }
}

impl From<KeySet> for Keys {
    fn from(set: KeySet) -> Self {
        Self::Fixed(Arc::new(set))
    }
}

impl From<Keys> for Own {
    fn from(keys: Keys) -> Self {
        Self::Known(Box::new(move || keys.now()))
    }
}

/// A key set in a file, read again when the file is another.
pub struct KeyFile {
    path: PathBuf,
    read: Mutex<Read>,
}

struct Read {
    set: Arc<KeySet>,
    version: Option<Version>,
}

/// Inode, length and time of the last change: a file that was replaced has another inode.
type Version = (u64, u64, i64, i64);

impl KeyFile {
    /// Reads the file for the first time.
    ///
    /// # Errors
    /// When it cannot be read, or is no key set.
    pub fn open(path: PathBuf) -> Result<Self, StartError> {
        let version = version(&path);
        let set = Self::read(&path)?;
        Ok(Self { path, read: Mutex::new(Read { set: Arc::new(set), version }) })
    }

    /// The set that a file has.
    ///
    /// # Errors
    /// When it cannot be read, or is no key set.
    pub(crate) fn read(path: &Path) -> Result<KeySet, StartError> {
        parsed(path).map_err(|cause| {
            StartError::plain(format!("{}: {cause}; repair it, or move it away and start again", path.display()))
        })
    }

    /// The set as the file has it now. While it cannot be read, or is no key set, the last one that could.
    fn now(&self) -> Arc<KeySet> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let version = version(&self.path);
        if version != read.version {
            read.version = version;
            match parsed(&self.path) {
                Ok(set) => read.set = Arc::new(set),
                Err(cause) => tracing::error!(event = "keys_not_read", cause),
            }
        }
        Arc::clone(&read.set)
    }
}

fn parsed(path: &Path) -> Result<KeySet, String> {
    let json = fs::read_to_string(path).map_err(|cause| cause.to_string())?;
    KeySet::parse(&json).map_err(|cause| cause.to_string())
}

fn version(path: &Path) -> Option<Version> {
    let state = fs::metadata(path).ok()?;
    Some((state.ino(), state.len(), state.mtime(), state.mtime_nsec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use token::{Algorithm, Key};

    fn json(kid: &str) -> String {
        let key = Key::generate(Algorithm::HS256, Some(kid.to_owned()), &[*b"0123456789abcdef"; 2].concat()).unwrap();
        KeySet::new(vec![key]).unwrap().to_json().to_string()
    }

    #[test]
    fn a_changed_file_is_picked_up_and_a_broken_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        fs::write(&path, json("first")).unwrap();
        let file = KeyFile::open(path.clone()).unwrap();
        assert!(file.now().knows("first"));
        fs::write(&path, json("second key")).unwrap();
        assert!(file.now().knows("second key"));
        fs::write(&path, "{").unwrap();
        assert!(file.now().knows("second key"));
        fs::remove_file(&path).unwrap();
        assert!(file.now().knows("second key"));
        fs::write(&path, json("third")).unwrap();
        assert!(file.now().knows("third"));
    }

    #[test]
    fn a_file_that_is_no_key_set_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(KeyFile::open(folder.path().join("keys.json")).is_err());
    }
}
