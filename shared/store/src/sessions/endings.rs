//! How sessions end otherwise than by logout: one, all but one, all but one together with a new password.

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{Reader, number, text},
        mark,
        names::{EPOCH, MARK, PASSWORD, PK, REASON, REVOKED_AT, USER_ID, session_key, user_key},
        transaction::{ATTEMPTS, Cancellation, Transaction, pause},
        write::{Write, written},
    },
    error::{Error, unfit},
    sessions::{Ended, end_reason::EndReason, session::Session, wrote},
    store::Store,
    users::{self, User},
};
use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem, Update};

/// What became of the other sessions of a user.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Renewed {
    /// There is no such user.
    Missing,
    /// The session that was to go on is over itself; nothing was changed.
    Over,
    /// They are over, and the kept one goes on.
    Renewed,
    /// The user has another password since it was read; nothing was changed by this.
    Stale,
}

/// What became of the reason for which a session had ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reworded {
    /// It was another one, or the session had not ended.
    Otherwise,
    /// It is the new one.
    Reworded,
}

impl Store {
    /// Ends a session whatever its current token: after a replay, or by an operator. One write.
    pub async fn end_session(&self, sid: &str, now: i64, reason: EndReason) -> Result<Ended, Error> {
        self.end(sid, None, now, reason).await
    }

    /// Ends a session if it is this user's. Another's is [`Ended::Missing`]. One write.
    pub async fn end_session_of(&self, user_id: &str, sid: &str, now: i64, reason: EndReason) -> Result<Ended, Error> {
        self.end(sid, Some(user_id), now, reason).await
    }

    /// Puts `now` in the place of `was`, the reason for which a session had ended. Of many who do so, one does. One write.
    pub async fn reword_end(&self, sid: &str, was: EndReason, now: EndReason) -> Result<Reworded, Error> {
        let mark = mark::unique();
        let call = self
            .update_session(sid)
            .update_expression(format!("SET {REASON} = :now, {MARK} = :mark"))
            .condition_expression(format!("{REASON} = :was"))
            .expression_attribute_values(":now", text(now.word()))
            .expression_attribute_values(":was", text(was.word()))
            .expression_attribute_values(":mark", text(&mark));
        match written(call.send().await)? {
            Write::Done(_) => Ok(Reworded::Reworded),
            Write::Refused(Some(met)) if wrote(&Reader(&met), &mark)? => Ok(Reworded::Reworded),
            Write::Refused(_) => Ok(Reworded::Otherwise),
        }
    }

    /// Ends all sessions of a session's user that are as old as it is. Where all were ended since it began nothing is left to
    /// end: of many who do so, one does, and later logins stay. One write.
    pub async fn end_sessions_beside(&self, session: &Session, now: i64) -> Result<Ended, Error> {
        let call = self
            .update_user(&session.user_id)
            .update_expression(format!("SET {EPOCH} = :epoch"))
            .condition_expression(format!("{EPOCH} <= :was"))
            .expression_attribute_values(":epoch", number(users::epoch::epoch_after(now, session.epoch)))
            .expression_attribute_values(":was", number(session.epoch));
        match written(call.send().await)? {
            Write::Done(_) => Ok(Ended::Ended),
            Write::Refused(None) => Ok(Ended::Missing),
            Write::Refused(Some(_)) => Ok(Ended::Already),
        }
    }

    /// Ends all sessions of the user but `kept`, all at once and however many there are: one transaction of two rows. A kept
    /// session that has no row changes nothing. `user` is as just read.
    pub async fn end_other_sessions(&self, user: &User, kept: &str, now: i64) -> Result<Renewed, Error> {
        within_budget(self.renew(user, Some(kept), None, now)).await
    }

    /// Puts a new password in the place of the one that `user` was just read with, and ends all sessions of the user but
    /// `kept`: one transaction of two rows, so that no session outlives the old password.
    pub async fn change_password(
        &self,
        user: &User,
        encoded: &str,
        kept: Option<&str>,
        now: i64,
    ) -> Result<Renewed, Error> {
        within_budget(self.renew(user, kept, Some(encoded), now)).await
    }

    async fn end(&self, sid: &str, owner: Option<&str>, now: i64, reason: EndReason) -> Result<Ended, Error> {
        let mark = mark::unique();
        let theirs = if owner.is_some() { format!("{USER_ID} = :user") } else { format!("attribute_exists({PK})") };
        let call = self
            .update_session(sid)
            .update_expression(format!("SET {REVOKED_AT} = :now, {REASON} = :reason, {MARK} = :mark"))
            .condition_expression(format!("{theirs} AND attribute_not_exists({REVOKED_AT})"))
            .expression_attribute_values(":now", number(now))
            .expression_attribute_values(":reason", text(reason.word()))
            .expression_attribute_values(":mark", text(&mark));
        let call = match owner {
            Some(user_id) => call.expression_attribute_values(":user", text(user_id)),
            None => call,
        };
        match written(call.send().await)? {
            Write::Done(_) => Ok(Ended::Ended),
            Write::Refused(None) => Ok(Ended::Missing),
            Write::Refused(Some(met)) => ended(&Reader(&met), owner, &mark),
        }
    }

