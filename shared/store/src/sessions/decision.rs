//! What becomes of a refresh token that is presented: functions of the rows that it meets and of what is asked. [`decide`] is about
//! a refresh; the other two are about a logout, and about a token that is used after one.
//!
//! They do no I/O. [`Store::rotate`](crate::Store::rotate) writes with conditions that say the same, and asks [`decide`] where a
//! condition did not hold; the model in `infra/model` asks all three for every step.

use crate::sessions::{end_reason::EndReason, session::Session};

/// A refresh: which token was presented, and which one shall follow it.
#[derive(Clone, Copy, Debug)]
pub struct Rotation<'a> {
    /// The session that the presented token's jti names; where it names none, the one that would begin.
    pub sid: &'a str,
    /// The user that the presented token names.
    pub user_id: &'a str,
    /// The user's epoch as just read: an older session has ended.
    pub epoch: i64,
    /// The jti of the presented refresh token.
    pub presented: &'a str,
    /// When that token expires.
    pub presented_expiry: i64,
    /// The jti of the refresh token that shall follow: fresh for each request, for it tells our own write from another's.
    pub successor: &'a str,
    /// The key that will sign it.
    pub kid: Option<&'a str>,
    /// When it expires; the session's absolute expiry comes first.
    pub expiry: i64,
    /// Until when the row stays at least: earlier tokens of the session may live longer than the successor, and must find it.
    pub kept_until: i64,
    /// The present second, at which the successor is issued.
    pub now: i64,
    /// For how many seconds after a rotation the token before is answered with the same successor (`REFRESH_GRACE_SECONDS`).
    pub grace: i64,
    /// How often it is, after one rotation (`REFRESH_GRACE_USES`).
    pub repeats: u64,
    /// For how many seconds an expired token is still good (`LEEWAY`).
    pub leeway: i64,
    /// What the successor says anew, as a JSON object; none where its claims are those of the presented token.
    pub claims: Option<&'a str>,
    /// Where the request came from.
    pub ip: Option<&'a str>,
    /// How the session begins where there is none; `None` for a token that may not begin one.
    pub adoption: Option<Adoption<'a>>,
}

impl Rotation<'_> {
    /// What expires at this second or before is over.
    pub(crate) fn bound(&self) -> i64 {
        self.now.saturating_sub(self.leeway)
    }
}

/// What a session that begins with a refresh needs beside its [`Rotation`].
#[derive(Clone, Copy, Debug)]
pub struct Adoption<'a> {
    /// When the session ends, however often it is refreshed.
    pub absolute_expiry: Option<i64>,
    /// What the client says it is.
    pub user_agent: Option<&'a str>,
}

/// The rows that a refresh met.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Met {
    /// The row of the session.
    pub session: Option<Session>,
    /// How often the session's current token was given again, within the grace.
    pub repeats: u64,
    /// The row of the presented token's own id; `None` also where nobody has looked yet.
    pub spent: Option<Spent>,
}

/// The row that a token has of its own: it is good no more.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Spent {
    /// The session that followed it; `None` where it was blacklisted.
    pub followed_by: Option<String>,
}

/// What is to be done, or was done, with a refresh token.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Decision<'m> {
    /// No row knows it, and it may begin a session, which follows it at once: mark it spent and write the session, both or neither.
    Adopt,
    /// It was followed a moment ago: count that, and give the same successor again.
    Again,
    /// This very request followed it already: its answer was lost on the way.
    Done,
    /// The session is over by time.
    Expired,
    /// The session of this id followed it: look there.
    Follow(&'m str),
    /// There is no such session of this user.
    Missing,
    /// The session ended with all others of its user.
    Outlived,
    /// This very request followed it already, and its successor was followed meanwhile.
    Overtaken,
    /// It was followed before: somebody uses a copy.
    Replayed,
    /// The session was ended.
    Revoked,
    /// It is the current one: its successor may take its place.
    Rotate,
    /// It was followed a moment ago, and came again more often than anybody needs.
    UsedUp,
}

