//! Once-only refresh: a session goes on from one refresh token to the next, and only one of them is ever good.

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{Item, Reader, number, set_of, text},
        mark,
        names::{
            ABSOLUTE_EXPIRY, CLAIMS, EPOCH, EXPIRY, FOLLOWED_BY, GENERATION, ISSUED_AT, JTI, KID, LAST_IP,
            PREVIOUS_JTI, REPEATS, REVOKED_AT, ROTATED_AT, TTL, USER_ID, session_key,
        },
        write::{Write, written},
    },
    error::Error,
    sessions::{
        adoption::Adopted,
        decision::{Decision, Met, Rotation, Spent, decide},
        session::{Session, address, read, ttl},
    },
    store::Store,
};
use aws_sdk_dynamodb::{operation::update_item::builders::UpdateItemFluentBuilder, types::ReturnValue};

/// What became of a refresh. A session that is handed back is the row as it is now; sign its `jti`, `issued_at`, `expiry`, `kid`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Rotated {
    /// A session has begun, which follows a token that had none: one that Django issued before the move.
    Adopted(Session),
    /// The token was followed a moment ago, within the grace: this is the same successor again.
    Again(Session),
    /// The session is over by time.
    Expired,
    /// The successor is the session's current token now.
    Fresh(Session),
    /// There is no such session of this user.
    Missing,
    /// The session ended with all others of its user.
    Outlived,
    /// The token was followed before: somebody uses a copy. The session is still open; end it.
    Replayed(Session),
    /// The session was ended.
    Revoked(Session),
    /// The token was followed a moment ago, and came again more often than anybody needs. The session is still open; end it.
    UsedUp(Session),
}

impl Store {
    /// Follows the presented token by its successor. One write: its condition decides every race, and the row that it met tells a
    /// loser why, by [`decide`]. Another write follows where the same successor is due again, which is counted before it is given;
    /// where a session has to begin, for a token that Django issued; and where the row shall stay longer than this write would keep it.
    pub async fn rotate(&self, rotation: &Rotation<'_>) -> Result<Rotated, Error> {
        within_budget(self.follow(rotation)).await
    }

    async fn follow(&self, rotation: &Rotation<'_>) -> Result<Rotated, Error> {
        match written(self.extending(rotation).send().await)? {
            Write::Done(output) => Ok(Rotated::Fresh(fresh(output.attributes, rotation)?)),
            Write::Refused(row) => self.settle(met(row.as_ref(), None, rotation)?, rotation).await,
        }
    }

    /// What the rows that refused a write mean, and the write that is due then. The futures of what is rare are boxed: they shall
    /// not make every refresh larger.
    async fn settle(&self, met: Met, rotation: &Rotation<'_>) -> Result<Rotated, Error> {
        let decision = decide(&met, rotation);
        match decision {
            Decision::Adopt => Box::pin(self.begin(rotation)).await,
            Decision::Follow(sid) => Box::pin(self.follow(&Rotation { sid, ..*rotation })).await,
            // The row is kept longer already, as lifetimes were longer or another clock is ahead.
            Decision::Rotate => Box::pin(self.follow_within(rotation)).await,
            Decision::Again => self.repeat(met.session.clone(), rotation).await,
            _ => Ok(met.session.clone().map_or(Rotated::Missing, |session| outcome(decision, session, rotation))),
        }
    }

    /// Follows the presented token without moving the end of the row.
    async fn follow_within(&self, rotation: &Rotation<'_>) -> Result<Rotated, Error> {
        match written(self.rotating(rotation, None).send().await)? {
            Write::Done(output) => Ok(Rotated::Fresh(fresh(output.attributes, rotation)?)),
            Write::Refused(row) => {
                Box::pin(self.settle(refusing(Decision::Rotate, row.as_ref(), rotation)?, rotation)).await
            }
        }
    }

