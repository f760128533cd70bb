//! The data folder: the engine's file, the key set and the address of the engine that serves it. Only its owner may
//! look inside.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use api::Ambient;
use settings::Settings;
use token::{Algorithm, KeySet};

use crate::{
    fault::Fault,
    keys::{KeyFile, Keys},
};

/// A data folder that exists and can be written.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Opens the folder, and makes it on the first start.
    ///
    /// # Errors
    /// When it cannot be made or written.
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|cause| unusable(path, &cause))?;
        let folder = Self { path: path.to_owned() };
        write_new(&folder.path.join("writable"), b"").map_err(|cause| unusable(path, &cause))?;
        folder.remove("writable");
        Ok(folder)
    }

    /// The engine's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("latchkey.db")
    }

    /// The key set: from the settings, else from `keys.json`, which the first start makes.
    ///
    /// # Errors
    /// When it cannot be read, or cannot be made for ALGORITHM.
    pub(crate) fn keys(&self, settings: &Settings) -> Result<Keys, Fault> {
        if let Some(keys) = settings.keys().map_err(|faults| Fault::settings(&faults))? {
            return Ok(keys.into());
        }
        let path = self.path.join("keys.json");
        if !path.exists() {
            self.make_keys(&path, settings.algorithm)?;
        }
        KeyFile::open(path).map(Keys::File)
    }

    /// Says where the folder's engine listens, for the command line `admin`.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(crate) fn announce(&self, url: &str) -> Result<(), Fault> {
        self.remove("engine");
        write_new(&self.path.join("engine"), url.as_bytes()).map_err(|cause| unusable(&self.path, &cause))
    }

    /// Takes back [`Folder::announce`].
    pub(crate) fn withdraw(&self) {
        self.remove("engine");
    }

    fn make_keys(&self, path: &Path, algorithm: Algorithm) -> Result<(), Fault> {
        let entropy = Ambient::key_entropy().map_err(|cause| Fault::new("no entropy for a first key", cause))?;
        let keys = KeySet::first(algorithm, &entropy).map_err(|cause| {
            Fault::plain(format!("ALGORITHM: no {algorithm} key can be made here ({cause}); give one in SIGNING_KEY"))
        })?;
        write_new(path, keys.to_json().as_bytes()).map_err(|cause| unusable(&self.path, &cause))
    }

    fn remove(&self, name: &str) {
        // What is not there need not be removed; anything else shows at the next write.
        let _ = fs::remove_file(self.path.join(name));
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?.write_all(bytes)
}

fn unusable(path: &Path, cause: &std::io::Error) -> Fault {
    Fault::plain(format!("{}: {cause}; choose another folder with --data", path.display()))
}
