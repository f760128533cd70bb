//! The embedded engine: what it keeps, and who may read it.

use crate::test_store::{NOW, rotation, session, user};
use local::engine::{Engine, Error, Storage};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use store::{Rotated, Store, Tables};

#[tokio::test]
async fn a_file_keeps_everything_over_a_restart() {
    let folder = Folder::new("keeps");
    let engine = Engine::start(Storage::File(folder.database())).await.unwrap();
    let store = store(&engine);
    store.create_tables().await.unwrap();
    store.create_user(&user("alice")).await.unwrap();
    store.open_session(&session("s")).await.unwrap();
    store.rotate(&rotation("s-0", "s-1", NOW)).await.unwrap();
    engine.shutdown().await;
    assert!(store.user("id-alice").await.is_err(), "an engine that was shut down is gone");

    let engine = Engine::start(Storage::File(folder.database())).await.unwrap();
    let store = self::store(&engine);
    store.create_tables().await.unwrap();
    assert_eq!(store.user_named("alice").await, Ok(Some(user("alice"))));
    assert!(matches!(store.rotate(&rotation("s-0", "x", NOW)).await, Ok(Rotated::Replayed(_))));
    assert!(matches!(store.rotate(&rotation("s-1", "s-2", NOW)).await, Ok(Rotated::Fresh(_))));
    engine.shutdown().await;
}

#[tokio::test]
async fn an_engine_that_is_dropped_loses_nothing() {
    let folder = Folder::new("dropped");
    let engine = Engine::start(Storage::File(folder.database())).await.unwrap();
    store(&engine).create_tables().await.unwrap();
    store(&engine).create_user(&user("alice")).await.unwrap();
    drop(engine);
    let engine = Engine::start(Storage::File(folder.database())).await.unwrap();
    assert_eq!(store(&engine).user("id-alice").await, Ok(Some(user("alice"))));
}

#[tokio::test]
async fn only_the_owner_reads_the_files() {
    let folder = Folder::new("owner");
    fs::write(folder.database(), "").unwrap();
    fs::set_permissions(folder.database(), PermissionsExt::from_mode(0o644)).unwrap();
    let engine = Engine::start(Storage::File(folder.database())).await.unwrap();
    store(&engine).create_tables().await.unwrap();
    let files: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap()).collect();
    assert!(!files.is_empty());
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[tokio::test]
async fn memory_is_forgotten() {
    let engine = Engine::start(Storage::Memory).await.unwrap();
    store(&engine).create_tables().await.unwrap();
    engine.shutdown().await;
    let engine = Engine::start(Storage::Memory).await.unwrap();
    assert!(store(&engine).user("id-alice").await.is_err());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told() {
    let folder = Folder::new("fault");
    fs::write(folder.database(), "this is not a database, and it is long enough to be seen as none".repeat(50))
        .unwrap();
    assert!(matches!(Engine::start(Storage::File(folder.database())).await, Err(Error::Foreign(_))));
    let nowhere = folder.0.join("nowhere/latchkey.db");
    assert!(matches!(Engine::start(Storage::File(nowhere)).await, Err(Error::System(_))));
}

fn store(engine: &Engine) -> Store {
    Store::new(store::client_of_socket(engine.socket()), Tables::local())
}

/// A folder that is gone with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("engine-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn database(&self) -> PathBuf {
        self.0.join("latchkey.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays in the build folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}
