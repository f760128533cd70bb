//! Mails that wait to be sent: each one row, written with what it announces. Nothing secret is in a row; the link is made
//! when the mail is sent.

mod turns;

use crate::{
    dynamodb::{
        item::{Item, Reader, item, number, text},
        names::{
            ADDRESS, BEGUN_AT, CAUSE, CREATED_AT, FAILED_AT, KIND, PK, SENT_AT, TTL, USER_ID, mail_key, mail_of_key,
        },
        write::written,
    },
    error::{Error, unfit},
    store::Store,
};
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use turns::KEPT;
pub use turns::{AT_WORK, Begun, Turn};

/// A mail.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mail {
    /// A UUIDv7, so that ids sort by age.
    pub id: String,
    /// What it is about.
    pub kind: MailKind,
    /// Whom it is for.
    pub to: Addressee,
    /// When it was asked for, in Unix seconds. A link in it is as old.
    pub created_at: i64,
}

/// What a mail is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MailKind {
    /// A link that confirms an address, and lets in who has waited for that.
    Activation,
    /// That the account is ready.
    Confirmation,
    /// That the password is another.
    PasswordChanged,
    /// A link that sets a new password.
    PasswordReset,
    /// That the user name is another.
    UsernameChanged,
    /// A link that sets a new user name.
    UsernameReset,
}

/// Whom a mail is for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Addressee {
    /// Whoever has this address, if anybody has. Who asked for the mail did not learn that.
    Address(String),
    /// The user with this id.
    User(String),
}

/// How far a mail is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MailState {
    /// Nobody has tried yet, or may try again.
    Waiting,
    /// Somebody began then and has not said what became of it.
    Begun(i64),
    /// It was handed over, or there was nobody to send it to.
    Sent(i64),
    /// It could not be sent, and nobody tries again; and why.
    Failed(String),
}

/// Some of the mails, in no order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MailPage {
    /// The mails of this page: maybe none, even if more pages follow.
    pub mails: Vec<(Mail, MailState)>,
    /// The keys of rows that are no mails: damaged by hand, or somebody else's.
    pub damaged: Vec<String>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<String>,
}

impl Mail {
    /// The id of the mail whose row has this key.
    #[must_use]
    pub fn id_of(key: &str) -> Option<&str> {
        mail_of_key(key)
    }
}

impl MailKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Activation,
        Self::Confirmation,
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::UsernameChanged,
        Self::UsernameReset,
    ];

    /// Its name, in rows, events and the names of templates.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Confirmation => "confirmation",
            Self::PasswordChanged => "password_change",
            Self::PasswordReset => "password_reset",
            Self::UsernameChanged => "username_change",
            Self::UsernameReset => "username_reset",
        }
    }
}

impl MailState {
    /// Its name, in what operators see.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Begun(_) => "begun",
            Self::Failed(_) => "failed",
            Self::Sent(_) => "sent",
            Self::Waiting => "waiting",
        }
    }
}

impl Store {
    /// Puts a mail into the outbox. One write, whoever it is for. One that is there was put by this very call, whose answer was
    /// lost: it may have been sent since, and stays as it is.
    pub async fn enqueue(&self, mail: &Mail) -> Result<(), Error> {
        let put = self.client.put_item().table_name(&self.outbox).set_item(Some(row(mail)));
        written(put.condition_expression(format!("attribute_not_exists({PK})")).send().await).map(|_| ())
    }

    /// A mail, if there is one with this id. One read.
    pub async fn mail(&self, id: &str) -> Result<Option<(Mail, MailState)>, Error> {
        let key = mail_key(id);
        let read_item = self.client.get_item().table_name(&self.outbox).key(PK, text(&key)).consistent_read(true);
        read_item.send().await?.item.map(|row| read(&row)).transpose()
    }

    /// A page of all mails, for the operator: it reads the table from end to end.
    pub async fn mails(&self, from: Option<&str>) -> Result<MailPage, Error> {
        let scan = self.client.scan().table_name(&self.outbox).consistent_read(true).limit(200);
        let scan = match from {
            Some(key) => scan.exclusive_start_key(PK, text(key)),
            None => scan,
        };
        let page = scan.send().await?;
        let next = page.last_evaluated_key().map(|key| Reader(key).text(PK)).transpose()?;
        let mut found = MailPage { next, ..MailPage::default() };
        for row in page.items() {
            match read(row) {
                Ok(mail) => found.mails.push(mail),
                Err(_) => found.damaged.push(Reader(row).text(PK)?),
            }
        }
        Ok(found)
    }

    /// A mail, to be written with what it announces.
    pub(crate) fn put_mail(&self, mail: &Mail) -> Result<TransactWriteItem, Error> {
        let put = Put::builder().table_name(&self.outbox).set_item(Some(row(mail))).build().map_err(unfit)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

fn row(mail: &Mail) -> Item {
    let (address, user_id) = match &mail.to {
        Addressee::Address(address) => (Some(address), None),
        Addressee::User(id) => (None, Some(id)),
    };
    let attributes = [
        (KIND, Some(text(mail.kind.word()))),
        (ADDRESS, address.map(text)),
        (USER_ID, user_id.map(text)),
        (CREATED_AT, Some(number(mail.created_at))),
        (TTL, Some(number(mail.created_at.saturating_add(KEPT)))),
    ];
    item(mail_key(&mail.id), attributes)
}

fn read(row: &Item) -> Result<(Mail, MailState), Error> {
    let reader = Reader(row);
    let (key, kind) = (reader.text(PK)?, reader.text(KIND)?);
    let fault = || Error::corrupt(format!("{key} is no mail"));
    let to = match (reader.optional_text(ADDRESS)?, reader.optional_text(USER_ID)?) {
        (Some(address), None) => Addressee::Address(address),
        (None, Some(id)) => Addressee::User(id),
        _ => return Err(fault()),
    };
    let mail = Mail {
        id: mail_of_key(&key).ok_or_else(fault)?.to_owned(),
        kind: MailKind::ALL.into_iter().find(|known| known.word() == kind).ok_or_else(fault)?,
        to,
        created_at: reader.number(CREATED_AT)?,
    };
    Ok((mail, state(&reader)?))
}

fn state(reader: &Reader<'_>) -> Result<MailState, Error> {
    if let Some(at) = reader.optional_number(SENT_AT)? {
        return Ok(MailState::Sent(at));
    }
    if reader.optional_number(FAILED_AT)?.is_some() {
        return Ok(MailState::Failed(reader.optional_text(CAUSE)?.unwrap_or_default()));
    }
    Ok(reader.optional_number(BEGUN_AT)?.map_or(MailState::Waiting, MailState::Begun))
}
