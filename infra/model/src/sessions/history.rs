//! What has happened, beside the rows: they may be gone, what happened may not be undone.

use crate::{
    request::{Outcome, Step},
    sessions::{
        broken::Invariant,
        world::{Followed, History, Origin, Pending, State, Theft, Who, World},
    },
    table::Table,
    terms::{Ask, Id},
};
use std::collections::BTreeMap;
use store::EndReason;

impl History {
    pub(super) fn new(world: &World) -> Self {
        Self {
            followed: BTreeMap::new(),
            limit: world.terms.longest.filter(|_| world.origin == Origin::Login),
            presented: BTreeMap::new(),
            again: BTreeMap::new(),
            is_ended: false,
            logged_out_at: None,
            is_outlived: false,
            is_excused: false,
            is_suspect: false,
            told: 0,
            untold: 0,
        }
    }

    /// The session has ended, as somebody wanted or as a token was used again.
    pub(super) fn end(&mut self, is_wanted: bool) {
        self.is_ended = true;
        self.is_excused |= is_wanted;
    }

    pub(super) fn end_all(&mut self) {
        self.is_outlived = true;
        self.is_excused = true;
    }

    /// A Lambda has died with this request.
    pub(super) fn crash(&mut self, pending: &Pending, table: &Table) {
        self.untold += u8::from(is_to_tell(pending, table));
    }

    /// What a token is at its presentation: whether it must not get tokens, and whether it must.
    pub(super) fn present(&mut self, who: Who, token: Id, state: &State, world: &World) -> (Option<Invariant>, bool) {
        self.is_excused |= who == Who::Thief;
        let presented = self.presented.entry(token).or_default();
        *presented += u64::from(who == Who::Client);
        let is_seldom = *presented <= world.terms.uses + 1;
        let dead = self.dead(token, state, world);
        let lives = |end: i64| state.now + world.skew < end;
        let lives_on = |token: &Id| state.issued.get(token).is_some_and(|issued| lives(issued.expiry));
        let is_answered =
            |followed: &Followed| lives(followed.dated + world.terms.grace) && lives_on(&followed.successor);
        let is_within_grace = self.followed.get(&token).is_none_or(is_answered);
        let is_due = who == Who::Client
            && dead.is_none()
            && is_seldom
            && is_within_grace
            && lives_on(&token)
            && self.limit.is_none_or(lives)
            && !self.is_excused;
        self.is_excused |= !is_due;
        self.is_suspect |= !is_seldom || !is_within_grace;
        (dead, is_due)
    }

    /// Whether the presentation of a token is a theft, by what happened: no row, and no decision, is asked. `clock`: the Lambda's.
    pub(super) fn theft(&self, token: Id, state: &State, world: &World, clock: i64) -> Option<Theft> {
        let is_late = |since: i64| clock - since >= world.terms.grace;
        if let Some(at) = self.logged_out_at {
            return is_late(at).then_some(Theft::AfterLogout);
        }
        let is_used_up = self.again.get(&token).is_some_and(|again| *again >= world.terms.uses);
        let is_reused = is_used_up || self.is_too_old(token, world, clock);
        (is_reused && self.goes_on_after(token, state, clock)).then_some(Theft::Reuse)
    }

    /// The same for a logout: who was logged out may log out again, and who has the token before may, as long as the grace.
    pub(super) fn theft_at_logout(&self, token: Id, state: &State, world: &World, clock: i64) -> Option<Theft> {
        let is_reused = self.logged_out_at.is_none() && self.is_too_old(token, world, clock);
        (is_reused && self.goes_on_after(token, state, clock)).then_some(Theft::Reuse)
    }

    /// Whether a token was followed too long ago, or its successor was followed, too.
    pub(super) fn is_too_old(&self, token: Id, world: &World, clock: i64) -> bool {
        self.followed.get(&token).is_some_and(|followed| {
            self.followed.contains_key(&followed.successor) || clock - followed.dated >= world.terms.grace
        })
    }

    /// Whether a token was followed in a session that goes on.
    fn goes_on_after(&self, token: Id, state: &State, clock: i64) -> bool {
        let was_followed = self.followed.contains_key(&token);
        was_followed && !self.is_ended && !self.is_outlived && clock < self.end_of_current(token, state)
    }

