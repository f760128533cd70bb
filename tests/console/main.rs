//! The console, and a page that keeps its tokens in cookies, in a real Chromium: `make console`.
#![expect(clippy::unwrap_used, reason = "a test stops where the page does not do what it should")]

use std::process::Command;
use tests::{
    stage::{PASSWORD, Stage},
    tools::{done, root, tool},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn works_for_a_person_with_a_keyboard_by_day_and_by_night() {
    visit("visit.py", &[("ROTATE_REFRESH_TOKENS", "true")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keeps_tokens_in_cookies_that_no_script_and_no_foreign_page_can_use() {
    let hardened = [("AUTH_COOKIE", "latchkey"), ("PROFILE", "hardened"), ("ALGORITHM", "HS256")];
    visit("cookies.py", &[&hardened[..], &[("ACCESS_TOKEN_LIFETIME", "2")]].concat()).await;
}

async fn visit(script: &str, settings: &[(&str, &str)]) {
    let stage = Stage::live(settings).await;
    let mut visit = Command::new(tool("python"));
    let address = format!("http://{}", stage.service.address);
    visit.arg(root().join("tests/console").join(script)).args([&address, "alice", PASSWORD]);
    let output = tokio::task::spawn_blocking(move || done(&mut visit)).await.unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
}
