//! A mail of the outbox becomes a message.

use crate::{link_in, recipient, recipient::Recipient, template};
use minijinja::context;
use settings::Settings;
use std::fmt;
use store::{Error, Mail, Store};
use token::LinkSecrets;

/// What is sent.
#[derive(Clone, Eq, PartialEq)]
pub struct Message {
    /// The id of the account that gets it.
    pub user_id: String,
    /// The one address that it goes to.
    pub to: String,
    /// The subject, one line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same in HTML.
    pub html: String,
}

/// Debug prints nothing of it: the text has the link.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("to", &self.to).finish_non_exhaustive()
    }
}

/// What becomes of a mail.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Composed {
    /// These are to be sent: one for each account that has the address, and never none.
    Messages(Vec<Message>),
    /// Nobody is to get it: no account has the address, or none that may use what the mail offers.
    Nobody,
    /// It cannot be written, however often it is tried; and why.
    Faulty(String),
}

/// Looks up who gets a mail, and writes it. A link in it is as old as the mail.
///
/// # Errors
/// [`Error`] without the store.
pub async fn compose(
    mail: &Mail,
    store: &Store,
    secrets: &LinkSecrets,
    settings: &Settings,
) -> Result<Composed, Error> {
    let recipients = recipient::of(mail, store).await?;
    if recipients.is_empty() {
        return Ok(Composed::Nobody);
    }
    let messages = recipients.into_iter().map(|recipient| written(mail, recipient, secrets, settings));
    Ok(messages.collect::<Result<_, _>>().map_or_else(Composed::Faulty, Composed::Messages))
}

fn written(mail: &Mail, recipient: Recipient, secrets: &LinkSecrets, settings: &Settings) -> Result<Message, String> {
    let user = &recipient.account.user;
    let url = link_in::of(mail.kind, &recipient, secrets, settings, mail.created_at)?;
    let values = context! {
        user => context! {
            username => template::one_line(&user.username),
            first_name => template::one_line(&user.first_name),
            last_name => template::one_line(&user.last_name),
            email => template::one_line(&recipient.address),
        },
        url => url.unwrap_or_default(),
        site_name => template::one_line(settings.site()),
        domain => settings.domain.as_deref().unwrap_or_default(),
    };
    match template::render(mail.kind, &values) {
        Ok([subject, text, html]) => {
            Ok(Message { user_id: user.id.clone(), to: recipient.address, subject, text, html })
        }
        Err(fault) => Err(format!("the template of {} cannot be filled in: {fault}", mail.kind.word())),
    }
}
