//! A service in this process, a data folder that names its engine, and the real program.

use local::{Api, Options, Server, engine::Storage};
use serde_json::Value;
use settings::Settings;
use std::{
    fs::{self, DirBuilder},
    io::Write,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};
use store::{Store, User};
use tests::tools;
use token::{Key, KeySet};

/// Removed when dropped.
pub(crate) struct Folder(PathBuf);

/// A folder whose engine runs, as beside `cargo run`.
pub(crate) struct ServedFolder {
    pub(crate) server: Server,
    _served: local::Folder,
    folder: Folder,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("admin-{}-{number}", std::process::id()));
        DirBuilder::new().recursive(true).mode(0o700).create(&path).expect("a folder for the test");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Says that the engine behind `socket` serves the folder, for as long as the answer is kept.
    pub(crate) fn served_by(&self, socket: &Path) -> local::Folder {
        let served = local::Folder::open(&self.0).expect("a folder that nobody serves");
        served.announce(socket).expect("a file");
        served
    }

    /// Runs `admin ARGUMENTS --data` this folder, with `input` on standard input.
    pub(crate) fn latchkey(&self, arguments: &str, input: &str) -> Ended {
        let mut command = Command::new(program("latchkey"));
        command.args(arguments.split_whitespace()).arg("--data").arg(self.path());
        run(command, input)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl ServedFolder {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// One with these settings.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let given =
            |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        let settings = Settings::read(given).expect("settings");
        let keys = Key::generate(settings.algorithm, None, &[7; 64]).map(|key| KeySet::new(vec![key]));
        let keys = keys.expect("a key").expect("a key set");
        let options = Options {
            clock: local::system_clock(),
            backend: admin::backend,
            gateway: Api::Rest,
            keys: keys.into(),
            listen: ([127, 0, 0, 1], 0).into(),
            place: Storage::Memory,
            settings,
        };
        let server = Server::start(options).await.expect("a service");
        let folder = Folder::new();
        let served = folder.served_by(server.engine());
        Self { server, _served: served, folder }
    }

    /// Runs `admin ARGUMENTS` over the folder.
    pub(crate) fn latchkey(&self, arguments: &str) -> Ended {
        self.folder.latchkey(arguments, "")
    }

    /// Runs `latchkey users ARGUMENTS` over the folder.
    pub(crate) fn users(&self, arguments: &str) -> Ended {
        self.users_with(arguments, "")
    }

    /// The same, with something on standard input.
    pub(crate) fn users_with(&self, arguments: &str, input: &str) -> Ended {
        self.folder.latchkey(&format!("users {arguments}"), input)
    }

    /// The same, which must succeed and print JSON.
    pub(crate) fn json(&self, arguments: &str) -> Value {
        let ended = self.users(&format!("{arguments} --json"));
        assert_eq!(ended.code, 0, "{ended:?}");
        serde_json::from_str(&ended.out).expect("JSON")
    }

    /// Makes a user with this name and password.
    pub(crate) fn create(&self, name: &str, password: &str) {
        let ended = self.users_with(&format!("create {name} --password-stdin"), password);
        assert_eq!(ended.code, 0, "{ended:?}");
    }

    pub(crate) fn store(&self) -> &Store {
        self.server.store()
    }

    /// The folder that names its engine.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A URL of its engine, for commands that name tables.
    pub(crate) fn engine(&self) -> String {
        tests::bridge::over_tcp(self.server.engine())
    }

    /// The user as it is stored.
    pub(crate) async fn user(&self, name: &str) -> User {
        self.store().user_named(name).await.expect("a store").expect("a user")
    }
}

impl Ended {
    /// What every refusal is: an exit code, a sentence and what to do next, and nothing on standard output.
    pub(crate) fn refused(&self, code: i32, what: &str, next: &str) {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.out, "", "{self:?}");
        assert!(self.err.contains(what) && self.err.contains(next), "{self:?}");
    }
}

/// Runs a program to its end. A program that repeats what it was told in secret is wrong, whatever the test.
pub(crate) fn run(mut command: Command, input: &str) -> Ended {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program");
    // A program that does not read its input may be gone already.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("an end");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let ended = Ended { code: status.code().expect("an exit code"), out: text(stdout), err: text(stderr) };
    let secret = input.trim();
    let told = secret.is_empty() || secret.starts_with(['[', '{']);
    assert!(told || !(ended.out.contains(secret) || ended.err.contains(secret)), "the password is repeated: {ended:?}");
    ended
}

/// The program, built once from the sources as they are.
pub(crate) fn program(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| tools::build(&["latchkey".to_owned()])).join(name)
}
