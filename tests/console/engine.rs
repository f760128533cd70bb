//! `latchkey` alone, and a page in the same person's browser that looks for its tables.

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};
use tests::{
    bridge,
    process::listeners,
    tools::{build, done, root, tool},
};

/// A service over a new folder. It is killed, and its folder removed, when this is dropped.
struct Service {
    child: Child,
    folder: PathBuf,
    /// Open as long as the service lives.
    _out: BufReader<ChildStdout>,
}

impl Service {
    fn start() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("console-{}", std::process::id()));
        let mut command = Command::new(build(&["latchkey".to_owned()]).join("latchkey"));
        command
            .arg("--data")
            .arg(&folder)
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("listening on http://") {
            assert_ne!(out.read_line(&mut said).unwrap(), 0, "{said}");
        }
        Self { child, folder, _out: out }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A browser sends what a page likes to every port of the machine, and the engine asks for no credentials.
#[test]
fn hands_no_row_to_a_page_of_another_origin() {
    let service = Service::start();
    let ports = listeners(service.child.id());
    assert!(!ports.is_empty());
    // The page must be able to find rows: where the engine has a port, it does.
    let open = bridge::over_tcp(&service.folder.join("engine.sock"));
    let ports = ports.iter().map(u16::to_string);
    let mut visit = Command::new(tool("python"));
    visit.arg(root().join("tests/console/engine.py")).args(open.rsplit(':').next().map(OsStr::new)).args(ports);
    println!("{}", String::from_utf8_lossy(&done(&mut visit).stdout));
}
