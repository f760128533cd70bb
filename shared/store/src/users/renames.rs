//! Another name for a user: a transaction over the user's row and the guards that make names unique.

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{Reader, number, text},
        names::{EPOCH, NAMED_SINCE, PK, USER_ID, USERNAME, name_key, user_key},
        transaction::{Cancellation, Transaction},
    },
    error::{Error, unfit},
    fold::fold,
    store::Store,
    users::{accounts::ATTEMPTS, epoch::epoch_after, is_user},
};
use aws_sdk_dynamodb::types::{ConditionCheck, ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem, Update};

/// What became of a new name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Renamed {
    /// There is no such user.
    Missing,
    /// Another user has this name, or one that differs only by case.
    NameTaken,
    /// The user has the new name now, and the old one is free.
    Renamed,
    /// The user has not the name that was to be replaced.
    Stale,
}

impl Store {
    /// Gives the user another name, if it is free, and ends all sessions of the user: a token that says the old name would
    /// follow it to the next who has it. A change of case only is possible.
    pub async fn rename(&self, id: &str, from: &str, to: &str, now: i64) -> Result<Renamed, Error> {
        within_budget(self.renaming(id, from, to, now)).await
    }

    /// Begins again with a later epoch where the row has a later one than the clock suggests.
    async fn renaming(&self, id: &str, from: &str, to: &str, now: i64) -> Result<Renamed, Error> {
        let mut epoch = epoch_after(now, 0);
        for _ in 0..ATTEMPTS {
            let mut items = vec![self.named(id, from, to, epoch)?];
            if fold(from) == fold(to) {
                items.push(self.check_guard(name_key(from), id)?);
            } else {
                items.push(self.put_guard(name_key(to), id)?);
                items.push(self.delete_guard(name_key(from), id)?);
            }
            match self.transact(items).await? {
                Transaction::Done => return Ok(Renamed::Renamed),
                Transaction::Refused(refusals) => match met_epoch(&refusals, from)? {
                    Some(met) => epoch = epoch_after(now, met),
                    None => return renamed(&refusals, to),
                },
            }
        }
        Err(Error::unavailable("the user changes faster than it can be written"))
    }

    fn named(&self, id: &str, from: &str, to: &str, epoch: i64) -> Result<TransactWriteItem, Error> {
        let update = Update::builder()
            .table_name(&self.tables.users)
            .key(PK, text(user_key(id)))
            .update_expression(format!("SET {USERNAME} = :to, {EPOCH} = :epoch, {NAMED_SINCE} = :epoch"))
            .condition_expression(format!("{USERNAME} = :from AND {EPOCH} < :epoch"))
            .expression_attribute_values(":epoch", number(epoch))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to))
            .return_values_on_condition_check_failure(AllOld);
        Ok(TransactWriteItem::builder().update(update.build().map_err(unfit)?).build())
    }

    fn check_guard(&self, key: String, id: &str) -> Result<TransactWriteItem, Error> {
        let check = ConditionCheck::builder()
            .table_name(&self.tables.users)
            .key(PK, text(key))
            .condition_expression(format!("{USER_ID} = :id"))
            .expression_attribute_values(":id", text(id));
        Ok(TransactWriteItem::builder().condition_check(check.build().map_err(unfit)?).build())
    }
}

/// The epoch of a user who has the expected name still.
fn met_epoch(refusals: &[Cancellation], name: &str) -> Result<Option<i64>, Error> {
    match refusals {
        [Cancellation { failed: true, met: Some(met) }, ..]
            if Reader(met).optional_text(USERNAME)?.as_deref() == Some(name) =>
        {
            Reader(met).number(EPOCH).map(Some)
        }
        _ => Ok(None),
    }
}

fn renamed(refusals: &[Cancellation], to: &str) -> Result<Renamed, Error> {
    match refusals {
        [Cancellation { failed: true, met: None }, ..] => Ok(Renamed::Missing),
        [Cancellation { failed: true, met: Some(met) }, ..] if !is_user(met) => Ok(Renamed::Missing),
        // The name is the new one already: ours, from a try whose answer was lost.
        [Cancellation { failed: true, met: Some(met) }, ..] if Reader(met).text(USERNAME)? == to => {
            Ok(Renamed::Renamed)
        }
        [Cancellation { failed: true, .. }, ..] => Ok(Renamed::Stale),
        [_, Cancellation { failed: true, .. }, Cancellation { failed: false, .. }] => Ok(Renamed::NameTaken),
        _ => Err(Error::corrupt("the guard of a name does not lead to its user")),
    }
}
