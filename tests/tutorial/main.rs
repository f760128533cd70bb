//! The commands of a Django tutorial, typed as they are printed there, against `cargo run`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where the program does not do what it should"
)]

use serde_json::Value;
use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};
use tests::{
    app,
    tools::{self, Running},
};

/// `cargo run` on a free port and an empty folder.
struct Tutorial {
    base: String,
    name: &'static str,
    folder: Folder,
    _service: Running,
}

/// A folder that goes when the test goes.
struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Tutorial {
    fn start(name: &'static str, settings: &[(&str, &str)]) -> Self {
        let address = tools::free_port();
        let folder = Folder(tools::root().join("target/tmp").join(format!("{name}-{}", address.port())));
        let mut command = Command::new(env!("CARGO"));
        command.args(["run", "--quiet", "--", "--listen", &address.to_string(), "--data"]).arg(&folder.0);
        let service = Running::start(name, command.envs(settings.iter().copied()));
        let tutorial = Self { base: format!("http://{address}"), name, folder, _service: service };
        tutorial.wait_for("listening on http://");
        tutorial
    }

    /// What the program printed, as soon as it printed `words`.
    fn wait_for(&self, words: &str) -> String {
        let log = tools::root().join("target/tmp").join(format!("{}.log", self.name));
        let begun = Instant::now();
        loop {
            let said = fs::read_to_string(&log).unwrap_or_default();
            if said.contains(words) {
                return said;
            }
            assert!(begun.elapsed() < Duration::from_secs(300), "{said}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn password(&self) -> String {
        fs::read_to_string(self.folder.0.join("first-password")).unwrap()
    }

    /// `http …`: the status and the body.
    fn http(&self, arguments: &[&str]) -> (u16, Value) {
        let output = Command::new(tools::tool("http")).args(["--ignore-stdin", "--print=hb"]).args(arguments).output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap().replace("\r\n", "\n");
        let (head, body) = text.split_once("\n\n").unwrap_or_else(|| panic!("no answer: {text}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body.trim()).unwrap())
    }

    fn obtain(&self) -> (String, String) {
        let url = format!("{}/api/token/", self.base);
        let (status, pair) = self.http(&["post", &url, "username=admin", &format!("password={}", self.password())]);
        assert_eq!(status, 200, "{pair}");
        [&pair["access"], &pair["refresh"]].map(|token| token.as_str().unwrap().to_owned()).into()
    }

    fn hello(&self, access: &str) -> (u16, Value) {
        self.http(&[&format!("{}/api/hello/", self.base), &format!("Authorization: Bearer {access}")])
    }
}

#[test]
fn works_as_printed() {
    let tutorial = Tutorial::start("tutorial", &[]);
    let (access, refresh) = tutorial.obtain();
    assert_eq!(tutorial.hello(&access), (200, serde_json::json!({"message": "Hello, World!"})));

    let url = format!("{}/api/token/refresh/", tutorial.base);
    let (status, renewed) = tutorial.http(&["post", &url, &format!("refresh={refresh}")]);
    assert_eq!(status, 200);
    assert_eq!(tutorial.hello(renewed["access"].as_str().unwrap()).0, 200);

    let url = format!("{}/api/token/verify/", tutorial.base);
    assert_eq!(tutorial.http(&["post", &url, &format!("token={access}")]), (200, serde_json::json!({})));
    let (status, refusal) = tutorial.http(&["post", &url, &format!("token={}", app::tampered(&access))]);
    assert_eq!((status, &refusal["code"]), (401, &"token_not_valid".into()));

    let (status, refusal) = tutorial.hello(&app::tampered(&access));
    assert_eq!((status, &refusal["code"]), (401, &"token_not_valid".into()));
}

#[test]
fn tokens_expire() {
    let tutorial = Tutorial::start("tutorial-expired", &[("ACCESS_TOKEN_LIFETIME", "1s")]);
    let (access, _) = tutorial.obtain();
    thread::sleep(Duration::from_millis(2_100));
    let (status, refusal) = tutorial.hello(&access);
    assert_eq!((status, &refusal["messages"][0]["message"]), (401, &"Token is expired".into()));
}

#[test]
fn the_lines_of_the_first_start_work_when_pasted() {
    let tutorial = Tutorial::start("tutorial-pasted", &[]);
    let said = tutorial.wait_for("listening on http://");
    let printed = said.split("Made a first user").nth(1).unwrap();
    let lines = printed.lines().filter(|line| line.starts_with("  ")).collect::<Vec<_>>().join("\n");
    let output = Command::new("bash").args(["-euc", &lines]).output().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(answers.contains(r#"{"message":"Hello, World!"}"#), "{answers}{complaint}\n{lines}");
    assert!(answers.contains(r#"{"access":"#), "{answers}");
}

#[test]
fn what_is_in_the_way_is_one_sentence_and_exit_code_2() {
    let tutorial = Tutorial::start("tutorial-busy", &[]);
    let taken = tutorial.base.trim_start_matches("http://").to_owned();
    let folder = tools::root().join("target/tmp/tutorial-other");
    let folder = folder.to_str().unwrap();
    let cases = [
        (taken.as_str(), folder, "5m", "choose another address with --listen"),
        ("127.0.0.1:0", "/proc/nowhere", "5m", "choose another folder with --data"),
        ("127.0.0.1:0", folder, "5x", "ACCESS_TOKEN_LIFETIME: "),
    ];
    for (listen, data, lifetime, sentence) in cases {
        let output = Command::new(tools::root().join("target/debug/latchkey"))
            .args(["--listen", listen, "--data", data])
            .env("ACCESS_TOKEN_LIFETIME", lifetime)
            .output()
            .expect("the program that cargo run built");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.lines().count()), (Some(2), 1), "{said}");
        assert!(said.contains(sentence) && !said.contains("panicked"), "{said}");
    }
}
