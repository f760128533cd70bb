//! The console, and a page that keeps its tokens in cookies, in a real Chromium: `make console`.
#![expect(clippy::unwrap_used, reason = "a test stops where the page does not do what it should")]

mod engine;
mod operator;
mod served;

use std::process::Command;
use store::User;
use tests::{
    app::{PASSWORD, TestApp, user},
    tools::{done, free_port, root, tool},
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serves_pages_of_another_origin_and_no_others() {
    let page = format!("http://{}", free_port());
    let cors = [
        ("ACCESS_TOKEN_LIFETIME", "2"),
        ("CORS_ALLOWED_ORIGINS", page.as_str()),
        ("CORS_EXPOSE_HEADERS", "WWW-Authenticate"),
    ];
    visit("origins.py", &cors).await;
    let cookies =
        [("AUTH_COOKIE", "latchkey"), ("AUTH_COOKIE_ORIGINS", page.as_str()), ("CORS_ALLOW_CREDENTIALS", "true")];
    visit("origins.py", &[&cors[..], &cookies].concat()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn makes_an_account_and_follows_the_links_of_its_mails() {
    let accounts = [
        ("ACCOUNTS", "djoser"),
        ("SEND_ACTIVATION_EMAIL", "true"),
        ("DOMAIN", "localhost"),
        ("ACTIVATION_URL", "http://localhost/console#activate/{uid}/{token}"),
        ("PASSWORD_RESET_CONFIRM_URL", "http://localhost/console#reset/{uid}/{token}"),
    ];
    visit("accounts.py", &accounts).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn describes_the_endpoints_of_other_packages_and_tries_them() {
    visit("packages.py", &[("LEGACY", "jwt"), ("OAUTH_CLIENTS", "shop:0123456789abcdef")]).await;
}

async fn visit(script: &str, settings: &[(&str, &str)]) {
    let app = TestApp::live(settings).await;
    let operator = User { is_superuser: true, ..user("3", "root", true) };
    app.service.store.create_user(&operator).await.unwrap();
    let who = if script == "accounts.py" { "root" } else { "alice" };
    let mut visit = Command::new(tool("python"));
    let address = format!("http://{}", app.service.address);
    visit.arg(root().join("tests/console").join(script)).args([&address, who, PASSWORD]);
    visit.envs(settings.iter().copied().filter(|(name, _)| name.contains("ORIGINS")));
    let output = tokio::task::spawn_blocking(move || done(&mut visit)).await.unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
}
