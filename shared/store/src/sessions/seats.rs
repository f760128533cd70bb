//! A bounded number of sessions per user: each takes a seat, and where none is free, that of the oldest.

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{Item, Reader, number, text},
        mark,
        names::{PK, ROOM, SEAT, TTL, seats_key, session_key},
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
pub struct Seat<'a> {
    /// Whose session it is.
    pub user_id: &'a str,
    /// The user's epoch as just read: sessions before it need no seat.
    pub epoch: i64,
    /// The session, which has its row already.
    pub sid: &'a str,
    /// How many sessions the user may have: at least one.
    pub limit: u64,
    /// The present second.
    pub now: i64,
}

/// A seat to take.
struct Choice {
    place: u64,
    /// The session that was seen on it.
    sid: Option<String>,
    /// For how many there was room when it was seen.
    room: i64,
}

/// A session on a seat.
struct Seated {
    place: u64,
    sid: String,
    /// What the session is, if it lives.
    living: Option<Session>,
}

impl Store {
    /// Gives a session a seat. Where none is free the oldest session of the user ends; gives back which. Among logins at the
    /// same moment it may be another than the oldest.
    ///
    /// One write as long as seats are free, or two; else a read of the seated sessions and two writes more. A session ends
    /// before its seat is given away. So hand no token of the new one out before this returns: then no more than `limit`
    /// sessions ever have one, however many begin at once.
    pub async fn take_seat(&self, seat: &Seat<'_>) -> Result<Vec<String>, Error> {
        within_budget(self.seated(seat)).await
    }

    async fn seated(&self, seat: &Seat<'_>) -> Result<Vec<String>, Error> {
        let mut ended = Vec::new();
        let blind = Choice { place: mark::below(seat.limit), sid: None, room: room(seat) };
        let Some(met) = self.sit_down(seat, &blind).await? else { return Ok(ended) };
        let choice = self.best(&met, seat, &mut ended).await?;
        let mut met = self.sit_down(seat, &choice).await?;
        while let Some(seats) = met {
            let choice = self.any(&seats, seat, &mut ended).await?;
            met = self.sit_down(seat, &choice).await?;
        }
        Ok(ended)
    }

    /// Takes a seat, if whoever was seen on it still has it; the row as it is, if not.
    async fn sit_down(&self, seat: &Seat<'_>, choice: &Choice) -> Result<Option<Item>, Error> {
        match written(self.sitting_down(seat, choice).send().await)? {
            Write::Done(_) => Ok(None),
            Write::Refused(None) => Err(Error::corrupt("seats were refused and are not there")),
            // Ours, from a try whose answer was lost.
            Write::Refused(Some(met)) if sits(&met, seat)? => Ok(None),
            Write::Refused(met) => Ok(met),
        }
    }

    /// A free seat, else that of the oldest session, which ends. So do those that a lower limit left without a seat.
    async fn best(&self, met: &Item, seat: &Seat<'_>, ended: &mut Vec<String>) -> Result<Choice, Error> {
        let (mut seated, surplus) = self.everybody(met, seat).await?;
        for each in surplus.iter().filter(|each| each.living.is_some()) {
            self.displace(&each.sid, seat, ended).await?;
        }
        let room = Reader(met).number(ROOM)?;
        let empty = |place: &u64| !seated.iter().any(|each| each.place == *place);
        if let Some(place) = (0..seat.limit).find(empty) {
            return Ok(Choice { place, sid: None, room });
        }
        seated.sort_by_key(|each| each.living.as_ref().map(|session| (session.created_at, session.sid.clone())));
        let oldest = seated.into_iter().next().ok_or_else(|| Error::corrupt("a user has no seat"))?;
        if oldest.living.is_some() {
            self.displace(&oldest.sid, seat, ended).await?;
        }
        Ok(Choice { place: oldest.place, sid: Some(oldest.sid), room })
    }

    /// Any seat, for who lost a race for the best one: many shall not stand in line for one.
    async fn any(&self, met: &Item, seat: &Seat<'_>, ended: &mut Vec<String>) -> Result<Choice, Error> {
        let place = mark::below(seat.limit);
        let sid = Reader(met).optional_text(&attribute(place))?;
        if let Some(sid) = &sid {
            self.displace(sid, seat, ended).await?;
        }
        Ok(Choice { place, sid, room: Reader(met).number(ROOM)? })
    }

    /// Who has a seat, and who had one that a lower limit took away.
    async fn everybody(&self, met: &Item, seat: &Seat<'_>) -> Result<(Vec<Seated>, Vec<Seated>), Error> {
        let mut seated = Vec::new();
        for place in 0..LARGEST {
            let sid = Reader(met).optional_text(&attribute(place))?;
            seated.extend(sid.map(|sid| Seated { place, sid, living: None }));
        }
        let keys = seated.iter().map(|each| session_key(&each.sid)).collect();
        for row in self.fetch(&self.tables.sessions, keys).await? {
            let session = read(Reader(&row))?;
            if session.is_live(seat.now) && session.survives(seat.epoch) {
                let each = seated.iter_mut().find(|each| each.sid == session.sid);
                each.into_iter().for_each(|each| each.living = Some(session.clone()));
            }
        }
        Ok(seated.into_iter().partition(|each| each.place < seat.limit))
    }

    async fn displace(&self, sid: &str, seat: &Seat<'_>, ended: &mut Vec<String>) -> Result<(), Error> {
        if self.end_session(sid, seat.now, EndReason::Displaced).await? == Ended::Ended {
            ended.push(sid.to_owned());
        }
        Ok(())
    }

    fn sitting_down(&self, seat: &Seat<'_>, choice: &Choice) -> UpdateItemFluentBuilder {
        let place = attribute(choice.place);
        let call = self
            .client
            .update_item()
            .table_name(&self.tables.sessions)
            .key(PK, text(seats_key(seat.user_id)))
            .update_expression(format!("SET {place} = :sid, {ROOM} = :room, #ttl = :ttl"))
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":sid", text(seat.sid))
            .expression_attribute_values(":room", number(room(seat)))
            .expression_attribute_values(":ttl", number(seat.now.saturating_add(KEPT)))
            .expression_attribute_values(":seen", choice.sid.as_ref().map_or_else(|| number(choice.room), text))
            .return_values_on_condition_check_failure(AllOld);
        call.condition_expression(match &choice.sid {
            // Where there was more room, somebody may sit where no seat is any more.
            None => format!("attribute_not_exists({place}) AND (attribute_not_exists({ROOM}) OR {ROOM} = :seen)"),
            Some(_) => format!("{place} = :seen"),
        })
    }
}

/// The most seats that a user ever had.
const LARGEST: u64 = 100;

fn room(seat: &Seat<'_>) -> i64 {
    i64::try_from(seat.limit).unwrap_or(i64::MAX)
}

/// The attribute that holds who has a seat.
fn attribute(place: u64) -> String {
    format!("{SEAT}{place}")
}

/// Whether the session has a seat already.
fn sits(met: &Item, seat: &Seat<'_>) -> Result<bool, Error> {
    for place in 0..seat.limit {
        if Reader(met).optional_text(&attribute(place))?.as_deref() == Some(seat.sid) {
            return Ok(true);
        }
    }
    Ok(false)
}
