//! `latchkey` alone, over a folder of its own.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};
use tests::tools::{build, done};

/// A service over a new folder. It is killed, and its folder removed, when this is dropped.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) folder: PathBuf,
    /// `http://…`
    pub(crate) address: String,
    /// Open as long as the service lives.
    _out: BufReader<ChildStdout>,
}

impl Served {
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let name = format!("console-{}-{number}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let mut command = latchkey();
        command.args(["--listen", "127.0.0.1:0"]).envs(settings.iter().copied());
        command.arg("--data").arg(&folder).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("listening on http://") {
            assert_ne!(out.read_line(&mut said).unwrap(), 0, "{said}");
        }
        let address = format!("http://{}", said.trim().rsplit("http://").next().unwrap());
        Self { child, folder, address, _out: out }
    }

    /// Makes a user with this password.
    pub(crate) fn create(&self, name: &str, password: &str) {
        let mut command = latchkey();
        command.args([
            "users",
            "create",
            name,
            "--password-stdin",
            "--email",
            &format!("{name}@example.com"),
            "--data",
        ]);
        let mut running = command.arg(&self.folder).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        running.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        assert!(running.wait().unwrap().success());
    }

    /// The password of the user that the first start made.
    pub(crate) fn first_password(&self) -> String {
        fs::read_to_string(self.folder.join("first-password")).unwrap()
    }

    /// What a command over the folder prints.
    pub(crate) fn latchkey(&self, arguments: &str) -> String {
        let mut command = latchkey();
        let output = done(command.args(arguments.split_whitespace()).arg("--data").arg(&self.folder));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The program.
pub(crate) fn latchkey() -> Command {
    Command::new(build(&["latchkey".to_owned()]).join("latchkey"))
}
