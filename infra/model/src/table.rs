//! The rows of one user's sessions, and the conditional writes that DynamoDB makes on them one after the other.

use crate::{
    terms::{Ask, Guard, Id, Terms, USER, name},
    verdict::{Verdict, verdict},
};
use std::collections::{BTreeMap, BTreeSet};
use store::{EndReason, Met, Revoked, Session, Spent};

/// The row of a session.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Row {
    /// Its current token.
    pub jti: Id,
    /// The one before.
    pub previous: Option<Id>,
    /// When the current one expires.
    pub expiry: i64,
    /// When it became the current one.
    pub rotated_at: Option<i64>,
    /// When the session ends, however often it is refreshed.
    pub absolute: Option<i64>,
    /// When and why it was ended.
    pub end: Option<(i64, EndReason)>,
    /// Which request ended it.
    pub ended_by: Option<Id>,
    /// The user's epoch at its beginning.
    pub epoch: i64,
    /// When DynamoDB may delete the row.
    pub ttl: i64,
    /// Who was given the current token again.
    pub repeats: BTreeSet<(Id, u8)>,
}

/// The row of a token's own id.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Mark {
    /// The session that followed it; none for one that was blacklisted.
    pub followed_by: Option<Id>,
    /// When DynamoDB may delete the row.
    pub ttl: i64,
}

/// All rows.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Table {
    /// Sessions.
    pub sessions: BTreeMap<Id, Row>,
    /// Tokens that are good no more.
    pub marks: BTreeMap<Id, Mark>,
}

impl Row {
    /// The session as the product reads it.
    #[must_use]
    pub fn session(&self, sid: Id) -> Session {
        Session {
            sid: name(sid).to_owned(),
            user_id: USER.to_owned(),
            jti: name(self.jti).to_owned(),
            previous_jti: self.previous.map(|id| name(id).to_owned()),
            kid: None,
            generation: 0,
            issued_at: self.rotated_at.unwrap_or_default(),
            expiry: self.absolute.map_or(self.expiry, |end| end.min(self.expiry)),
            rotated_at: self.rotated_at,
            absolute_expiry: self.absolute,
            revoked_at: self.end.map(|(at, _)| at),
            reason: self.end.map(|(_, reason)| reason),
            created_at: 0,
            epoch: self.epoch,
            ip: None,
            last_ip: None,
            claims: None,
            user_agent: None,
        }
    }
}

impl Table {
    /// The rows that a refusal shows.
    #[must_use]
    pub fn met(&self, ask: &Ask, with_mark: bool) -> Met {
        let row = self.sessions.get(&ask.sid);
        let mark = self.marks.get(&ask.presented).filter(|_| with_mark);
        Met {
            session: row.map(|row| row.session(ask.sid)),
            repeats: row.map_or(0, |row| row.repeats.len() as u64),
            spent: mark.map(|mark| Spent { followed_by: mark.followed_by.map(|id| name(id).to_owned()) }),
        }
    }

    /// Moves a session to the successor, if the product decides so; whether it did. `extends`: moves the end of the row, too, and
    /// refuses to move it back.
    pub fn follow(&mut self, ask: &Ask, terms: &Terms, extends: bool) -> bool {
        let met = self.met(ask, false);
        let ttl = ask.now + ask.lifetime + margin(terms);
        let Some(row) = self.sessions.get_mut(&ask.sid) else { return false };
        let shrinks = row.ttl > ttl && extends && terms.without != Some(Guard::KeptLongest);
        if verdict(&met, ask, terms) != Verdict::Rotate || shrinks {
            return false;
        }
        row.previous = Some(row.jti);
        row.jti = ask.successor;
        row.expiry = ask.now + ask.lifetime;
        row.rotated_at = Some(ask.now);
        row.repeats.clear();
        if extends {
            row.ttl = ttl;
        }
        if terms.without == Some(Guard::LongestLifetime) {
            row.absolute = None;
        }
        true
    }