    async fn begin(&self, rotation: &Rotation<'_>) -> Result<Rotated, Error> {
        match self.adopt(rotation).await? {
            Adopted::Begun(row) => Ok(Rotated::Adopted(session(&row, rotation)?)),
            Adopted::Met { session, mark } => {
                let met = met(session.as_ref(), mark.as_ref(), rotation)?;
                Ok(match Box::pin(self.settle(met, rotation)).await? {
                    // Our own, from a try whose answer was lost.
                    Rotated::Fresh(session) => Rotated::Adopted(session),
                    settled => settled,
                })
            }
        }
    }

    /// Counts that a successor is given again, before it is.
    async fn repeat(&self, session: Option<Session>, rotation: &Rotation<'_>) -> Result<Rotated, Error> {
        let Some(session) = session else { return Ok(Rotated::Missing) };
        match written(self.repeating(&session, rotation).send().await)? {
            Write::Done(_) => Ok(Rotated::Again(session)),
            Write::Refused(row) => {
                Box::pin(self.settle(refusing(Decision::Again, row.as_ref(), rotation)?, rotation)).await
            }
        }
    }

    /// Adds a mark to the set of those who were given the current token again. A try whose answer was lost adds the same
    /// mark again, which changes nothing: nobody is counted twice, and nobody is refused for having been counted.
    fn repeating(&self, session: &Session, rotation: &Rotation<'_>) -> UpdateItemFluentBuilder {
        let mark = mark::short();
        // INVARIANT: no more than so many marks, and only in the session that was judged.
        let room = format!("attribute_not_exists({REPEATS}) OR size({REPEATS}) < :most OR contains({REPEATS}, :mark)");
        self.update_session(rotation.sid)
            .update_expression(format!("ADD {REPEATS} :marks"))
            .condition_expression(format!("{JTI} = :current AND attribute_not_exists({REVOKED_AT}) AND ({room})"))
            .expression_attribute_values(":current", text(&session.jti))
            .expression_attribute_values(":most", number(i64::try_from(rotation.repeats).unwrap_or(i64::MAX)))
            .expression_attribute_values(":marks", set_of(&mark))
            .expression_attribute_values(":mark", text(mark))
    }

    /// Moves the end of the row, too, if it moves on.
    fn extending(&self, rotation: &Rotation<'_>) -> UpdateItemFluentBuilder {
        self.rotating(rotation, Some(ttl(rotation.expiry.max(rotation.kept_until))))
    }

    fn rotating(&self, rotation: &Rotation<'_>, kept: Option<i64>) -> UpdateItemFluentBuilder {
        let optional = [
            (CLAIMS, ":claims", rotation.claims.map(text)),
            (KID, ":kid", rotation.kid.map(text)),
            (LAST_IP, ":ip", rotation.ip.map(address)),
        ];
        let (known, unknown): (Vec<_>, Vec<_>) = optional.into_iter().partition(|(.., value)| value.is_some());
        let set: String = known.iter().map(|(name, placeholder, _)| format!(", {name} = {placeholder}")).collect();
        let removed: String = unknown.iter().map(|(name, ..)| format!(", {name}")).collect();
        let moved = kept.map(|_| ", #ttl = :ttl").unwrap_or_default();
        let assignments = format!(
            "SET {PREVIOUS_JTI} = {JTI}, {JTI} = :successor, {GENERATION} = {GENERATION} + :one, {ISSUED_AT} = :now, \
             {EXPIRY} = :expiry, {ROTATED_AT} = :now{moved}{set} REMOVE {REPEATS}{removed}"
        );
        let call = self
            .update_session(rotation.sid)
            .return_values(ReturnValue::AllNew)
            .update_expression(assignments)
            .condition_expression(condition(kept))
            .expression_attribute_values(":user", text(rotation.user_id))
            .expression_attribute_values(":epoch", number(rotation.epoch))
            .expression_attribute_values(":presented", text(rotation.presented))
            .expression_attribute_values(":successor", text(rotation.successor))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":expiry", number(rotation.expiry))
            .expression_attribute_values(":now", number(rotation.now))
            .expression_attribute_values(":bound", number(rotation.bound()));
        let call = match kept {
            Some(kept) => {
                call.expression_attribute_names("#ttl", TTL).expression_attribute_values(":ttl", number(kept))
            }
            None => call,
        };
        let values = known.into_iter().filter_map(|(_, placeholder, value)| Some((placeholder, value?)));
        values.fold(call, |call, (placeholder, value)| call.expression_attribute_values(placeholder, value))
    }
}

