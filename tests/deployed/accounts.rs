//! An account that lives by its mails: the outbox, its stream, the function, Amazon SES.
#![expect(clippy::panic, reason = "a test stops where nothing comes")]

use crate::cloud::{Cloud, Stack, member};
use serde_json::{Value, json};
use std::{process::Command, time::Duration};
use tests::{tools, wire::Request};

/// Settings of such a service.
pub(crate) const PARAMETERS: [&str; 7] = [
    "Accounts=djoser",
    "SendActivationEmail=true",
    "ActivationUrl=activate/{uid}/{token}",
    "PasswordResetConfirmUrl=password/{uid}/{token}",
    "Domain=app.example.com",
    "SiteName=Example",
    "MailFrom=Example <noreply@example.com>",
];
const FIRST: &str = "Zx9-quartz-lamp";
const SECOND: &str = "Another-9-quartz";

/// SES does not know the sender yet: the mail fails, and is sent when the operator wants it.
pub(crate) async fn a_mail_that_failed_is_sent_again(cloud: &Cloud, name: &str, stack: &Stack) {
    let new = json!({"username": "newuser", "email": "new@example.com", "password": FIRST});
    let made = stack.post("/auth/users/", new).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(log_in(stack, FIRST).await, 401);
    let failed = until(async || mails(cloud, name, "--failed").await.pop()).await;
    assert_eq!((text(&failed, "kind"), text(&failed, "state")), ("activation", "failed"));
    assert!(text(&failed, "cause").starts_with("MessageRejected: Email address is not verified."), "{failed}");
    let mut python = Command::new(tools::tool("python"));
    tools::done(python.args(["tests/deployed/verify.py", &cloud.url(), "example.com"]));
    let resent = tools::done(&mut cloud.latchkey(&format!("mail resend --failed --stack {name}")));
    assert!(String::from_utf8_lossy(&resent.stdout).starts_with("1 mail will be sent again\n"), "{resent:?}");
}

pub(crate) async fn a_link_confirms_and_another_sets_a_new_password(cloud: &Cloud, name: &str, stack: &Stack) {
    let link = link(stack, 1).await;
    assert_eq!(stack.post("/auth/users/activation/", link).await.status, 204);
    assert_eq!(log_in(stack, FIRST).await, 200);
    for address in ["nobody@example.com", "new@example.com"] {
        assert_eq!(stack.post("/auth/users/reset_password/", json!({"email": address})).await.status, 204);
    }
    let mut link = self::link(stack, 2).await;
    link.as_object_mut().unwrap().insert("new_password".to_owned(), SECOND.into());
    assert_eq!(stack.post("/auth/users/reset_password_confirm/", link.clone()).await.status, 204);
    assert_eq!(stack.post("/auth/users/reset_password_confirm/", link).await.status, 400, "a link is good once");
    assert_eq!((log_in(stack, FIRST).await, log_in(stack, SECOND).await), (401, 200));
    let all = until(async || {
        let all = mails(cloud, name, "").await;
        all.iter().all(|mail| text(mail, "state") == "sent").then_some(all)
    })
    .await;
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(messages(stack).await.len(), 2, "nobody has the third address");
}

/// Uid and token of the link in the last of so many messages.
async fn link(stack: &Stack, number: usize) -> Value {
    let message = until(async || messages(stack).await.into_iter().nth(number - 1)).await;
    assert_eq!(message.get("To"), Some(&json!(["new@example.com"])), "{message}");
    assert_eq!(text(&message, "Source"), "Example <noreply@example.com>");
    let body = text(&message, "BodyText").to_owned();
    let line = body.lines().find(|line| line.starts_with("https://app.example.com/")).unwrap();
    let mut parts = line.rsplit('/');
    let token = parts.next().unwrap();
    json!({"uid": parts.next().unwrap(), "token": token})
}

/// What SES was given, the oldest first.
async fn messages(stack: &Stack) -> Vec<Value> {
    let answer = stack.send(Request::new("GET", "/_ministack/ses/messages")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let all = answer.json();
    let accounts = all.get("messages").and_then(Value::as_object).unwrap();
    accounts.values().filter_map(Value::as_array).flatten().cloned().collect()
}

/// What the operator sees of the outbox.
async fn mails(cloud: &Cloud, name: &str, which: &str) -> Vec<Value> {
    let output = tools::done(&mut cloud.latchkey(&format!("mail list {which} --json --stack {name}")));
    serde_json::from_slice::<Value>(&output.stdout).unwrap().as_array().unwrap().clone()
}

async fn log_in(stack: &Stack, password: &str) -> u16 {
    let answer = stack.post("/api/token/", json!({"username": "newuser", "password": password})).await;
    if answer.status == 200 {
        assert_eq!(stack.greet(&member(&answer, "access")).await.status, 200);
    }
    answer.status
}

/// What is there at last; the stream and the function take their time.
async fn until<T>(look: impl AsyncFn() -> Option<T>) -> T {
    for _ in 0..150 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("nothing came for half a minute; see target/tmp/ministack.log")
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
