//! What an operator does: he reads the set, and replaces it.

use crate::rotation::{
    on_its_way::{Operation, Order},
    run,
    set::{Face, Set},
    terms::Term,
    world::{FRESH, Life, MAX_AGE, SKEW, State, Version, World},
};

/// He reads the current set.
pub(super) fn read(world: &World, state: &mut State, order: Order) {
    let (from, now, seed, times) = (state.current(), state.now, state.seed(), world.times(state.lifetime, 0));
    let Some(set) = state.set(from).cloned() else { return };
    let next = match order {
        Order::Revoke(kid) if world.without != Some(Term::Dropped) => {
            let next = set.revoked(kid, times, now, seed);
            if world.without == Some(Term::Opened) { next.and_then(|next| closed(&set, &next)) } else { next }
        }
        _ => run::rotated(world, &set, times, now, seed),
    };
    if let Some(next) = next {
        state.seeds = seed;
        state.operation = Some(Operation { from, next, order });
    }
}

/// The keys that were there wait as long as they did.
fn closed(set: &Set, next: &Set) -> Option<Set> {
    next.with(|face| {
        let before = set.face(face.kid).map_or(face.sign_from, |before| before.sign_from);
        Face { sign_from: before, ..face }
    })
}

/// He writes what he has made, if nobody else has changed the keys meanwhile.
pub(super) fn write(world: &World, state: &mut State, operation: Operation) {
    let before = state.current();
    if before != operation.from && world.without != Some(Term::ReplaceFrom) {
        return;
    }
    let former = state.set(before).cloned();
    state.versions.push(Version { set: Some(operation.next.clone()), is_pending: false });
    state.put_in_force(state.versions.len() - 1);
    if let (Order::Revoke(kid), Some(former)) = (operation.order, former) {
        state.lives.entry(kid).or_default().revoked = Some(state.now);
        hurry(state, &former, &operation.next);
    }
}

/// Notes which keys sign before everybody can know them.
fn hurry(state: &mut State, former: &Set, next: &Set) {
    let soon = state.now + FRESH + MAX_AGE + SKEW;
    for face in next.faces() {
        let is_as_before = former.face(face.kid).is_some_and(|before| before.sign_from == face.sign_from);
        if !is_as_before && face.sign_from.is_some_and(|from| from < soon) {
            let life: &mut Life = state.lives.entry(face.kid).or_default();
            life.hurried = Some(state.now);
        }
    }
}
