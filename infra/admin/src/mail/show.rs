//! `latchkey mail show`

use crate::{
    answer::Answer,
    connection::{Chosen, Target},
    fault::Fault,
    keyring::file,
    mail::outbox::Outbox,
    terminal::printable,
};
use clap::Args;
use mail::{Composed, Message, compose};
use serde_json::{Value, json};
use store::Mail;
use token::KeySet;

#[derive(Args)]
#[command(after_help = "\
A local folder sends no mail, so this command shows the links. Run it with the settings of the service, which say where links
lead. A deployed service sends its mails, and only the recipient sees the link.

Examples:
  latchkey mail show
  latchkey mail show 0193ae2c-3f00-7c4e-9c51-0a5d2c1b7e10")]
pub(crate) struct Arguments {
    /// The id of the mail [default: that of the last one]
    id: Option<String>,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let Chosen::Folder(folder) = target.chosen()? else {
            let fault = Fault::usage("the link of a mail of a deployed service is not shown");
            return Err(fault.next("see with `latchkey mail list` whether it was sent"));
        };
        let opened = target.open().await?;
        let mut mails = Outbox::read(&opened, target).await?.mails.into_iter().map(|(mail, _)| mail);
        let found = match &self.id {
            Some(id) => mails.find(|mail| mail.id == *id),
            None => mails.next_back(),
        };
        let mail =
            found.ok_or_else(|| Fault::refused("there is no such mail").next("list them: latchkey mail list"))?;
        let (settings, keys) = (opened.stated()?, keys(&opened, &folder)?);
        let composed = compose(&mail, &opened.store, &keys.link_secrets(mail.created_at), settings).await?;
        shown(&mail, composed)
    }
}

/// The keys of the service: SIGNING_KEY, or else the folder's own.
fn keys(opened: &crate::connection::Opened, folder: &std::path::Path) -> Result<KeySet, Fault> {
    match opened.stated()?.keys() {
        Ok(Some(keys)) => Ok(keys),
        Ok(None) => file::read(folder),
        Err(faults) => Err(Fault::usage(faults.to_string()).next("set it as it is set for the service")),
    }
}

fn shown(mail: &Mail, composed: Composed) -> Result<Answer, Fault> {
    match composed {
        Composed::Messages(messages) => {
            let texts: Vec<String> = messages.iter().map(text_of).collect();
            let shown: Vec<Value> = messages.iter().map(json_of).collect();
            Ok(Answer::new(texts.join("\n"), json!({"id": mail.id, "messages": shown})))
        }
        Composed::Nobody => {
            let text = "this mail would not be sent: no account has the address, or none that may use the link\n";
            Ok(Answer::new(text, json!({"id": mail.id, "messages": []})))
        }
        Composed::Faulty(cause) => {
            Err(Fault::refused(cause).next("correct the setting that is named, or the template in mails/"))
        }
    }
}

fn text_of(message: &Message) -> String {
    let Message { to, subject, text, .. } = message;
    format!("To: {}\nSubject: {}\n\n{text}\n", printable(to), printable(subject))
}

fn json_of(Message { to, subject, text, html, .. }: &Message) -> Value {
    json!({"to": to, "subject": subject, "text": text, "html": html})
}
