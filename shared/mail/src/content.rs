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
    /// This is to be sent.
    Message(Message),
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
    let Some(recipient) = recipient::of(mail, store).await? else { return Ok(Composed::Nobody) };
    Ok(written(mail, recipient, secrets, settings))
}

fn written(mail: &Mail, recipient: Recipient, secrets: &LinkSecrets, settings: &Settings) -> Composed {
    let user = &recipient.account.user;
    let url = link_in::of(mail.kind, &recipient, secrets, settings, mail.created_at);
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
        Ok([subject, text, html]) => Composed::Message(Message { to: recipient.address, subject, text, html }),
        Err(fault) => Composed::Faulty(format!("the template of {} cannot be filled in: {fault}", mail.kind.word())),
    }
}