/// INVARIANT: only the current token of a session that is neither ended nor over has a successor: [`Decision::Rotate`]. And the row
/// is never kept shorter than before, as earlier tokens of the session must find it as long as they live.
fn condition(kept: Option<i64>) -> String {
    let kept = kept.map(|_| " AND #ttl <= :ttl").unwrap_or_default();
    format!(
        "{USER_ID} = :user AND {JTI} = :presented AND attribute_not_exists({REVOKED_AT}) AND {EPOCH} >= :epoch \
         AND {EXPIRY} > :bound AND (attribute_not_exists({ABSOLUTE_EXPIRY}) OR {ABSOLUTE_EXPIRY} > :bound){kept}"
    )
}

/// What a decision that needs no other write means for the session that was met.
fn outcome(decision: Decision<'_>, session: Session, rotation: &Rotation<'_>) -> Rotated {
    match decision {
        Decision::Done => Rotated::Fresh(session),
        Decision::Overtaken => Rotated::Fresh(overtaken(session, rotation)),
        Decision::Expired => Rotated::Expired,
        Decision::Outlived => Rotated::Outlived,
        Decision::Replayed => Rotated::Replayed(session),
        Decision::Revoked => Rotated::Revoked(session),
        Decision::UsedUp => Rotated::UsedUp(session),
        Decision::Adopt | Decision::Again | Decision::Follow(_) | Decision::Missing | Decision::Rotate => {
            Rotated::Missing
        }
    }
}

/// A session as this rotation left it, though it went on since.
fn overtaken(session: Session, rotation: &Rotation<'_>) -> Session {
    Session {
        jti: rotation.successor.to_owned(),
        previous_jti: Some(rotation.presented.to_owned()),
        kid: rotation.kid.map(str::to_owned),
        issued_at: rotation.now,
        claims: rotation.claims.map(str::to_owned),
        expiry: session.absolute_expiry.map_or(rotation.expiry, |end| end.min(rotation.expiry)),
        ..session
    }
}

/// The rows that refused the write of a decision. They have changed since it was made, or the conditions of the write do not say what it
/// says: then asking again would never end.
///
/// # Errors
/// The decision about them is the same.
fn refusing(decision: Decision<'_>, row: Option<&Item>, rotation: &Rotation<'_>) -> Result<Met, Error> {
    let met = met(row, None, rotation)?;
    if decide(&met, rotation) == decision {
        return Err(Error::corrupt(format!("a row refuses what it allows: {decision:?}")));
    }
    Ok(met)
}

/// The rows that refused a write.
fn met(row: Option<&Item>, mark: Option<&Item>, rotation: &Rotation<'_>) -> Result<Met, Error> {
    let followed_by = mark.map(|mark| Reader(mark).optional_text(FOLLOWED_BY)).transpose()?;
    Ok(Met {
        session: row.map(|row| session(row, rotation)).transpose()?,
        repeats: row.map_or(Ok(0), |row| Reader(row).size_of_set(REPEATS))?,
        spent: followed_by.map(|followed_by| Spent { followed_by }),
    })
}

fn fresh(row: Option<Item>, rotation: &Rotation<'_>) -> Result<Session, Error> {
    session(&row.ok_or_else(|| Error::unavailable("a rotation was answered without its row"))?, rotation)
}

fn session(row: &Item, rotation: &Rotation<'_>) -> Result<Session, Error> {
    read(Reader(row).of(&session_key(rotation.sid))?)
}
