//! A refresh, or a logout, as a Lambda makes it: one conditional write after the other, between which anything may happen.

use crate::{
    table::{Mark, Table},
    terms::{Ask, Guard, Id, Terms, name},
    verdict::{Verdict, verdict},
};
use store::{EndReason, Met, Revoked, decide_logout, is_reuse_after_logout};

/// The number of a logout, which no token has.
const LOGOUT: Id = 24;

/// What is due next.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Step {
    /// Begin a session that follows the token.
    Adopt,
    /// Log the token out, whose id names no session.
    Blacklist,
    /// Count that this current token is given again.
    Count(Id),
    /// End the session.
    End(EndReason),
    /// Follow the token, and keep the row as long as the successor needs.
    Extend,
    /// Follow the token, and keep the row as long as it is.
    Keep,
    /// Log the token out, if it is the current one of its session or has no row.
    LogOut,
    /// Read the session that followed the token, to log that out.
    Look,
    /// Mark the token as spent; only where that is not done at once.
    Mark,
    /// Over: the client gets this.
    Over(Outcome),
    /// Say of a logged-out session that it was stolen.
    Reword,
    /// Write the line about the theft.
    Tell,
}

/// What a client hears.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Outcome {
    /// The session is over by this request.
    LoggedOut,
    /// No tokens; of a logout: nothing was left to end, or it ended the session as a theft.
    Refused,
    /// This refresh token, and an access token.
    Tokens(Id),
}

/// A refresh or a logout on its way.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Request {
    /// What is asked.
    pub ask: Ask,
    /// What is due next.
    pub step: Step,
    /// Whether it followed the token by a write of its own.
    pub has_followed: bool,
    /// Whether it met a token that was used again.
    pub is_theft: bool,
    /// What it read beforehand, where writes have no condition.
    read: Option<Verdict>,
    /// How often its count was tried.
    attempt: u8,
}

impl Request {
    /// A refresh that begins.
    #[must_use]
    pub fn new(ask: Ask, table: &Table, terms: &Terms) -> Self {
        let blind = terms.without == Some(Guard::Condition);
        let read = blind.then(|| verdict(&table.met(&ask, false), &ask, terms));
        Self { ask, step: Step::Extend, has_followed: false, is_theft: false, read, attempt: 0 }
    }

    /// A logout that begins, by a token whose id names its session or none.
    #[must_use]
    pub fn logout(ask: Ask, names_session: bool) -> Self {
        let step = if names_session { Step::LogOut } else { Step::Blacklist };
        let ask = Ask { successor: LOGOUT, ..ask };
        Self { ask, step, has_followed: false, is_theft: false, read: None, attempt: 0 }
    }

    /// Whether it is a logout.
    #[must_use]
    pub fn is_logout(&self) -> bool {
        self.ask.successor == LOGOUT
    }

    /// Makes the next write, and reads its answer.
    pub fn advance(&mut self, table: &mut Table, terms: &Terms) {
        if let Some(met) = self.write(table, terms) {
            self.settle(&met, terms);
        }
    }

    /// What the product would decide at the write that is due, if that depends on a decision.
    #[must_use]
    pub fn decides(&self, table: &Table, terms: &Terms) -> Option<Verdict> {
        let is_asked = matches!(self.step, Step::Adopt | Step::Count(_) | Step::Extend | Step::Keep);
        is_asked.then(|| verdict(&table.met(&self.ask, self.step == Step::Adopt), &self.ask, terms))
    }

    /// Makes the next write, whose answer is lost: the SDK will make it again.
    pub fn lose(&mut self, table: &mut Table, terms: &Terms) {
        let step = self.step;
        _ = self.write(table, terms);
        self.step = step;
    }