    /// When the last token expires that came of this one.
    fn end_of_current(&self, mut token: Id, state: &State) -> i64 {
        while let Some(followed) = self.followed.get(&token) {
            token = followed.successor;
        }
        state.issued.get(&token).map_or(0, |issued| issued.expiry)
    }

    fn dead(&self, token: Id, state: &State, world: &World) -> Option<Invariant> {
        if self.is_outlived {
            return Some(Invariant::PasswordEndsAll);
        }
        // A Lambda's clock may be ahead, never behind.
        let is_over = self.limit.is_some_and(|limit| state.now >= limit);
        let follower = self.followed.get(&token);
        // The rotation is dated by a clock that may be ahead; what asks now may have a clock that is not.
        let is_late = follower.is_some_and(|followed| state.now - followed.at - world.skew >= world.terms.grace);
        let is_older = follower.is_some_and(|followed| self.followed.contains_key(&followed.successor));
        (self.is_ended || is_over || is_late || is_older).then_some(Invariant::NothingDeadLives)
    }

    /// A request has followed a token by a write.
    pub(super) fn follow(&mut self, ask: &Ask, begins: Option<i64>, now: i64) -> Option<Invariant> {
        if self.followed.is_empty() && begins.is_some() {
            self.limit = begins;
        }
        let written = Followed { successor: ask.successor, at: now, dated: ask.now };
        let first = self.followed.entry(ask.presented).or_insert(written);
        (first.successor != ask.successor).then_some(Invariant::OneSuccessor)
    }

    /// A line tells of a theft.
    pub(super) fn tell(&mut self) -> Option<Invariant> {
        self.told += 1;
        match self.told {
            _ if !self.is_suspect => Some(Invariant::OnlyTheftIsTold),
            1 => None,
            _ => Some(Invariant::TheftToldOnce),
        }
    }

    /// What is wrong with an answer.
    pub(super) fn answer(&mut self, at: usize, state: &State, world: &World) -> Option<Invariant> {
        let pending = state.pending.get(at)?;
        let token = pending.request.ask.presented;
        match pending.request.step {
            Step::Over(Outcome::Tokens(given)) => {
                if given != pending.request.ask.successor {
                    let again = self.again.entry(token).or_default();
                    *again += 1;
                    if *again > world.terms.uses {
                        return Some(Invariant::GraceIsBounded);
                    }
                }
                let other = self.followed.get(&token).is_some_and(|followed| followed.successor != given);
                pending.dead.or(other.then_some(Invariant::OneSuccessor))
            }
            Step::Over(Outcome::Refused) if pending.is_due && !self.is_excused => Some(Invariant::HonestStaysIn),
            Step::Over(Outcome::Refused) if pending.request.is_theft || pending.theft.is_some() => {
                (!self.is_known(pending, state, world)).then_some(Invariant::TheftToldOnce)
            }
            _ => None,
        }
    }

    /// Whether a theft that was refused ended the session, and is told. After a new password only an id that names a session leads to
    /// one that was logged out.
    fn is_known(&self, pending: &Pending, state: &State, world: &World) -> bool {
        let to_tell = state.pending.iter().any(|other| is_to_tell(other, &state.table));
        let is_told = self.told > 0 || self.untold > 0 || to_tell;
        let names_none = world.origin == Origin::Odd && pending.request.ask.presented == 0;
        let is_outlived = self.is_outlived && (names_none || pending.theft != Some(Theft::AfterLogout));
        is_outlived || self.is_ended && (is_told || is_ended_otherwise(pending, &state.table))
    }
}

/// Whether a request has ended the session for theft, and has the line about it to write still.
fn is_to_tell(pending: &Pending, table: &Table) -> bool {
    let request = &pending.request;
    let row = table.sessions.get(&request.ask.sid);
    match request.step {
        Step::Tell => true,
        Step::End(EndReason::LoggedOut) => false,
        Step::End(_) | Step::Reword => row.is_some_and(|row| row.ended_by == Some(request.ask.successor)),
        _ => false,
    }
}

/// Whether somebody else ended the session between the moment in which the theft was met and its end.
fn is_ended_otherwise(pending: &Pending, table: &Table) -> bool {
    let end = table.sessions.get(&pending.request.ask.sid).and_then(|row| row.end);
    match end {
        Some((_, EndReason::Operator)) => true,
        Some((_, EndReason::LoggedOut)) => pending.theft != Some(Theft::AfterLogout),
        _ => false,
    }
}