    /// Begins again with the user as the transaction met it, unless a new password would replace another than the one that
    /// was read.
    async fn renew(&self, user: &User, kept: Option<&str>, encoded: Option<&str>, now: i64) -> Result<Renewed, Error> {
        let mut user = user.clone();
        for attempt in 1..=ATTEMPTS {
            let outcome = self.try_to_renew(&user, kept, encoded, now).await?;
            match met_user(&outcome)? {
                Some(met) if encoded.is_none() || met.password == user.password => user = met,
                _ => return Ok(renewed(&outcome)),
            }
            pause(attempt).await;
        }
        Err(Error::unavailable("the user changes faster than it can be written"))
    }

    async fn try_to_renew(
        &self,
        user: &User,
        kept: Option<&str>,
        encoded: Option<&str>,
        now: i64,
    ) -> Result<Transaction, Error> {
        let epoch = users::epoch::epoch_after(now, user.epoch);
        let changed = self.changed_user(user, encoded, epoch)?;
        let Some(sid) = kept else { return self.transact(vec![changed]).await };
        let items = vec![changed.clone(), self.kept_session(user, sid, epoch)?];
        match self.transact(items).await? {
            Transaction::Refused(refusals) if has_no_row(&refusals) => self.transact(vec![changed]).await,
            outcome => Ok(outcome),
        }
    }

    fn changed_user(&self, user: &User, encoded: Option<&str>, epoch: i64) -> Result<TransactWriteItem, Error> {
        let password = encoded.map(|_| format!(", {PASSWORD} = :new")).unwrap_or_default();
        let update = Update::builder()
            .table_name(&self.tables.users)
            .key(PK, text(user_key(&user.id)))
            .update_expression(format!("SET {EPOCH} = :epoch{password}"))
            .condition_expression(format!("{EPOCH} = :was AND {PASSWORD} = :old"))
            .expression_attribute_values(":epoch", number(epoch))
            .expression_attribute_values(":was", number(user.epoch))
            .expression_attribute_values(":old", text(&user.password))
            .return_values_on_condition_check_failure(AllOld);
        let update = match encoded {
            Some(encoded) => update.expression_attribute_values(":new", text(encoded)),
            None => update,
        };
        Ok(TransactWriteItem::builder().update(update.build().map_err(unfit)?).build())
    }

    /// The one session that goes on takes the new epoch, if it lives.
    pub(crate) fn kept_session(&self, user: &User, sid: &str, epoch: i64) -> Result<TransactWriteItem, Error> {
        let update = Update::builder()
            .table_name(&self.tables.sessions)
            .key(PK, text(session_key(sid)))
            .update_expression(format!("SET {EPOCH} = :epoch"))
            .condition_expression(format!(
                "{USER_ID} = :user AND attribute_not_exists({REVOKED_AT}) AND {EPOCH} >= :was"
            ))
            .expression_attribute_values(":epoch", number(epoch))
            .expression_attribute_values(":was", number(user.epoch))
            .expression_attribute_values(":user", text(&user.id))
            .return_values_on_condition_check_failure(AllOld);
        Ok(TransactWriteItem::builder().update(update.build().map_err(unfit)?).build())
    }
}

/// What it means that a session refused its end: it is another's, or ended already, by this very act or another.
fn ended(met: &Reader<'_>, owner: Option<&str>, mark: &str) -> Result<Ended, Error> {
    if let Some(owner) = owner
        && met.text(USER_ID)? != owner
    {
        return Ok(Ended::Missing);
    }
    Ok(if wrote(met, mark)? { Ended::Ended } else { Ended::Already })
}

/// Whether all that stood in the way is that the kept session has no row.
fn has_no_row(refusals: &[Cancellation]) -> bool {
    matches!(refusals, [Cancellation { failed: false, .. }, Cancellation { failed: true, met: None }])
}

/// The user as the transaction met it, if it was another than the one that was read.
fn met_user(outcome: &Transaction) -> Result<Option<User>, Error> {
    match outcome {
        Transaction::Refused(refusals) => match refusals.as_slice() {
            [Cancellation { failed: true, met: Some(row) }, ..] if users::is_user(row) => users::read(row).map(Some),
            _ => Ok(None),
        },
        Transaction::Done => Ok(None),
    }
}

/// What the refusals of user and kept session mean. The user comes first.
fn renewed(outcome: &Transaction) -> Renewed {
    match outcome {
        Transaction::Done => Renewed::Renewed,
        Transaction::Refused(refusals) => match refusals.as_slice() {
            [Cancellation { failed: true, met: Some(row) }, ..] if users::is_user(row) => Renewed::Stale,
            [Cancellation { failed: true, .. }, ..] => Renewed::Missing,
            _ => Renewed::Over,
        },
    }
}
