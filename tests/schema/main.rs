//! schemathesis reads `/openapi.json` of a running server, asks thousands of odd things, and holds every answer against
//! the page: status, headers, body, refusals of what is wrong, acceptance of what is right, calls without a token.
#![expect(clippy::unwrap_used, reason = "a test stops where the service does not do what it should")]

use std::process::Command;
use tests::{
    app::TestApp,
    tools::{root, tool},
};

/// With Simple JWT's defaults.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn finds_nothing_in_the_defaults() {
    finds_nothing("simplejwt", &[]).await;
}

/// With rotation, sessions that are looked at, failed logins that count, and published keys.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn finds_nothing_in_the_hardened_profile() {
    let settings = [("PROFILE", "hardened"), ("ALGORITHM", "HS256"), ("ISSUER", "https://auth.example.com")];
    finds_nothing("hardened", &settings).await;
}

/// With the access token in a cookie, as a browser sends it. To browsers login and refresh answer cookies, which the page
/// does not describe; and a call that lacks the header is none that is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn finds_nothing_behind_cookies() {
    let settings = [("PROFILE", "hardened"), ("ALGORITHM", "HS256"), ("AUTH_COOKIE", "latchkey")];
    let browser =
        |access: &str| vec![format!("Cookie: __Host-latchkey={access}"), "Sec-Fetch-Site: same-origin".to_owned()];
    let apart = ["--exclude-operation-id", "obtain", "--exclude-operation-id", "refresh"];
    let checks = ["--exclude-checks", "ignored_auth,missing_required_header,negative_data_rejection"];
    asks("cookies", &settings, browser, &[apart.as_slice(), &checks].concat()).await;
}

async fn finds_nothing(name: &str, settings: &[(&str, &str)]) {
    asks(name, settings, |access| vec![format!("Authorization: Bearer {access}")], &[]).await;
}

async fn asks(name: &str, settings: &[(&str, &str)], headers: impl Fn(&str) -> Vec<String>, options: &[&str]) {
    let app = TestApp::live(&[settings, &[("ACCESS_TOKEN_LIFETIME", "1h")]].concat()).await;
    let (_, access) = app.log_in().await;
    let mut schemathesis = schemathesis(&format!("http://{}/openapi.json", app.service.address), &headers(&access));
    schemathesis.args(options);
    let output = tokio::task::spawn_blocking(move || schemathesis.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{name}: {said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(cases(&said) > 300, "{name}: {said}");
    println!("{name}: {} cases", cases(&said));
}

fn schemathesis(page: &str, headers: &[String]) -> Command {
    let mut command = Command::new(tool("schemathesis"));
    let config = root().join("tests/schema/schemathesis.toml");
    command.arg("--no-color").arg("--config-file").arg(config).args(["run", page, "--checks", "all"]);
    headers.iter().for_each(|header| _ = command.args(["--header", header]));
    // It keeps what it finds in the folder it is started in.
    command.current_dir(root().join("target"));
    command
}

/// How many requests it made of what it generated: `Test cases:` and below `755 generated, 755 passed`.
fn cases(said: &str) -> usize {
    let line = said.lines().find(|line| line.contains(" generated, ")).unwrap_or_default();
    line.split_whitespace().next().and_then(|count| count.parse().ok()).unwrap_or_default()
}
