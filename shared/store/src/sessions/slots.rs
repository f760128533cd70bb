//! A bounded number of sessions per user: each takes a slot, and where none is free, that of the oldest.

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{Item, Reader, number, text},
        mark,
        names::{PK, ROOM, SLOT, TTL, session_key, slots_key},
        write::{Write, written},
    },
    error::Error,
    sessions::{
        Ended,
        end_reason::EndReason,
        session::{Session, read},
    },
    store::Store,
};
use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder, types::ReturnValuesOnConditionCheckFailure::AllOld,
};

/// How long the row is kept after the last login, in seconds: longer than any session is likely to live without one.
const KEPT: i64 = 400 * 86_400;

/// A session that begins, and for how many there is room.
#[derive(Clone, Copy, Debug)]
pub struct SessionSlot<'a> {
    /// Whose session it is.
    pub user_id: &'a str,
    /// The user's epoch as just read: sessions before it need no slot.
    pub epoch: i64,
    /// The session, which has its row already.
    pub sid: &'a str,
    /// How many sessions the user may have: at least one.
    pub limit: u64,
    /// The present second.
    pub now: i64,
}

/// A slot to take.
struct Choice {
    place: u64,
    /// The session that was seen on it.
    sid: Option<String>,
    /// For how many there was room when it was seen.
    room: i64,
}

/// A session on a slot.
struct Taken {
    place: u64,
    sid: String,
    /// What the session is, if it lives.
    living: Option<Session>,
}

impl Store {
    /// Gives a session a slot. Where none is free the oldest session of the user ends; gives back which. Among logins at the
    /// same moment it may be another than the oldest.
    ///
    /// One write as long as slots are free, or two; else a read of the taken sessions and two writes more. A session ends
    /// before its slot is given away. Issue no token of the new session before this returns: then no more than `limit`
    /// sessions ever have one, however many begin at once.
    pub async fn take_slot(&self, slot: &SessionSlot<'_>) -> Result<Vec<String>, Error> {
        within_budget(self.taken(slot)).await
    }

    async fn taken(&self, slot: &SessionSlot<'_>) -> Result<Vec<String>, Error> {
        let mut ended = Vec::new();
        let blind = Choice { place: mark::below(slot.limit), sid: None, room: capacity(slot) };
        let Some(met) = self.write_slot(slot, &blind).await? else { return Ok(ended) };
        let choice = self.free_or_oldest(&met, slot, &mut ended).await?;
        let mut met = self.write_slot(slot, &choice).await?;
        while let Some(slots) = met {
            let choice = self.random_slot(&slots, slot, &mut ended).await?;
            met = self.write_slot(slot, &choice).await?;
        }
        Ok(ended)
    }

    /// Takes a slot, if whoever was seen on it still has it; the row as it is, if not.
    async fn write_slot(&self, slot: &SessionSlot<'_>, choice: &Choice) -> Result<Option<Item>, Error> {
        match written(self.slot_write(slot, choice).send().await)? {
            Write::Done(_) => Ok(None),
            Write::Refused(None) => Err(Error::corrupt("slots were refused and are not there")),
            // Ours, from a try whose answer was lost.
            Write::Refused(Some(met)) if has_slot(&met, slot)? => Ok(None),
            Write::Refused(met) => Ok(met),
        }
    }

    /// A free slot, else that of the oldest session, which ends. So do those that a lower limit left without a slot.
    async fn free_or_oldest(
        &self,
        met: &Item,
        slot: &SessionSlot<'_>,
        ended: &mut Vec<String>,
    ) -> Result<Choice, Error> {
        let (mut taken, surplus) = self.occupants(met, slot).await?;
        for each in surplus.iter().filter(|each| each.living.is_some()) {
            self.displace(&each.sid, slot, ended).await?;
        }
        let room = Reader(met).number(ROOM)?;
        let empty = |place: &u64| !taken.iter().any(|each| each.place == *place);
        if let Some(place) = (0..slot.limit).find(empty) {
            return Ok(Choice { place, sid: None, room });
        }
        taken.sort_by_key(|each| each.living.as_ref().map(|session| (session.created_at, session.sid.clone())));
        let oldest = taken.into_iter().next().ok_or_else(|| Error::corrupt("a user has no slot"))?;
        if oldest.living.is_some() {
            self.displace(&oldest.sid, slot, ended).await?;
        }
        Ok(Choice { place: oldest.place, sid: Some(oldest.sid), room })
    }

