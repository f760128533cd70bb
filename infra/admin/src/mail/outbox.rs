//! The mails of a service, as every subcommand reads them.

use crate::{
    connection::{Chosen, Opened, Target},
    fault::Fault,
};
use serde_json::{Value, json};
use store::{AT_WORK, Addressee, Mail, MailState};

/// How long, in seconds, the stream of the outbox keeps a row for who sends it.
const FOLLOWED: i64 = 86_400;

/// Every mail of a service.
#[derive(Default)]
pub(crate) struct Outbox {
    /// The oldest first.
    pub(crate) mails: Vec<(Mail, MailState)>,
    /// The keys of rows that are no mails.
    pub(crate) damaged: Vec<String>,
    /// Whether somebody sends them.
    is_sent: bool,
}

impl Outbox {
    pub(crate) async fn read(opened: &Opened, target: &Target) -> Result<Self, Fault> {
        let is_sent = !matches!(target.chosen()?, Chosen::Folder(_));
        let (mut found, mut from) = (Self { is_sent, ..Self::default() }, None);
        loop {
            let page = opened.store.mails(from.as_deref()).await?;
            found.mails.extend(page.mails);
            found.damaged.extend(page.damaged);
            let Some(next) = page.next else { break };
            from = Some(next);
        }
        found.mails.sort_by(|(one, _), (other, _)| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        Ok(found)
    }

    /// Whether a mail was not sent, and will not be unless the operator wants it.
    pub(crate) fn is_left(&self, mail: &Mail, state: &MailState, now: i64) -> bool {
        match state {
            MailState::Begun(at) => at.saturating_add(AT_WORK) < now,
            MailState::Failed(_) => true,
            MailState::Sent(_) => false,
            MailState::Waiting => self.is_sent && mail.created_at.saturating_add(FOLLOWED) < now,
        }
    }

    /// Those.
    pub(crate) fn left(&self, now: i64) -> impl Iterator<Item = &Mail> {
        let left = self.mails.iter().filter(move |(mail, state)| self.is_left(mail, state, now));
        left.map(|(mail, _)| mail)
    }

    /// What comes of a mail that is to be sent again.
    pub(crate) const fn next(&self) -> &'static str {
        if self.is_sent {
            "see in a minute what became of them: latchkey mail list --stack NAME"
        } else {
            "a local folder sends nothing; see what a mail says: latchkey mail show ID"
        }
    }
}

/// Whom a mail is for, as the request named them.
pub(crate) fn addressee(mail: &Mail) -> Value {
    match &mail.to {
        Addressee::Address(address) => json!({"address": address}),
        Addressee::User(id) => json!({"user_id": id}),
    }
}
