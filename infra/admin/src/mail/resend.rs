//! `latchkey mail resend`

use crate::{
    ambient,
    answer::Answer,
    connection::Target,
    fault::Fault,
    mail::outbox::Outbox,
    terminal::{count::count, date::date, printable},
};
use clap::Args;
use serde_json::json;
use store::{Mail, MailState, Store};

#[derive(Args)]
#[command(after_help = "\
A failed mail is kept for two weeks. This command sends it as if it were requested now, with a new link. If some of its recipients
already got it, only the others get it. If it failed as unanswered or interrupted, nobody knows whether it was sent, so it may
arrive twice.

Examples:
  latchkey mail resend --failed --stack latchkey
  latchkey mail resend 0193ae2c-3f00-7c4e-9c51-0a5d2c1b7e10 --stack latchkey")]
pub(crate) struct Arguments {
    /// The id of a mail
    #[arg(required_unless_present = "failed", conflicts_with = "failed")]
    id: Option<String>,
    /// All mails that `latchkey mail list --failed` lists
    #[arg(long)]
    failed: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let opened = target.open().await?;
        let (outbox, now) = (Outbox::read(&opened, target).await?, ambient::now());
        let wanted: Vec<&Mail> = match &self.id {
            Some(id) => vec![one(&outbox, id, now)?],
            None => outbox.left(now).collect(),
        };
        if wanted.is_empty() {
            return Ok(Answer::new("no mail has failed\n", json!({"resent": []})));
        }
        let resent = resent(&opened.store, &wanted, now).await?;
        let number = u64::try_from(resent.len()).unwrap_or_default();
        let text = format!("{} will be sent again\nnext:  {}\n", count(number, "mail"), outbox.next());
        Ok(Answer::new(text, json!({"resent": resent})).did("mail resend", json!({"mails": resent})))
    }
}

/// The mail with this id, if it is not sent and nobody is about to send it.
fn one<'o>(outbox: &'o Outbox, id: &str, now: i64) -> Result<&'o Mail, Fault> {
    let Some((mail, state)) = outbox.mails.iter().find(|(mail, _)| mail.id == id) else {
        let fault = Fault::refused(format!("there is no mail {}", printable(id)));
        return Err(fault.next("list them: latchkey mail list"));
    };
    match state {
        MailState::Sent(at) => {
            let fault = Fault::refused(format!("Amazon SES accepted the mail at {}", date(*at)));
            Err(fault.next("let the user ask for another; if none arrives, look into Amazon SES's suppression list"))
        }
        MailState::Begun(_) if !outbox.is_left(mail, state, now) => {
            Err(Fault::refused("the mail is being sent now").next("look again in two minutes: latchkey mail list"))
        }
        _ => Ok(mail),
    }
}

/// The ids of those that could be put again; a mail may have been sent meanwhile.
async fn resent<'m>(store: &Store, wanted: &[&'m Mail], now: i64) -> Result<Vec<&'m str>, Fault> {
    let mut resent = Vec::new();
    for mail in wanted {
        if store.resend_mail(&mail.id, now).await? {
            resent.push(mail.id.as_str());
        }
    }
    Ok(resent)
}
