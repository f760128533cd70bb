//! Mails that wait to be sent: each one row, written with what it announces. Nothing secret is in a row; the link is made
//! when the mail is sent.
//!
//! A mail service cannot tell whether it was asked for the same mail before. So a row says when somebody began to send it,
//! and no other begins then; only who began says that it failed and may be tried again. Where the one who began vanished
//! nobody knows whether the mail is out: it stays as it is until the operator says what to do.

use crate::{
    dynamodb::{
        item::{Item, Reader, item, number, text},
        mark,
        names::{
            ADDRESS, ATTEMPTS, BEGUN_AT, CAUSE, CREATED_AT, FAILED_AT, KIND, MARK, PK, SENT_AT, TTL, USER_ID, mail_key,
            mail_of_key,
        },
        write::{Write, written},
    },
    error::{Error, unfit},
    store::Store,
};
use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::{Put, ReturnValue, ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem},
};

/// For how long, in seconds, a row is kept: so long it can be looked at and sent again.
const KEPT: i64 = 14 * 86_400;

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

/// Whether a mail may be sent now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Begun {
    /// It may, by whoever asked and nobody else, who ends it with this mark.
    Begun(String),
    /// It may not: it was sent, or failed, or somebody is about to.
    Otherwise,
}

/// Some of the mails, in no order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MailPage {
    /// The mails of this page: maybe none, even if more pages follow.
    pub mails: Vec<(Mail, MailState)>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<String>,
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
        Ok(MailPage { mails: page.items().iter().map(read).collect::<Result<_, _>>()?, next })
    }

    /// Begins to send a mail, unless somebody did. One write.
    pub async fn begin_mail(&self, id: &str, now: i64) -> Result<Begun, Error> {
        let mark = mark::unique();
        let call = self
            .update_mail(id)
            .update_expression(format!("SET {BEGUN_AT} = :now, {MARK} = :mark ADD {ATTEMPTS} :one"))
            .condition_expression(format!(
                "attribute_exists({PK}) AND attribute_not_exists({BEGUN_AT}) AND attribute_not_exists({SENT_AT}) \
                 AND attribute_not_exists({FAILED_AT})"
            ))
            .expression_attribute_values(":now", number(now))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":mark", text(&mark));
        Ok(if self.stands(call, &mark).await? { Begun::Begun(mark) } else { Begun::Otherwise })
    }

    /// Says that the mail is out, or that nobody is there to get it. `false` where another mark began it. One write.
    pub async fn mail_sent(&self, id: &str, mark: &str, now: i64) -> Result<bool, Error> {
        let call = self
            .ending(id, mark)
            .update_expression(format!("SET {SENT_AT} = :now REMOVE {BEGUN_AT}"))
            .expression_attribute_values(":now", number(now));
        self.stands(call, mark).await
    }

    /// Says that the mail was certainly not sent, and may be tried again. One write.
    pub async fn mail_postponed(&self, id: &str, mark: &str) -> Result<bool, Error> {
        let call = self.ending(id, mark).update_expression(format!("REMOVE {BEGUN_AT}"));
        self.stands(call, mark).await
    }

    /// Says that the mail cannot be sent, and why. One write.
    pub async fn mail_failed(&self, id: &str, mark: &str, cause: &str, now: i64) -> Result<bool, Error> {
        let call = self
            .ending(id, mark)
            .update_expression(format!("SET {FAILED_AT} = :now, {CAUSE} = :cause REMOVE {BEGUN_AT}"))
            .expression_attribute_values(":cause", text(cause))
            .expression_attribute_values(":now", number(now));
        self.stands(call, mark).await
    }

    /// Lets a mail be tried again that failed, or that somebody began before `before` and left. `false` for any other. The
    /// change of the row goes through the stream again. One write.
    pub async fn resend_mail(&self, id: &str, before: i64) -> Result<bool, Error> {
        let mark = mark::unique();
        let call = self
            .update_mail(id)
            .update_expression(format!("SET {MARK} = :mark REMOVE {FAILED_AT}, {CAUSE}, {BEGUN_AT}"))
            .condition_expression(format!("attribute_exists({FAILED_AT}) OR {BEGUN_AT} < :before"))
            .expression_attribute_values(":before", number(before))
            .expression_attribute_values(":mark", text(&mark));
        self.stands(call, &mark).await
    }

    /// A mail, to be written with what it announces.
    pub(crate) fn put_mail(&self, mail: &Mail) -> Result<TransactWriteItem, Error> {
        let put = Put::builder().table_name(&self.outbox).set_item(Some(row(mail))).build().map_err(unfit)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn update_mail(&self, id: &str) -> UpdateItemFluentBuilder {
        let call = self.client.update_item().table_name(&self.outbox).key(PK, text(mail_key(id)));
        call.return_values(ReturnValue::None).return_values_on_condition_check_failure(AllOld)
    }

    /// A change that only who began may make, and only once.
    fn ending(&self, id: &str, mark: &str) -> UpdateItemFluentBuilder {
        self.update_mail(id)
            .condition_expression(format!("{MARK} = :mark AND attribute_exists({BEGUN_AT})"))
            .expression_attribute_values(":mark", text(mark))
    }

    /// Whether a change took place, by this call or by the one before it whose answer was lost.
    async fn stands(&self, call: UpdateItemFluentBuilder, mark: &str) -> Result<bool, Error> {
        match written(call.send().await)? {
            Write::Done(_) => Ok(true),
            Write::Refused(Some(met)) => Ok(Reader(&met).optional_text(MARK)?.as_deref() == Some(mark)),
            Write::Refused(None) => Ok(false),
        }
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
