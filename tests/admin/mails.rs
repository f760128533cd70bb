//! `latchkey mail`: what was not sent, and how it is sent again.

use crate::served_folder::ServedFolder;
use serde_json::{Value, json};
use store::{Addressee, Begun, Mail, MailKind, MailState, Store};

const NOW: i64 = 1_764_000_000;

/// A mail that waits.
async fn asked(store: &Store, id: &str) {
    let to = Addressee::Address("alice@example.com".to_owned());
    let mail = Mail { id: id.to_owned(), kind: MailKind::PasswordReset, to, created_at: NOW };
    store.enqueue(&mail).await.unwrap();
}

async fn begun(store: &Store, id: &str, at: i64) -> String {
    asked(store, id).await;
    let Ok(Begun::Begun(turn)) = store.begin_mail(id, at).await else { panic!("nobody began it before") };
    turn.mark
}

fn now() -> i64 {
    let now = std::process::Command::new("date").arg("+%s").output().unwrap();
    String::from_utf8(now.stdout).unwrap().trim().parse().unwrap()
}

fn ids(app: &ServedFolder, arguments: &str) -> Vec<String> {
    let ended = app.latchkey(&format!("mail {arguments} --json"));
    assert_eq!(ended.code, 0, "{ended:?}");
    let listed: Value = serde_json::from_str(&ended.out).unwrap();
    listed.as_array().unwrap().iter().map(|mail| mail["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_failed_or_was_left_is_listed_and_sent_again() {
    let app = ServedFolder::new().await;
    let store = app.store();
    asked(store, "waiting").await;
    let mark = begun(store, "failed", NOW).await;
    assert_eq!(store.mail_failed("failed", &mark, &[], "MessageRejected: no", NOW).await, Ok(true));
    begun(store, "left", NOW).await;
    begun(store, "under-way", now() + 3_600).await;
    let mark = begun(store, "sent", NOW).await;
    assert_eq!(store.mail_sent("sent", &mark, NOW).await, Ok(true));

    assert_eq!(ids(&app, "list").len(), 5);
    assert_eq!(ids(&app, "list --failed"), ["failed", "left"]);
    assert!(app.latchkey("mail list --failed").out.contains("MessageRejected: no"));
    let ended = app.latchkey("mail resend --failed");
    assert!(ended.out.starts_with("2 mails will be sent again\nnext:  a local folder sends nothing;"), "{ended:?}");
    assert_eq!(ids(&app, "list --failed"), [""; 0]);
    assert_eq!(store.mail("left").await.unwrap().unwrap().1, MailState::Waiting);
    let ended = app.latchkey("mail resend --failed --json");
    assert_eq!(serde_json::from_str::<Value>(&ended.out).unwrap(), json!({"resent": []}));
}

#[tokio::test]
async fn one_mail_is_sent_again_unless_it_is_out_or_under_way() {
    let app = ServedFolder::new().await;
    let store = app.store();
    asked(store, "waiting").await;
    begun(store, "under-way", now() + 3_600).await;
    let mark = begun(store, "sent", NOW).await;
    assert_eq!(store.mail_sent("sent", &mark, NOW).await, Ok(true));
    assert!(app.latchkey("mail resend waiting").out.starts_with("1 mail will be sent again\n"));
    app.latchkey("mail resend sent").refused(1, "Amazon SES accepted the mail at 2025-11-24", "suppression list");
    app.latchkey("mail resend under-way").refused(1, "the mail is being sent now", "in two minutes");
    app.latchkey("mail resend nothing").refused(1, "there is no mail nothing", "latchkey mail list");
    assert_eq!(app.latchkey("mail resend").code, 2);
}
