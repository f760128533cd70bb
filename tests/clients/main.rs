//! docs/clients.md: its snippets run as they stand there, against a live service whose access tokens live two seconds
//! and whose refresh tokens are good once.
#![expect(clippy::unwrap_used, reason = "a test stops where the service does not do what it should")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tests::{
    app::{PASSWORD, TestApp},
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

/// A path, a field or an answer that the description does not have does not compile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn types_are_made_of_the_description() {
    let (app, folder) = (TestApp::live(&[]).await, unpacked("typed"));
    let description = root().join("docs/openapi.json");
    npx(&folder, "openapi-typescript", &[description.to_str().unwrap(), "-o", "api.d.ts"]).await.unwrap();
    let compile = ["--strict", "--target", "es2022", "--module", "nodenext"];
    npx(&folder, "tsc", &[&compile[..], &["typed.mts"]].concat()).await.unwrap();
    assert_eq!(run(&app, &node(), &folder, "typed.mjs").await, "");
    assert_eq!(run(&app, &node(), &folder, "drive_typed.mjs").await, "Hello, World!\n");
    let right = fs::read_to_string(folder.join("typed.mts")).unwrap();
    let wrong = [
        ("field.mts", right.replace("{ username,", "{ name: username,")),
        ("path.mts", right.replace("/api/hello/", "/api/hallo/")),
        ("answer.mts", right.replace("?.message", "?.detail")),
    ];
    wrong.iter().for_each(|(name, text)| fs::write(folder.join(name), text).unwrap());
    let names = wrong.map(|(name, _)| name);
    let said = npx(&folder, "tsc", &[&compile[..], &["--noEmit"], &names].concat()).await.unwrap_err();
    assert!(names.iter().all(|name| said.contains(&format!("{name}("))), "{said}");
}

#[test]
fn every_snippet_of_a_file_is_used() {
    // latchkey-accounts.mjs and latchkey-cookies.mjs need a browser: tests/console runs them.
    let used = [
        "latchkey.mjs",
        "latchkey-accounts.mjs",
        "latchkey-axios.mjs",
        "latchkey-cookies.mjs",
        "latchkey_requests.py",
        "latchkey_httpx.py",
        "typed.mts",
    ];
    let tried = ["try-fetch.mjs", "try-axios.mjs", "try_requests.py", "try_httpx.py"];
    let named: Vec<String> = snippets().into_iter().map(|(name, _)| name).collect();
    for name in &named {
        assert!(used.contains(&name.as_str()) || tried.contains(&name.as_str()), "nobody runs {name}");
    }
    assert_eq!(named.len(), used.len() + tried.len());
}

async fn refreshes_once_for_all(name: &str, program: &Path, [example, driver]: [&'static str; 2]) {
    let (app, folder) = (TestApp::live(&SETTINGS).await, unpacked(name));
    let greeting = run(&app, program, &folder, example).await;
    assert!(greeting.contains("Hello, World!"), "{greeting}");
    assert_eq!(run(&app, program, &folder, driver).await, TEN_THEN_NONE);
    let sessions = app.service.store.sessions_of("1").await.unwrap();
    let refreshes: u64 = sessions.iter().map(|session| session.generation).sum();
    assert_eq!(refreshes, 1, "ten calls share one refresh; the one that is refused does not count");
}

async fn run(app: &TestApp, program: &Path, folder: &Path, script: &'static str) -> String {
    let mut command = Command::new(program);
    command.arg(folder.join(script)).env("LATCHKEY", format!("http://{}", app.service.address));
    command.env("PASSWORD", PASSWORD).env("NO_PROXY", "127.0.0.1");
    let output = tokio::task::spawn_blocking(move || done(&mut command)).await.unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs a program that came from npm; what it said, if it is not content.
async fn npx(folder: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new(folder.join("node_modules/.bin").join(program));
    command.args(arguments).current_dir(folder);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(said) }
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
    if ["axios", "typed"].contains(&name) {
        assert!(modules.exists(), "{name} is missing: install Node 20 or newer with npm, then: make tools");
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