/// Decides about the presented token. Where it says [`Decision::Adopt`], [`Decision::Again`] or [`Decision::Rotate`] a write has to
/// succeed whose condition is that the rows still are as they were met; else it is asked again with those that refused.
pub fn decide<'m>(met: &'m Met, rotation: &Rotation<'_>) -> Decision<'m> {
    match (&met.session, &met.spent) {
        (Some(session), _) => of_session(session, met.repeats, rotation),
        (None, Some(Spent { followed_by: Some(sid) })) if sid != rotation.sid => Decision::Follow(sid),
        // INVARIANT: a token that is spent stays so when the row of its session is gone.
        (None, Some(_)) => Decision::Missing,
        (None, None) => rotation.adoption.map_or(Decision::Missing, |_| Decision::Adopt),
    }
}

/// An end comes before everything else, also before our own success.
fn of_session(session: &Session, repeats: u64, rotation: &Rotation<'_>) -> Decision<'static> {
    let Rotation { presented, successor, now, .. } = *rotation;
    if session.user_id != rotation.user_id {
        Decision::Missing
    } else if session.revoked_at.is_some() {
        Decision::Revoked
    } else if !session.survives(rotation.epoch) {
        Decision::Outlived
    } else if session.jti == successor {
        Decision::Done
    } else if session.previous_jti.as_deref() == Some(successor) {
        Decision::Overtaken
    } else if session.expiry <= rotation.bound() {
        Decision::Expired
    } else if session.jti == presented {
        Decision::Rotate
    } else if !session.is_within_grace(presented, now, rotation.grace) {
        Decision::Replayed
    } else if repeats < rotation.repeats {
        Decision::Again
    } else {
        Decision::UsedUp
    }
}

/// How a session ends when a token that is not its current one logs out; `None` where it has ended. Within the grace its holder
/// wants the session to be over. After that, somebody else may have followed the token: that is a reuse.
#[must_use]
pub fn decide_logout(session: &Session, presented: &str, now: i64, grace: i64) -> Option<EndReason> {
    let is_quiet = session.is_within_grace(presented, now, grace);
    let reason = if is_quiet { EndReason::LoggedOut } else { EndReason::Replayed };
    session.revoked_at.is_none().then_some(reason)
}

/// Whether a token of a session that has ended is used again by somebody else than its holder, who keeps no token after a logout.
/// Another tab may refresh while one logs out: the grace holds here, too. After any other end a token may come that was good.
#[must_use]
pub fn is_reuse_after_logout(session: &Session, now: i64, grace: i64) -> bool {
    let is_late = session.revoked_at.is_some_and(|revoked_at| now.saturating_sub(revoked_at) >= grace);
    session.reason == Some(EndReason::LoggedOut) && is_late
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000;

    fn session() -> Session {
        Session {
            sid: "s".to_owned(),
            user_id: "alice".to_owned(),
            jti: "s-1".to_owned(),
            previous_jti: Some("s-0".to_owned()),
            kid: None,
            generation: 1,
            issued_at: NOW,
            expiry: NOW + 100,
            rotated_at: Some(NOW),
            absolute_expiry: None,
            revoked_at: None,
            reason: None,
            created_at: NOW,
            epoch: NOW,
            ip: None,
            last_ip: None,
            claims: None,
            user_agent: None,
        }
    }

    fn rotation(presented: &'static str) -> Rotation<'static> {
        Rotation {
            sid: "s",
            user_id: "alice",
            epoch: NOW,
            presented,
            presented_expiry: NOW + 100,
            successor: "s-2",
            kid: None,
            expiry: NOW + 110,
            kept_until: NOW + 110,
            now: NOW + 9,
            grace: 10,
            repeats: 1,
            leeway: 0,
            claims: None,
            ip: None,
            adoption: None,
        }
    }

    fn by(change: impl FnOnce(&mut Session), rotation: Rotation<'static>) -> Decision<'static> {
        let mut session = session();
        change(&mut session);
        of_session(&session, 0, &rotation)
    }

    #[test]
    fn the_current_token_alone_is_followed() {
        assert_eq!(by(|_| (), rotation("s-1")), Decision::Rotate);
        assert_eq!(by(|_| (), rotation("s-0")), Decision::Again);
        assert_eq!(by(|_| (), rotation("s-9")), Decision::Replayed);
        assert_eq!(by(|s| s.jti = "s-2".to_owned(), rotation("s-1")), Decision::Done);
        assert_eq!(by(|s| s.previous_jti = Some("s-2".to_owned()), rotation("s-1")), Decision::Overtaken);
    }

    #[test]
    fn the_grace_is_as_long_and_as_wide_as_was_set() {
        let at = |now| by(|_| (), Rotation { now, ..rotation("s-0") });
        assert_eq!((at(NOW + 9), at(NOW + 10)), (Decision::Again, Decision::Replayed));
        assert_eq!(of_session(&session(), 1, &rotation("s-0")), Decision::UsedUp);
    }

    #[test]
    fn an_end_comes_before_everything_else() {
        for presented in ["s-0", "s-1", "s-2", "s-9"] {
            assert_eq!(by(|s| s.revoked_at = Some(NOW), rotation(presented)), Decision::Revoked);
            assert_eq!(by(|_| (), Rotation { epoch: NOW + 1, ..rotation(presented) }), Decision::Outlived);
            assert_eq!(by(|s| s.user_id = "bob".to_owned(), rotation(presented)), Decision::Missing);
            assert_eq!(by(|s| s.expiry = NOW + 9, rotation(presented)), Decision::Expired);
        }
        assert_eq!(by(|s| s.expiry = NOW + 9, Rotation { leeway: 1, ..rotation("s-1") }), Decision::Rotate);
    }

    #[test]
    fn a_replaced_token_logs_out_within_the_grace_and_is_a_reuse_after_it() {
        let at = |presented, now| decide_logout(&session(), presented, now, 10);
        assert_eq!(at("s-0", NOW + 9), Some(EndReason::LoggedOut));
        assert_eq!(at("s-0", NOW + 10), Some(EndReason::Replayed));
        assert_eq!(at("s-9", NOW), Some(EndReason::Replayed));
        let ended = Session { revoked_at: Some(NOW), ..session() };
        assert_eq!(decide_logout(&ended, "s-0", NOW, 10), None);
    }

    #[test]
    fn a_token_is_reused_after_its_logout_only_and_after_the_grace() {
        let ended = |reason, at| {
            let session = Session { revoked_at: Some(NOW), reason: Some(reason), ..session() };
            is_reuse_after_logout(&session, at, 10)
        };
        assert!(!ended(EndReason::LoggedOut, NOW + 9));
        assert!(ended(EndReason::LoggedOut, NOW + 10));
        assert!(!ended(EndReason::Operator, NOW + 10));
        assert!(!ended(EndReason::ReplayedAfterLogout, NOW + 10));
    }

    #[test]
    fn a_token_without_a_row_begins_a_session_only_where_it_may_and_never_twice() {
        let adoption = Some(Adoption { absolute_expiry: None, user_agent: None });
        let foreign = Rotation { adoption, ..rotation("d-0") };
        let spent =
            |by: Option<&str>| Met { spent: Some(Spent { followed_by: by.map(str::to_owned) }), ..Met::default() };
        assert_eq!(decide(&Met::default(), &foreign), Decision::Adopt);
        assert_eq!(decide(&Met::default(), &rotation("d-0")), Decision::Missing);
        assert_eq!(decide(&spent(None), &foreign), Decision::Missing);
        assert_eq!(decide(&spent(Some("s")), &foreign), Decision::Missing);
        assert_eq!(decide(&spent(Some("t")), &foreign), Decision::Follow("t"));
    }
}
