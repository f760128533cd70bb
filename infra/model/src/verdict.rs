//! The product's decision, with or without one of its guards.

use crate::terms::{Ask, Guard, Id, Terms, name};
use store::{Decision, Met, decide};

/// A decision without the names of rows.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Verdict {
    /// See [`Decision`].
    Adopt,
    /// See [`Decision`].
    Again,
    /// See [`Decision`].
    Done,
    /// See [`Decision`].
    Follow(Id),
    /// See [`Decision`].
    Replayed,
    /// Over, by time or epoch, or unknown.
    Refused,
    /// See [`Decision`].
    Revoked,
    /// See [`Decision`].
    Rotate,
    /// See [`Decision`].
    UsedUp,
}

/// What the product decides, but for the guard that is left out.
#[must_use]
pub fn verdict(met: &Met, ask: &Ask, terms: &Terms) -> Verdict {
    let mut met = met.clone();
    let mut rotation = ask.rotation(terms);
    if let Some(session) = &mut met.session {
        match terms.without {
            Some(Guard::Ended) => session.revoked_at = None,
            Some(Guard::Expiry) => session.expiry = i64::MAX,
            Some(Guard::GraceForOne) if session.jti != name(ask.presented) => {
                session.previous_jti = Some(name(ask.presented).to_owned());
            }
            Some(Guard::OwnSuccess) if session.jti == rotation.successor => rotation.successor = "nobody",
            Some(Guard::Overtaken) if session.jti != rotation.successor => rotation.successor = "nobody",
            _ => {}
        }
    }
    match decide(&met, &rotation) {
        Decision::Adopt => Verdict::Adopt,
        Decision::Again => Verdict::Again,
        Decision::Done | Decision::Overtaken => Verdict::Done,
        Decision::Expired | Decision::Missing | Decision::Outlived => Verdict::Refused,
        Decision::Follow(sid) => sid.parse().map_or(Verdict::Refused, Verdict::Follow),
        Decision::Replayed => Verdict::Replayed,
        Decision::Revoked => Verdict::Revoked,
        Decision::Rotate => Verdict::Rotate,
        Decision::UsedUp => Verdict::UsedUp,
    }
}
