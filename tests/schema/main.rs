//! schemathesis reads `/openapi.json` of a running server, asks thousands of odd things, and holds every answer against
//! the page: status, headers, body, refusals of what is wrong, acceptance of what is right, calls without a token.
#![expect(clippy::unwrap_used, reason = "a test stops where the service does not do what it should")]

use serde_json::json;
use std::process::Command;
use store::User;
use tests::{
    app::{PASSWORD, TestApp, text, user},
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
    let browser = async |app: &TestApp| {
        let access = app.log_in().await.1;
        vec![format!("Cookie: __Host-latchkey={access}"), "Sec-Fetch-Site: same-origin".to_owned()]
    };
    let apart = ["--exclude-operation-id", "obtain", "--exclude-operation-id", "refresh"];
    let checks = ["--exclude-checks", "ignored_auth,missing_required_header,negative_data_rejection"];
    asks("cookies", &settings, browser, &[apart.as_slice(), &checks].concat()).await;
}

/// With the endpoints of the older package, and those for other services: these alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn finds_nothing_in_the_older_package_and_what_other_services_ask() {
    let settings =
        [("LEGACY", "drf-jwt"), ("JWT_EXPIRATION_DELTA", "3600"), ("OAUTH_CLIENTS", "shop:0123456789abcdef")];
    let superuser = async |app: &TestApp| {
        app.service.store.create_user(&User { is_superuser: true, ..user("3", "root", true) }).await.unwrap();
        let login = app.post("/api-token-auth/", json!({"username": "root", "password": PASSWORD})).await;
        vec![format!("Authorization: Bearer {}", text(&login, "token"))]
    };
    let these = ["--include-tag", "drf-jwt", "--include-tag", "other services"];
    // These operations do not lead to each other.
    asks("drf-jwt", &settings, superuser, &[&these[..], &["--phases", "examples,coverage,fuzzing"]].concat()).await;
}

async fn finds_nothing(name: &str, settings: &[(&str, &str)]) {
    let caller = async |app: &TestApp| vec![format!("Authorization: Bearer {}", app.log_in().await.1)];
    asks(name, settings, caller, &[]).await;
}

async fn asks(name: &str, settings: &[(&str, &str)], headers: impl AsyncFn(&TestApp) -> Vec<String>, options: &[&str]) {
    let app = TestApp::live(&[settings, &[("ACCESS_TOKEN_LIFETIME", "1h")]].concat()).await;
    let headers = headers(&app).await;
    let mut schemathesis = schemathesis(&format!("http://{}/openapi.json", app.service.address), &headers);
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
