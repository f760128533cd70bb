//! `latchkey mail list`

use crate::{
    ambient,
    answer::Answer,
    connection::Target,
    fault::Fault,
    mail::outbox::{Outbox, addressee},
    terminal::{date::date, printable},
};
use clap::Args;
use serde_json::{Value, json};
use store::{Addressee, Mail, MailState};

#[derive(Args)]
#[command(after_help = "\
Lists the oldest mail first: id, time, state, subject, recipient. A local folder sends no mail, so mails wait there. --failed lists
mails that are not tried again: failed mails with the reason, interrupted mails, and mails that wait for more than a day.
Repair the reason, and send the mails again with latchkey mail resend.

Examples:
  latchkey mail list
  latchkey mail list --failed --json --stack latchkey")]
pub(crate) struct Arguments {
    /// Only mails that were not sent and are not tried again
    #[arg(long)]
    failed: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let opened = target.open().await?;
        let (outbox, now) = (Outbox::read(&opened, target).await?, ambient::now());
        let shown = |(mail, state): &&(Mail, MailState)| !self.failed || outbox.is_left(mail, state, now);
        let mails: Vec<_> = outbox.mails.iter().filter(shown).collect();
        let damaged = outbox.damaged.iter();
        let mut text: String = mails.iter().map(|mail| line(mail)).collect();
        text.extend(damaged.clone().map(|key| format!("{}  is no mail: delete the row\n", printable(key))));
        if text.is_empty() {
            "there are no mails\n".clone_into(&mut text);
        }
        let damaged = damaged.map(|key| json!({"key": key, "state": "damaged"}));
        Ok(Answer::new(text, Value::Array(mails.iter().map(|mail| json(mail)).chain(damaged).collect())))
    }
}

fn line((mail, now): &(Mail, MailState)) -> String {
    let to = match &mail.to {
        Addressee::Address(address) => printable(address),
        Addressee::User(id) => format!("user {}", printable(id)),
    };
    let cause = match now {
        MailState::Failed(cause) => format!("  {}", printable(cause)),
        _ => String::new(),
    };
    let (kind, state, created) = (mail.kind.word(), now.word(), date(mail.created_at));
    format!("{}  {created}  {state:<7}  {kind:<15}  {to}{cause}\n", mail.id)
}

fn json((mail, now): &(Mail, MailState)) -> Value {
    let cause = match now {
        MailState::Failed(cause) => Some(cause),
        _ => None,
    };
    json!({
        "id": mail.id,
        "created_at": date(mail.created_at),
        "state": now.word(),
        "kind": mail.kind.word(),
        "to": addressee(mail),
        "cause": cause,
    })
}
