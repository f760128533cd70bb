//! What is imported a row at a time takes as much memory for many rows as for few.

use crate::served_folder::{ServedFolder, program};
use serde_json::json;
use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// More than are under way at a time: from here on, what grows is kept.
const FEW: u32 = 600;
const MANY: u32 = 6 * FEW;

/// What a user has beside that is of no use here. Whoever keeps rows keeps this.
const REST: usize = 4_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_keeps_no_row() {
    let app = ServedFolder::new().await;
    let [few, many] = [FEW, MANY].map(|number| peak(&app, "users", &users(number, 10), ""));
    assert!(many < few + 4_000, "{few} KB became {many}");
    assert!(app.store().user(&MANY.to_string()).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_keeps_numbers_in_place_of_names() {
    let app = ServedFolder::new().await;
    let [few, many] = [FEW, MANY].map(|number| peak(&app, "users", &users(number, 2_000), "--dry-run"));
    assert!(many < few + 3_000, "{few} KB became {many}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_token_that_was_logged_out_a_number_is_kept() {
    let app = ServedFolder::new().await;
    let [few, many] = [10_000, 80_000].map(|number| peak(&app, "tokens", &tokens(number), ""));
    assert!(many < few + 4_000, "{few} KB became {many}");
}

/// The most memory that an import of these lines had at a time, in KB.
fn peak(app: &ServedFolder, area: &str, lines: &str, options: &str) -> u64 {
    let source = app.folder().join("source.jsonl");
    fs::write(&source, lines).unwrap();
    let mut command = Command::new(program("latchkey"));
    command.args([area, "import"]).arg(&source).args(options.split_whitespace()).arg("--data").arg(app.folder());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = highest(&child).unwrap_or(peak);
        thread::sleep(Duration::from_millis(2));
    }
    assert!(peak > 0, "it was gone before anybody looked");
    peak
}

/// None of a program that has ended.
fn highest(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(Path::new("/proc").join(child.id().to_string()).join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// The last ones of them are new whenever there are more than before.
fn users(number: u32, length: usize) -> String {
    let mut lines = String::new();
    for id in 1..=number {
        let fields = json!({"username": format!("{id:0length$}"), "biography": "x".repeat(REST), "is_active": true});
        writeln!(lines, "{}", json!({"model": "auth.user", "pk": id, "fields": fields})).unwrap();
    }
    lines
}

/// One token that is good, and many that were logged out and are not there.
fn tokens(number: u32) -> String {
    let fields = json!({"user": 1, "jti": "j", "token": "t", "expires_at": "2100-01-01T00:00:00Z"});
    let mut lines = json!({"model": "token_blacklist.outstandingtoken", "pk": 0, "fields": fields}).to_string();
    for id in 1..=number {
        let row = json!({"model": "token_blacklist.blacklistedtoken", "pk": id, "fields": {"token": id}});
        write!(lines, "\n{row}").unwrap();
    }
    lines
}
