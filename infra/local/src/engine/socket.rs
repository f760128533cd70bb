//! The socket on which the engine answers: in a folder that only its owner can enter.

use axum::Router;
use std::{
    fs::{self, Permissions},
    io,
    os::unix::{fs::PermissionsExt, net::UnixListener},
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use tokio::sync::oneshot;

const NAME: &str = "engine.sock";

/// A socket that is listened on.
pub(super) struct Listening {
    path: PathBuf,
    listener: UnixListener,
    /// The folder of a socket that has no file beside it.
    _folder: Option<TempDir>,
}

impl Listening {
    /// A socket in the folder of the engine's file. It stays there: the next engine of the folder replaces it, and may do so before
    /// this one has ended.
    ///
    /// # Errors
    /// The folder cannot be written, or its path is longer than a socket's may be (some 100 bytes).
    pub(super) fn beside(file: &Path) -> io::Result<Self> {
        let path = file.with_file_name(NAME);
        match fs::remove_file(&path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
            _ => Self::on(path, None),
        }
    }

    /// A socket in a folder of its own, which is removed with it.
    ///
    /// # Errors
    /// No folder can be made.
    pub(super) fn alone() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("latchkey-").tempdir()?;
        Self::on(folder.path().join(NAME), Some(folder))
    }

    fn on(path: PathBuf, folder: Option<TempDir>) -> io::Result<Self> {
        let listener = UnixListener::bind(&path)?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        listener.set_nonblocking(true)?;
        Ok(Self { path, listener, _folder: folder })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Answers until `stopping` speaks, or is dropped with its engine: both mean stop.
    ///
    /// # Errors
    /// The socket cannot be listened on.
    pub(super) async fn serve(&self, answers: Router, stopping: oneshot::Receiver<()>) -> io::Result<()> {
        let listener = tokio::net::UnixListener::from_std(self.listener.try_clone()?)?;
        let stop = async move { drop(stopping.await) };
        axum::serve(listener, answers).with_graceful_shutdown(stop).await
    }
}
