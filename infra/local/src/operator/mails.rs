//! The mails of the outbox as they would be sent: local mode sends none, and shows them to superusers.

use api::Problem;
use mail::{Composed, Message, compose};
use serde_json::{Value, json};
use settings::Settings;
use store::{Addressee, Mail, MailState, Store};
use token::KeySet;

/// How many mails are shown: the last ones.
const SHOWN: usize = 50;

/// A JSON list, the latest first.
///
/// # Errors
/// The store does not answer.
pub(crate) async fn mails(store: &Store, keys: &KeySet, settings: &Settings) -> Result<Value, Problem> {
    let mut shown = Vec::new();
    for (mail, state) in latest(store).await? {
        let composed = compose(&mail, store, &keys.link_secrets(mail.created_at), settings).await;
        // One row that cannot be read hides no other.
        let composed = composed.unwrap_or_else(|cause| Composed::Faulty(cause.to_string()));
        shown.push(json!({
            "id": mail.id, "kind": mail.kind.word(), "created_at": mail.created_at, "state": state.word(),
            "asked_for": asked_for(&mail), "messages": messages(composed),
        }));
    }
    Ok(shown.into())
}

async fn latest(store: &Store) -> Result<Vec<(Mail, MailState)>, Problem> {
    let (mut mails, mut from) = (Vec::new(), None);
    loop {
        let page = store.mails(from.as_deref()).await?;
        mails.extend(page.mails);
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    mails.sort_by(|(one, _), (other, _)| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
    mails.truncate(SHOWN);
    Ok(mails)
}

/// The address or the id that the request named.
fn asked_for(mail: &Mail) -> &str {
    match &mail.to {
        Addressee::Address(address) => address,
        Addressee::User(id) => id,
    }
}

/// The mails as they would be sent; none where nobody would get one.
fn messages(composed: Composed) -> Value {
    match composed {
        Composed::Messages(messages) => messages.iter().map(shown).collect(),
        Composed::Nobody => json!([]),
        Composed::Faulty(cause) => json!([{"to": "", "subject": "It cannot be written", "text": cause}]),
    }
}

fn shown(Message { to, subject, text, .. }: &Message) -> Value {
    json!({"to": to, "subject": subject, "text": text})
}
