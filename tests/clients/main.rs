//! docs/clients.md: its snippets run as they stand there, against a live service whose access tokens live two seconds
//! and whose refresh tokens are good once.
#![expect(clippy::unwrap_used, reason = "a test stops where the service does not do what it should")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tests::{
    stage::{PASSWORD, Stage},
    tools::{done, root, tool},
};

/// What the drivers in this folder print: ten calls at once past the expiry, then one after every session was ended.
const TEN_THEN_NONE: &str = "200 200 200 200 200 200 200 200 200 200\n401\n";

const SETTINGS: [(&str, &str); 3] =
    [("ACCESS_TOKEN_LIFETIME", "2"), ("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fetch_refreshes_once_for_all() {
    refreshes_once_for_all("fetch", &node(), ["try-fetch.mjs", "fetch.mjs"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axios_refreshes_once_for_all() {
    refreshes_once_for_all("axios", &node(), ["try-axios.mjs", "axios.mjs"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_refreshes_once_for_all() {
    refreshes_once_for_all("requests", &tool("python"), ["try_requests.py", "drive_requests.py"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn httpx_refreshes_once_for_all() {
    refreshes_once_for_all("httpx", &tool("python"), ["try_httpx.py", "drive_httpx.py"]).await;
}

#[test]
fn every_snippet_of_a_file_is_used() {
    let used = ["latchkey.mjs", "latchkey-axios.mjs", "latchkey_requests.py", "latchkey_httpx.py"];
    let tried = ["try-fetch.mjs", "try-axios.mjs", "try_requests.py", "try_httpx.py"];
    let named: Vec<String> = snippets().into_iter().map(|(name, _)| name).collect();
    for name in &named {
        assert!(used.contains(&name.as_str()) || tried.contains(&name.as_str()), "nobody runs {name}");
    }
    assert_eq!(named.len(), used.len() + tried.len());
}

async fn refreshes_once_for_all(name: &str, program: &Path, [example, driver]: [&'static str; 2]) {
    let (stage, folder) = (Stage::with(&SETTINGS).await, unpacked(name));
    let greeting = run(&stage, program, &folder, example).await;
    assert!(greeting.contains("Hello, World!"), "{greeting}");
    assert_eq!(run(&stage, program, &folder, driver).await, TEN_THEN_NONE);
    let sessions = stage.service.store.sessions_of("1").await.unwrap();
    let refreshes: u64 = sessions.iter().map(|session| session.generation).sum();
    // The second is the one that is refused: it counts, as its row moves on before its end is seen.
    assert_eq!(refreshes, 2, "ten calls share one refresh, and a refusal is not asked again");
}

async fn run(stage: &Stage, program: &Path, folder: &Path, script: &'static str) -> String {
    let mut command = Command::new(program);
    command.arg(folder.join(script)).env("LATCHKEY", format!("http://{}", stage.service.address));
    command.env("PASSWORD", PASSWORD).env("NO_PROXY", "127.0.0.1");
    let output = tokio::task::spawn_blocking(move || done(&mut command)).await.unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A folder with the snippets, the drivers, and what `make tools` got from npm.
fn unpacked(name: &str) -> PathBuf {
    let folder = root().join("target/tmp/clients").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in snippets() {
        fs::write(folder.join(name), text).unwrap();
    }
    for driver in fs::read_dir(root().join("tests/clients")).unwrap() {
        let driver = driver.unwrap();
        fs::copy(driver.path(), folder.join(driver.file_name())).unwrap();
    }
    let modules = fs::canonicalize(root().join(".tools")).unwrap().join("node/node_modules");
    if name == "axios" {
        assert!(modules.exists(), "axios is missing: install Node 20 or newer with npm, then: make tools");
        std::os::unix::fs::symlink(modules, folder.join("node_modules")).unwrap();
    }
    folder
}

/// The blocks of the page that name a file: its name and its text.
fn snippets() -> Vec<(String, String)> {
    let page = fs::read_to_string(root().join("docs/clients.md")).unwrap();
    let blocks = page.split("\n```").filter_map(|block| {
        let (head, text) = block.split_once('\n')?;
        let (_, name) = head.split_once(" file=")?;
        Some((name.to_owned(), format!("{text}\n")))
    });
    blocks.collect()
}

fn node() -> PathBuf {
    let found = Command::new("node").arg("--version").output();
    assert!(found.is_ok(), "node is missing: install Node 20 or newer (Debian, Ubuntu: apt install nodejs npm)");
    PathBuf::from("node")
}