    /// Makes the write that is due; the rows that refused it, if they did.
    fn write(&mut self, table: &mut Table, terms: &Terms) -> Option<Met> {
        let (ask, given) = (self.ask, |id| Step::Over(Outcome::Tokens(id)));
        let next = match self.step {
            Step::Extend | Step::Keep => {
                let done = self.follow(table, terms);
                self.has_followed |= done;
                done.then_some(given(ask.successor))
            }
            Step::Adopt => {
                let done = table.adopt(&ask, terms);
                self.has_followed |= done;
                let then = if terms.without == Some(Guard::AdoptionAtOnce) { Step::Mark } else { given(ask.successor) };
                done.then_some(then)
            }
            Step::Count(current) => {
                self.attempt += 1;
                table.count(&ask, terms, current, self.attempt).then_some(given(current))
            }
            Step::Blacklist => Some(match table.blacklist(&ask, terms) {
                Some(Mark { followed_by: Some(sid), .. }) => {
                    self.ask.sid = sid;
                    Step::Look
                }
                Some(_) => Step::Over(Outcome::Refused),
                None => Step::Over(Outcome::LoggedOut),
            }),
            Step::LogOut => Some(match table.log_out(&ask, terms) {
                Revoked::Already => Step::Over(Outcome::Refused),
                Revoked::NotCurrent => Step::Look,
                Revoked::Revoked => Step::Over(Outcome::LoggedOut),
            }),
            Step::Look => Some(self.look(table, terms)),
            Step::Mark => {
                table.mark(&ask, terms);
                Some(given(ask.successor))
            }
            Step::End(reason) => Some(self.end(table, terms, reason)),
            Step::Reword => {
                Some(if table.reword(ask.sid, ask.successor) { Step::Tell } else { Step::Over(Outcome::Refused) })
            }
            Step::Tell => Some(Step::Over(Outcome::Refused)),
            Step::Over(outcome) => Some(Step::Over(outcome)),
        };
        let with_mark = self.step == Step::Adopt;
        let Some(next) = next else { return Some(table.met(&ask, with_mark)) };
        self.step = next;
        None
    }

    /// Reads the session that followed the token, and decides how it ends.
    fn look(&mut self, table: &Table, terms: &Terms) -> Step {
        let Ask { sid, presented, now, .. } = self.ask;
        let session = table.sessions.get(&sid).map(|row| row.session(sid));
        let decided = session.and_then(|session| decide_logout(&session, name(presented), now, terms.grace));
        let reason = decided.map(|reason| match terms.without {
            Some(Guard::LateLogout) => EndReason::LoggedOut,
            Some(Guard::QuietLogout) => EndReason::Replayed,
            _ => reason,
        });
        self.is_theft |= reason == Some(EndReason::Replayed);
        reason.map_or(Step::Over(Outcome::Refused), Step::End)
    }

    fn follow(&mut self, table: &mut Table, terms: &Terms) -> bool {
        match self.read.take() {
            // What was read is written, whatever is there now.
            Some(Verdict::Rotate) => {
                if let Some(row) = table.sessions.get_mut(&self.ask.sid) {
                    row.previous = Some(row.jti);
                    row.jti = self.ask.successor;
                    row.rotated_at = Some(self.ask.now);
                }
                true
            }
            _ => table.follow(&self.ask, terms, self.step == Step::Extend),
        }
    }

    fn end(&self, table: &mut Table, terms: &Terms, reason: EndReason) -> Step {
        if terms.without == Some(Guard::ReuseDetection) {
            return Step::Over(Outcome::Refused);
        }
        let was_ended = table.sessions.get(&self.ask.sid).is_some_and(|row| row.end.is_some());
        let ended = table.end(self.ask.sid, self.ask.now, reason, self.ask.successor);
        if reason == EndReason::LoggedOut {
            return Step::Over(if ended { Outcome::LoggedOut } else { Outcome::Refused });
        }
        let tells = match terms.without {
            Some(Guard::EndOnce) => true,
            Some(Guard::EndMark) => !was_ended,
            _ => ended,
        };
        if tells { Step::Tell } else { Step::Over(Outcome::Refused) }
    }

    /// What the rows that refused a write mean.
    fn settle(&mut self, met: &Met, terms: &Terms) {
        self.step = match verdict(met, &self.ask, terms) {
            Verdict::Adopt => Step::Adopt,
            Verdict::Again => met
                .session
                .as_ref()
                .and_then(|session| session.jti.parse().ok())
                .map_or(Step::Over(Outcome::Refused), Step::Count),
            Verdict::Done | Verdict::Overtaken => Step::Over(Outcome::Tokens(self.ask.successor)),
            Verdict::Follow(sid) => {
                self.ask.sid = sid;
                Step::Extend
            }
            Verdict::Replayed => Step::End(EndReason::Replayed),
            Verdict::Revoked => self.after_end(met, terms),
            Verdict::Rotate => Step::Keep,
            Verdict::UsedUp => Step::End(EndReason::GraceUsedUp),
            Verdict::Expired | Verdict::Missing | Verdict::Outlived => Step::Over(Outcome::Refused),
        };
        self.is_theft |= matches!(self.step, Step::End(_) | Step::Reword);
    }

    /// A token that comes after its logout is told, once the grace is over.
    fn after_end(&self, met: &Met, terms: &Terms) -> Step {
        let grace = if terms.without == Some(Guard::GraceAfterLogout) { 0 } else { terms.grace };
        let reuse = |session| is_reuse_after_logout(session, self.ask.now, grace);
        if met.session.as_ref().is_some_and(reuse) { Step::Reword } else { Step::Over(Outcome::Refused) }
    }
}
