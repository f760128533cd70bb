//! The data folder: the engine's file, the key set and the address of the engine that serves it. Only its owner may
//! look inside, and one process at a time serves it.

use crate::{
    engine_file,
    keys::{KeyFile, Keys},
    owner,
    start_error::StartError,
};
use api::Ambient;
use settings::{
    Settings,
    file::{self, Given},
};
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};
use token::{Entropy, KeyError, KeySet, Policy};

/// How long a command that only looks whether the folder is served, or is about to end, may be in the way.
const PATIENCE: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_millis(20);

/// A data folder that exists, and that this process alone serves.
pub struct Folder {
    path: PathBuf,
    engine: File,
}

impl Folder {
    /// Opens the folder, and makes it on the first start.
    ///
    /// # Errors
    /// When it cannot be made or written, or another process serves it.
    pub fn open(path: &Path) -> Result<Self, StartError> {
        let unusable = |cause: io::Error| StartError::unusable(path, &cause);
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable)?;
        owner::claim(path)?;
        let engine = engine_file::open(path).map_err(unusable)?;
        take(&engine, path)?;
        let folder = Self { path: path.to_owned(), engine };
        folder.announce(Path::new(""))?;
        Ok(folder)
    }

    /// The engine's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("latchkey.db")
    }

    /// Where the last events are kept.
    pub(crate) fn events(&self) -> PathBuf {
        self.path.join(file::EVENTS)
    }

    /// The key set: from the settings, else from `keys.json`, which the first start makes.
    ///
    /// # Errors
    /// When it cannot be read, or cannot be made for ALGORITHM.
    pub(crate) fn keys(&self, settings: &Settings) -> Result<Keys, StartError> {
        if let Some(keys) = settings.keys().map_err(|faults| StartError::settings(&faults))? {
            return Ok(keys.into());
        }
        let path = self.path.join("keys.json");
        let policy = settings.policy();
        let is_there = match path.exists() {
            true => self.complete_keys(&path, &policy).map(|()| true)?,
            false => self.make_keys(&path, &policy, settings.jwk_url.is_some())?,
        };
        if is_there {
            return KeyFile::open(path).map(Keys::File);
        }
        Ok(KeySet::default().into())
    }

    /// Keeps the first user's password in a file for the owner alone, and returns its path. On a screen or in a shell's history others
    /// would read it later.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(crate) fn keep_password(&self, password: &str) -> Result<PathBuf, StartError> {
        let path = self.path.join("first-password");
        write_new(&path, password.as_bytes()).map_err(|cause| StartError::unusable(&self.path, &cause))?;
        Ok(path)
    }

    /// Keeps the settings that the service was started with, for the commands that look after the folder. No secrets.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(crate) fn keep_settings(&self, settings: &Given) -> Result<(), StartError> {
        let mut file = OpenOptions::new();
        let file = file.write(true).create(true).truncate(true).mode(0o600).open(self.path.join(file::KEPT));
        let written = file.and_then(|mut file| file.write_all(file::lines(settings).as_bytes()));
        written.map_err(|cause| StartError::unusable(&self.path, &cause))
    }

    /// Says where the folder's engine listens, for the command line `latchkey`.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn announce(&self, socket: &Path) -> Result<(), StartError> {
        engine_file::announce(&self.engine, &self.path, socket)
            .map_err(|cause| StartError::unusable(&self.path, &cause))
    }

    /// Whether keys were made. None need be where JWK_URL has those of an issuer: its tokens are verified without.
    fn make_keys(&self, path: &Path, policy: &Policy, has_others: bool) -> Result<bool, StartError> {
        let algorithm = policy.algorithm;
        let keys = match KeySet::begin(policy, &entropy()?) {
            Err(KeyError::Unmade { .. }) if has_others => return Ok(false),
            made => made.map_err(|cause| {
                StartError::plain(format!(
                    "ALGORITHM: no {algorithm} key can be made here ({cause}); give one in SIGNING_KEY"
                ))
            })?,
        };
        write_new(path, keys.to_json().as_bytes()).map_err(|cause| StartError::unusable(&self.path, &cause))?;
        Ok(true)
    }

    /// Gives keys that an earlier start made what the settings ask for since: a secret for refresh tokens.
    fn complete_keys(&self, path: &Path, policy: &Policy) -> Result<(), StartError> {
        let keys = KeyFile::read(path)?;
        let completed = keys.with_refresh_secret(policy, Ambient::time(), &entropy()?);
        let completed = completed.map_err(|cause| StartError::new("keys.json", cause))?;
        if completed.keys().len() == keys.keys().len() {
            return Ok(());
        }
        let next = path.with_extension("json.new");
        let written = write_new(&next, completed.to_json().as_bytes()).and_then(|()| fs::rename(&next, path));
        written.map_err(|cause| StartError::unusable(&self.path, &cause))
    }
}

fn entropy() -> Result<Entropy, StartError> {
    Ambient::key_entropy().map_err(|cause| StartError::new("no entropy for a key", cause))
}

/// Locks the file for as long as it is open.
fn take(engine: &File, path: &Path) -> Result<(), StartError> {
    let begun = Instant::now();
    loop {
        match engine.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => thread::sleep(POLL),
            Err(TryLockError::WouldBlock) => return Err(taken(engine, path)),
            Err(TryLockError::Error(cause)) => return Err(StartError::unusable(path, &cause)),
        }
    }
}

fn taken(engine: &File, path: &Path) -> StartError {
    let (holder, path) = (engine_file::holder(engine), path.display());
    StartError::plain(format!(
        "process {holder} serves the folder {path} already; end it, or choose another with --data"
    ))
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?.write_all(bytes)
}
