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
    Expired,
    /// See [`Decision`].
    Follow(Id),
    /// See [`Decision`].
    Missing,
    /// See [`Decision`].
    Outlived,
    /// See [`Decision`].
    Overtaken,
    /// See [`Decision`].
    Replayed,
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
            Some(Guard::GraceForOne)
                if session.jti != name(ask.presented)
                    && session.previous_jti.as_deref() != Some(rotation.successor) =>
            {
                session.previous_jti = Some(name(ask.presented).to_owned());
            }
            Some(Guard::OwnSuccess) if session.jti == rotation.successor => rotation.successor = "nobody",
            Some(Guard::Overtaken) if session.jti != rotation.successor => rotation.successor = "nobody",
            _ => {}
        }
    }
    let verdict = of(decide(&met, &rotation));
    match (terms.without, verdict) {
        (Some(Guard::Replayed), Verdict::Replayed)
        | (Some(Guard::Revoked), Verdict::Revoked)
        | (Some(Guard::UsedUp), Verdict::UsedUp) => Verdict::Missing,
        _ => verdict,
    }
}

fn of(decision: Decision<'_>) -> Verdict {
    match decision {
        Decision::Adopt => Verdict::Adopt,
        Decision::Again => Verdict::Again,
        Decision::Done => Verdict::Done,
        Decision::Expired => Verdict::Expired,
        Decision::Follow(sid) => sid.parse().map_or(Verdict::Missing, Verdict::Follow),
        Decision::Missing => Verdict::Missing,
        Decision::Outlived => Verdict::Outlived,
        Decision::Overtaken => Verdict::Overtaken,
        Decision::Replayed => Verdict::Replayed,
        Decision::Revoked => Verdict::Revoked,
        Decision::Rotate => Verdict::Rotate,
        Decision::UsedUp => Verdict::UsedUp,
    }
}