    /// Any slot, for who lost a race for the best one: many shall not stand in line for one.
    async fn random_slot(&self, met: &Item, slot: &SessionSlot<'_>, ended: &mut Vec<String>) -> Result<Choice, Error> {
        let place = mark::below(slot.limit);
        let sid = Reader(met).optional_text(&attribute(place))?;
        if let Some(sid) = &sid {
            self.displace(sid, slot, ended).await?;
        }
        Ok(Choice { place, sid, room: Reader(met).number(ROOM)? })
    }

    /// Who has a slot, and who had one that a lower limit took away.
    async fn occupants(&self, met: &Item, slot: &SessionSlot<'_>) -> Result<(Vec<Taken>, Vec<Taken>), Error> {
        let mut taken = Vec::new();
        for place in 0..LARGEST {
            let sid = Reader(met).optional_text(&attribute(place))?;
            taken.extend(sid.map(|sid| Taken { place, sid, living: None }));
        }
        let keys = taken.iter().map(|each| session_key(&each.sid)).collect();
        for row in self.fetch(&self.tables.sessions, keys).await? {
            let session = read(Reader(&row))?;
            if session.is_live(slot.now) && session.survives(slot.epoch) {
                let each = taken.iter_mut().find(|each| each.sid == session.sid);
                each.into_iter().for_each(|each| each.living = Some(session.clone()));
            }
        }
        Ok(taken.into_iter().partition(|each| each.place < slot.limit))
    }

    async fn displace(&self, sid: &str, slot: &SessionSlot<'_>, ended: &mut Vec<String>) -> Result<(), Error> {
        if self.end_session(sid, slot.now, EndReason::Displaced).await? == Ended::Ended {
            ended.push(sid.to_owned());
        }
        Ok(())
    }

    fn slot_write(&self, slot: &SessionSlot<'_>, choice: &Choice) -> UpdateItemFluentBuilder {
        let place = attribute(choice.place);
        let call = self
            .client
            .update_item()
            .table_name(&self.tables.sessions)
            .key(PK, text(slots_key(slot.user_id)))
            .update_expression(format!("SET {place} = :sid, {ROOM} = :room, #ttl = :ttl"))
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":sid", text(slot.sid))
            .expression_attribute_values(":room", number(capacity(slot)))
            .expression_attribute_values(":ttl", number(slot.now.saturating_add(KEPT)))
            .expression_attribute_values(":seen", choice.sid.as_ref().map_or_else(|| number(choice.room), text))
            .return_values_on_condition_check_failure(AllOld);
        call.condition_expression(match &choice.sid {
            // Where there was more room, somebody may sit where no slot is any more.
            None => format!("attribute_not_exists({place}) AND (attribute_not_exists({ROOM}) OR {ROOM} = :seen)"),
            Some(_) => format!("{place} = :seen"),
        })
    }
}

/// The most slots that a user ever had.
const LARGEST: u64 = 100;

fn capacity(slot: &SessionSlot<'_>) -> i64 {
    i64::try_from(slot.limit).unwrap_or(i64::MAX)
}

/// The attribute that holds who has a slot.
fn attribute(place: u64) -> String {
    format!("{SLOT}{place}")
}

/// Whether the session has a slot already.
fn has_slot(met: &Item, slot: &SessionSlot<'_>) -> Result<bool, Error> {
    for place in 0..slot.limit {
        if Reader(met).optional_text(&attribute(place))?.as_deref() == Some(slot.sid) {
            return Ok(true);
        }
    }
    Ok(false)
}