    /// Begins a session that follows the token, unless one of the two rows is there; whether it did.
    pub fn adopt(&mut self, ask: &Ask, terms: &Terms) -> bool {
        if self.sessions.contains_key(&ask.sid) || self.marks.contains_key(&ask.presented) {
            return false;
        }
        let expiry = ask.now + ask.lifetime;
        let row = Row {
            jti: ask.successor,
            previous: Some(ask.presented),
            expiry,
            rotated_at: Some(ask.now),
            absolute: terms.longest.map(|longest| ask.now + longest),
            end: None,
            ended_by: None,
            epoch: ask.epoch,
            ttl: expiry.max(ask.presented_expiry) + margin(terms),
            repeats: BTreeSet::new(),
        };
        self.sessions.insert(ask.sid, row);
        if !matches!(terms.without, Some(Guard::AdoptionMark | Guard::AdoptionAtOnce)) {
            self.mark(ask, terms);
        }
        true
    }

    /// Marks the token as spent, if it is not.
    pub fn mark(&mut self, ask: &Ask, terms: &Terms) {
        let mark = Mark { followed_by: Some(ask.sid), ttl: ask.presented_expiry + margin(terms) };
        self.marks.entry(ask.presented).or_insert(mark);
    }

    /// Blacklists a token whose id names no session, unless it is spent; the mark that it has then.
    pub fn blacklist(&mut self, ask: &Ask, terms: &Terms) -> Option<Mark> {
        let met = self.marks.get(&ask.presented).cloned();
        let mark = Mark { followed_by: None, ttl: ask.presented_expiry + margin(terms) };
        self.marks.entry(ask.presented).or_insert(mark);
        met
    }

    /// Counts that the current token is given again, under a mark; whether there was room.
    pub fn count(&mut self, ask: &Ask, terms: &Terms, current: Id, attempt: u8) -> bool {
        let mark = (ask.successor, if terms.without == Some(Guard::SameMark) { attempt } else { 0 });
        let most = if terms.without == Some(Guard::GraceUses) { u64::MAX } else { terms.uses };
        let Some(row) = self.sessions.get_mut(&ask.sid) else { return false };
        let has_room = (row.repeats.len() as u64) < most || row.repeats.contains(&mark);
        let counts = row.jti == current && row.end.is_none() && has_room;
        if counts {
            row.repeats.insert(mark);
        }
        counts
    }

    /// Ends a session; whether the request did it, now or before.
    pub fn end(&mut self, sid: Id, now: i64, reason: EndReason, by: Id) -> bool {
        let Some(row) = self.sessions.get_mut(&sid) else { return false };
        if row.end.is_some() {
            return row.ended_by == Some(by);
        }
        row.end = Some((now, reason));
        row.ended_by = Some(by);
        true
    }

    /// Says of a session that was logged out that it was stolen; whether the request did it, now or before.
    pub fn reword(&mut self, sid: Id, by: Id) -> bool {
        let Some(row) = self.sessions.get_mut(&sid) else { return false };
        match row.end {
            Some((at, EndReason::LoggedOut)) => row.end = Some((at, EndReason::ReplayedAfterLogout)),
            _ => return row.ended_by == Some(by),
        }
        row.ended_by = Some(by);
        true
    }

    /// Logs a token out that is current, or has no row.
    pub fn log_out(&mut self, ask: &Ask, terms: &Terms) -> Revoked {
        let end = Some((ask.now, EndReason::LoggedOut));
        match self.sessions.get_mut(&ask.sid) {
            Some(row) if row.end.is_some() => return Revoked::Already,
            Some(row) if row.jti != ask.presented => return Revoked::NotCurrent,
            Some(row) => row.end = end,
            None => {
                let expiry = ask.presented_expiry;
                let row = Row {
                    jti: ask.presented,
                    previous: None,
                    expiry,
                    rotated_at: None,
                    absolute: None,
                    end,
                    ended_by: None,
                    epoch: 0,
                    ttl: expiry + margin(terms),
                    repeats: BTreeSet::new(),
                };
                self.sessions.insert(ask.sid, row);
            }
        }
        Revoked::Revoked
    }
}

pub(crate) fn margin(terms: &Terms) -> i64 {
    if terms.without == Some(Guard::Margin) { 0 } else { terms.margin }
}
