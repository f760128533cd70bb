//! Who sends a mail, and what became of it.
//!
//! A mail service cannot tell whether it was asked for the same mail before. So a row says when somebody began to send it,
//! and no other begins then; only who began says that it failed and may be tried again. Where the one who began vanished
//! nobody knows whether the mail is out: then it has failed, and the operator says what to do.

use crate::{
    dynamodb::{
        item::{Item, Reader, number, set, text},
        mark,
        names::{
            ATTEMPTS, BEGUN_AT, CAUSE, CREATED_AT, FAILED_AT, MARK, PK, REACHED, REFUSED_AT, RESENT_AT, SENT_AT, TTL,
            mail_key,
        },
        write::{Write, written},
    },
    error::Error,
    store::Store,
};
use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::{ReturnValue, ReturnValuesOnConditionCheckFailure::AllOld},
};

/// For how long, in seconds, a row is kept: so long it can be looked at and sent again.
pub(crate) const KEPT: i64 = 14 * 86_400;

/// For how long, in seconds, somebody who began to send a mail may be about to: twice what Lambda lets a function run that
/// sends mails.
pub const AT_WORK: i64 = 120;

/// What is said of a mail that somebody began to send and left.
const INTERRUPTED: &str = "interrupted: it may be out or not";

/// Whether a mail may be sent now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Begun {
    /// It may, by whoever asked and nobody else.
    Begun(Turn),
    /// It may not: it was sent, or failed, or somebody is about to.
    Otherwise,
}

/// The turn of whoever sends a mail.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Turn {
    /// What ends it.
    pub mark: String,
    /// The ids of those who were sent it in an earlier turn, which did not come to its end.
    pub reached: Vec<String>,
    /// When the mail service refused it first, in Unix seconds, in an earlier turn.
    pub refused_at: Option<i64>,
}

impl Store {
    /// Begins to send a mail, unless somebody did. One write.
    pub async fn begin_mail(&self, id: &str, now: i64) -> Result<Begun, Error> {
        let mark = mark::unique();
        let call = self
            .update_mail(id)
            .return_values(ReturnValue::AllNew)
            .update_expression(format!("SET {BEGUN_AT} = :now, {MARK} = :mark REMOVE {RESENT_AT} ADD {ATTEMPTS} :one"))
            .condition_expression(format!(
                "attribute_exists({PK}) AND attribute_not_exists({BEGUN_AT}) AND attribute_not_exists({SENT_AT}) \
                 AND attribute_not_exists({FAILED_AT})"
            ))
            .expression_attribute_values(":now", number(now))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":mark", text(&mark));
        let row = match written(call.send().await)? {
            Write::Done(output) => output.attributes,
            Write::Refused(met) => met.filter(|met| is_marked(met, &mark)),
        };
        let Some(row) = row else { return Ok(Begun::Otherwise) };
        let (reached, refused_at) = (Reader(&row).set(REACHED)?, Reader(&row).optional_number(REFUSED_AT)?);
        Ok(Begun::Begun(Turn { mark, reached, refused_at }))
    }

    /// Says that the mail is out, or that nobody is there to get it. `false` where another mark began it. One write.
    pub async fn mail_sent(&self, id: &str, mark: &str, now: i64) -> Result<bool, Error> {
        let call = self
            .ending(id, mark)
            .update_expression(format!("SET {SENT_AT} = :now REMOVE {BEGUN_AT}"))
            .expression_attribute_values(":now", number(now));
        self.stands(call, mark).await
    }

    /// Says that the mail was certainly not sent, but to those of the turn, and may be tried again. One write.
    pub async fn mail_postponed(&self, id: &str, turn: &Turn) -> Result<bool, Error> {
        let (call, added) = (self.ending(id, &turn.mark), adding(&turn.reached));
        let call = match turn.refused_at {
            Some(at) => call
                .update_expression(format!("SET {REFUSED_AT} = :refused REMOVE {BEGUN_AT}{added}"))
                .expression_attribute_values(":refused", number(at)),
            None => call.update_expression(format!("REMOVE {BEGUN_AT}{added}")),
        };
        self.stands(telling(call, &turn.reached), &turn.mark).await
    }

    /// Says that the mail cannot be sent, but to those in `reached`, and why. One write.
    pub async fn mail_failed(
        &self,
        id: &str,
        mark: &str,
        reached: &[String],
        cause: &str,
        now: i64,
    ) -> Result<bool, Error> {
        let added = adding(reached);
        let call = self
            .ending(id, mark)
            .update_expression(format!("SET {FAILED_AT} = :now, {CAUSE} = :cause REMOVE {BEGUN_AT}{added}"))
            .expression_attribute_values(":cause", text(cause))
            .expression_attribute_values(":now", number(now));
        self.stands(telling(call, reached), mark).await
    }

    /// Says of a mail that somebody began to send and left that it has failed: nobody knows whether it is out. `false` for
    /// any other. One write.
    pub async fn mail_abandoned(&self, id: &str, now: i64) -> Result<bool, Error> {
        let mark = mark::unique();
        let call = self
            .update_mail(id)
            .update_expression(format!("SET {FAILED_AT} = :now, {CAUSE} = :cause, {MARK} = :mark REMOVE {BEGUN_AT}"))
            .condition_expression(format!("{BEGUN_AT} < :before"))
            .expression_attribute_values(":cause", text(INTERRUPTED))
            .expression_attribute_values(":before", number(now.saturating_sub(AT_WORK)))
            .expression_attribute_values(":now", number(now))
            .expression_attribute_values(":mark", text(&mark));
        self.stands(call, &mark).await
    }

    /// Lets a mail be tried again, as if it were asked for now: one that failed, that somebody began and left, or that waits.
    /// `false` for any other. The change of the row goes through the stream again. One write.
    pub async fn resend_mail(&self, id: &str, now: i64) -> Result<bool, Error> {
        let mark = mark::unique();
        let call = self
            .update_mail(id)
            .update_expression(format!(
                "SET {MARK} = :mark, {RESENT_AT} = :now, {CREATED_AT} = :now, #ttl = :ttl \
                 REMOVE {FAILED_AT}, {CAUSE}, {BEGUN_AT}, {REFUSED_AT}"
            ))
            .condition_expression(format!(
                "attribute_exists({PK}) AND attribute_not_exists({SENT_AT}) \
                 AND (attribute_not_exists({BEGUN_AT}) OR {BEGUN_AT} < :before)"
            ))
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":before", number(now.saturating_sub(AT_WORK)))
            .expression_attribute_values(":now", number(now))
            .expression_attribute_values(":ttl", number(now.saturating_add(KEPT)))
            .expression_attribute_values(":mark", text(&mark));
        self.stands(call, &mark).await
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
            Write::Refused(met) => Ok(met.is_some_and(|met| is_marked(&met, mark))),
        }
    }
}

fn is_marked(row: &Item, mark: &str) -> bool {
    Reader(row).optional_text(MARK).is_ok_and(|found| found.as_deref() == Some(mark))
}

/// What an update says to keep those whom a mail has reached; DynamoDB takes no empty set.
fn adding(reached: &[String]) -> String {
    if reached.is_empty() { String::new() } else { format!(" ADD {REACHED} :reached") }
}

/// The value of [`adding`].
fn telling(call: UpdateItemFluentBuilder, reached: &[String]) -> UpdateItemFluentBuilder {
    if reached.is_empty() { call } else { call.expression_attribute_values(":reached", set(reached)) }
}
