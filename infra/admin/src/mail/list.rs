//! `latchkey mail list`

use crate::{
    answer::Answer,
    connection::Target,
    fault::Fault,
    mail::outbox::{addressee, all, word_of},
    terminal::{date::date, printable},
};
use clap::Args;
use serde_json::{Value, json};
use store::{Addressee, Mail, MailState};

#[derive(Args)]
#[command(after_help = "\
Lists the oldest mail first: id, time, state, subject, recipient. A local folder sends no mail, so mails wait there.

Examples:
  latchkey mail list
  latchkey mail list --failed --json --stack latchkey")]
pub(crate) struct Arguments {
    /// Only those that were not sent though somebody tried
    #[arg(long)]
    failed: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let opened = target.open().await?;
        let mut mails = all(&opened).await?;
        mails.retain(|(_, state)| !self.failed || matches!(state, MailState::Begun(_) | MailState::Failed(_)));
        let text = match mails.len() {
            0 => "there are no mails\n".to_owned(),
            _ => mails.iter().map(line).collect(),
        };
        Ok(Answer::new(text, Value::Array(mails.iter().map(json).collect())))
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
    let (kind, state, created) = (mail.kind.word(), word_of(now), date(mail.created_at));
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
        "state": word_of(now),
        "kind": mail.kind.word(),
        "to": addressee(mail),
        "cause": cause,
    })
}
