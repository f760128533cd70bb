//! Programs that run beside a test: our own, built for it, and those that `make tools` sets up.

use std::{
    env,
    fs::File,
    hash::{BuildHasher, RandomState},
    iter,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output},
    thread,
    time::Duration,
};
use tokio::net::TcpStream;

/// A program in the background. It ends, with everything it started, when this is dropped.
pub struct Running(Child);

impl Running {
    /// Starts `command` from the root of the project. What it prints is kept in `target/tmp/NAME.log`.
    ///
    /// # Panics
    /// The program cannot be started.
    pub fn start(name: &str, command: &mut Command) -> Self {
        let folder = root().join("target/tmp");
        std::fs::create_dir_all(&folder).expect("a folder for logs");
        let log = File::create(folder.join(format!("{name}.log"))).expect("a file for the log");
        let log = [log.try_clone().expect("a second handle"), log];
        let [out, err] = log;
        let started = command.current_dir(root()).process_group(0).stdout(out).stderr(err).spawn();
        Self(started.unwrap_or_else(|cause| panic!("{name} does not start: {cause}")))
    }

    fn signal(&self, signal: &str) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args([signal, "--", &group]).output();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal("-TERM");
        for _ in 0..50 {
            if !matches!(self.0.try_wait(), Ok(None)) {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        self.signal("-KILL");
        let _ = self.0.wait();
    }
}

/// The root of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A program of `make tools`.
///
/// # Panics
/// It is not there; says what to do.
pub fn tool(name: &str) -> PathBuf {
    let path = root().join(".tools/bin").join(name);
    assert!(path.exists(), "{} is missing; set it up with: make tools", path.display());
    path
}

/// The names of the programs that Lambda runs.
///
/// # Panics
/// There is no folder of functions.
pub fn programs() -> Vec<String> {
    let folders = std::fs::read_dir(root().join("functions")).expect("the folder of functions");
    folders.filter_map(|folder| folder.ok()?.file_name().into_string().ok()).collect()
}

/// The program of a function: its own, or that of all endpoints.
pub fn program(function: &str) -> &str {
    if root().join("functions").join(function).exists() { function } else { "endpoints" }
}

/// Builds programs of ours as this test is built, with the features they have when the whole workspace is, and says in which
/// folder they are.
///
/// # Panics
/// One does not build.
pub fn build(programs: &[String]) -> PathBuf {
    let itself = env::current_exe().expect("a path");
    let folder = itself.ancestors().nth(2).expect("the folder of the profile");
    let named = programs.iter().flat_map(|program| ["--bin", program]);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.arg("build").args(named).arg("--target-dir").arg(folder.parent().expect("the target folder"));
    let profile = folder.file_name().filter(|name| *name != "debug").unwrap_or("dev".as_ref());
    done(cargo.arg("--profile").arg(profile));
    folder.to_owned()
}

/// Runs `command` from the root of the project to its end, which must be a good one.
///
/// # Panics
/// It is not; shows what the program said.
pub fn done(command: &mut Command) -> Output {
    let output = command.current_dir(root()).output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} ended with {}:\n{said}", output.status);
    output
}

/// A port that was free a moment ago. The system gives higher ones to those who ask for any port, so none of them takes it before a slow
/// program listens there.
///
/// # Panics
/// There is none.
pub fn free_port() -> SocketAddr {
    let drawn = || 20_000 + u16::try_from(RandomState::new().hash_one(()) % 10_000).unwrap_or_default();
    let mut addresses = iter::repeat_with(|| SocketAddr::from((Ipv4Addr::LOCALHOST, drawn()))).take(100);
    addresses.find(|address| TcpListener::bind(address).is_ok()).expect("a free port")
}

/// Waits until somebody listens there.
///
/// # Panics
/// Nobody does, for half a minute.
pub async fn opens(address: SocketAddr) {
    for _ in 0..300 {
        if TcpStream::connect(address).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nobody listens on {address}; see the logs in target/tmp");
}
