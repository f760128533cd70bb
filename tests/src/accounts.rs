//! A service with ACCOUNTS: what it mails, and the links in that.

use crate::{
    app::{SECRET, TestApp},
    wire::{Answer, Request},
};
use mail::{Composed, Message};
use serde_json::{Value, json};
use settings::Settings;

/// A password that nothing stands against.
pub const GOOD: &str = "Zx9-quartz-lamp";

/// The settings of such a service.
pub const DJOSER: [(&str, &str); 6] = [
    ("ACCOUNTS", "djoser"),
    ("DOMAIN", "app.example.com"),
    ("SITE_NAME", "Example"),
    ("ACTIVATION_URL", "activate/{uid}/{token}"),
    ("PASSWORD_RESET_CONFIRM_URL", "password/{uid}/{token}"),
    ("USERNAME_RESET_CONFIRM_URL", "username/{uid}/{token}"),
];

/// The settings of a service with dj-rest-auth.
pub const REST_AUTH: [(&str, &str); 5] = [
    ("ACCOUNTS", "dj-rest-auth"),
    ("DOMAIN", "app.example.com"),
    ("SITE_NAME", "Example"),
    ("ACTIVATION_URL", "verify/{key}"),
    ("PASSWORD_RESET_CONFIRM_URL", "password/{uid}/{token}"),
];

/// A service with dj-rest-auth, and these settings beside.
pub async fn rest_auth(settings: &[(&str, &str)]) -> TestApp {
    TestApp::with(&[&REST_AUTH, settings].concat()).await
}

/// One with dj-rest-auth in which who signs up has to confirm the address first.
pub async fn verifying() -> TestApp {
    rest_auth(&[("ACCOUNT_EMAIL_VERIFICATION", "mandatory")]).await
}

/// POSTs JSON below `/dj-rest-auth/`.
pub async fn rest_post(app: &TestApp, action: &str, body: Value) -> Answer {
    app.post(&format!("/dj-rest-auth/{action}"), body).await
}

/// The same with an access token.
pub async fn rest_post_as(app: &TestApp, access: &str, action: &str, body: Value) -> Answer {
    send_as(app, access, Request::json(&format!("/dj-rest-auth/{action}"), &body)).await
}

/// Makes an account by dj-rest-auth.
pub async fn sign_up(app: &TestApp, username: &str, email: &str) -> Answer {
    let body = json!({"username": username, "email": email, "password1": GOOD, "password2": GOOD});
    rest_post(app, "registration/", body).await
}

/// The key in the last mail.
///
/// # Panics
/// There is no mail, or no link in it.
pub async fn key(app: &TestApp) -> String {
    let message = mails_with(app, &REST_AUTH).await.pop().expect("a mail");
    let line = message.text.lines().find(|line| line.starts_with("https://")).expect("a link");
    line.rsplit('/').next().unwrap_or_default().to_owned()
}

/// A service that lets users in without a mail, with these settings beside.
pub async fn djoser(settings: &[(&str, &str)]) -> TestApp {
    TestApp::with(&[&DJOSER, settings].concat()).await
}

/// A service that lets users in by a link.
pub async fn activating() -> TestApp {
    djoser(&[("SEND_ACTIVATION_EMAIL", "true")]).await
}

/// POSTs JSON below `/auth/users/`.
pub async fn post(app: &TestApp, action: &str, body: Value) -> Answer {
    app.post(&format!("/auth/users/{action}"), body).await
}

/// The same with an access token.
pub async fn post_as(app: &TestApp, access: &str, action: &str, body: Value) -> Answer {
    send_as(app, access, Request::json(&format!("/auth/users/{action}"), &body)).await
}

/// Sends a request with an access token.
pub async fn send_as(app: &TestApp, access: &str, request: Request) -> Answer {
    app.send(request.header("Authorization", format!("Bearer {access}"))).await
}

/// Makes an account.
pub async fn register(app: &TestApp, username: &str, email: &str) -> Answer {
    post(app, "", json!({"username": username, "email": email, "password": GOOD})).await
}

/// The status of a login.
pub async fn log_in(app: &TestApp, username: &str, password: &str) -> u16 {
    app.post("/api/token/", json!({"username": username, "password": password})).await.status
}

/// The access token of a login.
///
/// # Panics
/// There is none.
pub async fn access(app: &TestApp, username: &str, password: &str) -> String {
    crate::app::text(&app.post("/api/token/", json!({"username": username, "password": password})).await, "access")
}

/// Every mail of the outbox, the oldest first, as it would be sent; those to nobody are left out.
///
/// # Panics
/// The store does not answer, or a template is wrong.
pub async fn mails(app: &TestApp) -> Vec<Message> {
    mails_with(app, &DJOSER).await
}

/// The same as these settings have it.
///
/// # Panics
/// As [`mails`].
pub async fn mails_with(app: &TestApp, settings: &[(&str, &str)]) -> Vec<Message> {
    let settings = Settings::of(settings).expect("settings that are some");
    let keys = Settings::of(&[("SIGNING_KEY", SECRET)]).expect("a key").keys().expect("a key").expect("a key");
    let mut rows = app.service.store.mails(None).await.expect("a store that answers").mails;
    rows.sort_by_key(|(mail, _)| (mail.created_at, mail.id.clone()));
    let mut messages = Vec::new();
    for (mail, _) in rows {
        let secrets = keys.link_secrets(mail.created_at);
        match mail::compose(&mail, &app.service.store, &secrets, &settings).await.expect("a store that answers") {
            Composed::Messages(composed) => messages.extend(composed),
            Composed::Nobody => {}
            Composed::Faulty(fault) => panic!("{fault}"),
        }
    }
    messages
}

/// Uid and token of the link in the last mail.
///
/// # Panics
/// There is no mail, or no link in it.
pub async fn link(app: &TestApp) -> (String, String) {
    let message = mails(app).await.pop().expect("a mail");
    let line = message.text.lines().find(|line| line.starts_with("https://")).expect("a link");
    let mut parts = line.rsplit('/');
    let token = parts.next().unwrap_or_default().to_owned();
    (parts.next().unwrap_or_default().to_owned(), token)
}
