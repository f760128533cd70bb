//! The console in a real Chromium, as a person uses it: `make console`.

use std::process::Command;

use tests::{
    stage::{PASSWORD, Stage},
    tools::{done, root, tool},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn works_for_a_person_with_a_keyboard_by_day_and_by_night() {
    let stage = Stage::with(&[("ROTATE_REFRESH_TOKENS", "true")]).await;
    let mut visit = Command::new(tool("python"));
    let address = format!("http://{}", stage.service.address);
    visit.arg(root().join("tests/console/visit.py")).args([&address, "alice", PASSWORD]);
    let output = tokio::task::spawn_blocking(move || done(&mut visit)).await.unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
}
