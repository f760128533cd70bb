//! A session that begins with a refresh: of a token that has none, as Django issued them before the move.

use crate::{
    dynamodb::{
        item::{Item, number},
        names::{PK, TTL},
        transaction::Transaction,
    },
    error::{Error, unfit},
    sessions::{
        decision::Rotation,
        revocations::spent,
        session::{Session, row, ttl},
    },
    store::Store,
};
use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem};

/// What became of it.
pub(crate) enum Adopted {
    /// The session has this row.
    Begun(Item),
    /// One of the two rows was there.
    Met { session: Option<Item>, mark: Option<Item> },
}

impl Store {
    /// Gives a token without a row a session that follows it, and marks it spent in the same transaction: the mark stays as long as
    /// the token lives, whatever becomes of the session. A second use meets the mark, the session, or both.
    pub(crate) async fn adopt(&self, rotation: &Rotation<'_>) -> Result<Adopted, Error> {
        let row = adopted_row(rotation);
        let mark = spent(rotation.presented, Some(rotation.sid), rotation.presented_expiry, rotation.now);
        match self.transact(vec![self.new_row(row.clone())?, self.new_row(mark)?]).await? {
            Transaction::Done => Ok(Adopted::Begun(row)),
            Transaction::Refused(refusals) => {
                let mut met = refusals.into_iter().map(|refusal| refusal.met);
                Ok(Adopted::Met { session: met.next().flatten(), mark: met.next().flatten() })
            }
        }
    }

    fn new_row(&self, row: Item) -> Result<TransactWriteItem, Error> {
        let put = Put::builder()
            .table_name(&self.tables.sessions)
            .set_item(Some(row))
            .condition_expression(format!("attribute_not_exists({PK})"))
            .return_values_on_condition_check_failure(AllOld);
        Ok(TransactWriteItem::builder().put(put.build().map_err(unfit)?).build())
    }
}

/// The row of a session that begins as the follower of a token. It stays as long as that lives, and as itself.
fn adopted_row(rotation: &Rotation<'_>) -> Item {
    let kept = rotation.expiry.max(rotation.kept_until).max(rotation.presented_expiry);
    let mut row = row(&adopted(rotation));
    row.insert(TTL.to_owned(), number(ttl(kept)));
    row
}

fn adopted(rotation: &Rotation<'_>) -> Session {
    Session {
        sid: rotation.sid.to_owned(),
        user_id: rotation.user_id.to_owned(),
        jti: rotation.successor.to_owned(),
        previous_jti: Some(rotation.presented.to_owned()),
        kid: rotation.kid.map(str::to_owned),
        generation: 1,
        issued_at: rotation.now,
        expiry: rotation.expiry,
        rotated_at: Some(rotation.now),
        absolute_expiry: rotation.adoption.and_then(|adoption| adoption.absolute_expiry),
        revoked_at: None,
        reason: None,
        created_at: rotation.now,
        epoch: rotation.epoch,
        ip: rotation.ip.map(str::to_owned),
        last_ip: rotation.ip.map(str::to_owned),
        claims: rotation.claims.map(str::to_owned),
        user_agent: rotation.adoption.and_then(|adoption| adoption.user_agent).map(str::to_owned),
    }
}
