//! The mails of a service, as every subcommand reads them.

use crate::{connection::Opened, fault::Fault};
use serde_json::{Value, json};
use store::{Addressee, Mail, MailState};

/// Every mail, the oldest first.
pub(crate) async fn all(opened: &Opened) -> Result<Vec<(Mail, MailState)>, Fault> {
    let (mut mails, mut from) = (Vec::new(), None);
    loop {
        let page = opened.store.mails(from.as_deref()).await?;
        mails.extend(page.mails);
        let Some(next) = page.next else { break };
        from = Some(next);
    }
    mails.sort_by(|(one, _), (other, _)| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
    Ok(mails)
}

/// Whom a mail is for, as the request named them.
pub(crate) fn addressee(mail: &Mail) -> Value {
    match &mail.to {
        Addressee::Address(address) => json!({"address": address}),
        Addressee::User(id) => json!({"user_id": id}),
    }
}

/// How far a mail is, in a word.
pub(crate) fn word_of(state: &MailState) -> &'static str {
    match state {
        MailState::Begun(_) => "begun",
        MailState::Failed(_) => "failed",
        MailState::Sent(_) => "sent",
        MailState::Waiting => "waiting",
    }
}
