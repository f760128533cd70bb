//! What can be signed and what can be refused in a moment, by whoever holds whichever set.

use crate::rotation::{
    broken::Broken,
    set::{Kid, Set},
    terms::Term,
    world::{BOUND, FRESH, Life, MAX_AGE, SKEW, State, World},
};
use std::sync::Arc;

/// By how much the clock of a host may be ahead.
const CLOCKS: [i64; 2] = [0, SKEW];

/// Notes what is true now, and what is broken.
pub(super) fn watch(world: &World, state: &mut State) {
    forget(state);
    let (hosts, late) = (held(state, state.now, FRESH), held(state, state.now, BOUND));
    let readers = published(world, state);
    end(world, state);
    let knows =
        |kid: Kid| hosts.iter().all(|set| set.face(kid).is_some()) && readers.iter().all(|set| set.contains(&kid));
    for set in &late {
        for ahead in CLOCKS {
            sign(state, set, ahead, knows);
        }
    }
    for (kid, life) in state.lives.clone() {
        if is_refused(state.now, kid, life, &hosts, &readers) {
            state.broken.insert(Broken::ValidRefused);
        }
        if is_accepted(state.now, kid, life, (&hosts, &late), &readers) {
            state.broken.insert(Broken::AcceptedAfterEnd);
        }
    }
}

/// Sets that nobody can hold any more.
fn forget(state: &mut State) {
    let oldest = state.now - BOUND - FRESH - MAX_AGE;
    while state.served.get(1).is_some_and(|(since, _)| *since < oldest) {
        state.served.remove(0);
    }
}

/// The sets that a host may hold at `at` which fetched them less than `age` before: all that were in force in that time.
fn held(state: &State, at: i64, age: i64) -> Vec<Set> {
    let follows = state.served.iter().skip(1).map(|(since, _)| *since).chain([i64::MAX]);
    let held = state.served.iter().zip(follows).filter(|((since, _), until)| *since <= at && *until > at - age);
    held.filter_map(|((_, version), _)| state.set(*version).cloned()).collect()
}

/// What others may have, who keep what a host of ours published.
fn published(world: &World, state: &State) -> Vec<Arc<[Kid]>> {
    let mut all = Vec::new();
    for at in state.now - MAX_AGE + 1..=state.now {
        for set in held(state, at, FRESH) {
            all.extend(CLOCKS.map(|ahead| shown(world, &set, at + ahead)));
        }
    }
    all.sort();
    all.dedup();
    all
}

fn shown(world: &World, set: &Set, at: i64) -> Arc<[Kid]> {
    let all = set.published(at);
    if world.without != Some(Term::PublishedAhead) {
        return all;
    }
    let signs = |kid: &&Kid| set.face(**kid).is_some_and(|face| face.sign_from.is_none_or(|from| from <= at));
    all.iter().filter(signs).copied().collect()
}

/// A key that ends is over when a host has signed on with it for as long as it may, and the longest of those tokens has expired.
fn end(world: &World, state: &mut State) {
    let Some(set) = state.set(state.current()).cloned() else { return };
    for face in set.faces() {
        let Some(until) = face.sign_until else { continue };
        let over = until + BOUND + world.lifetimes.0.max(world.lifetimes.1) + SKEW;
        let life = state.lives.entry(face.kid).or_default();
        life.over = life.over.max(Some(over));
    }
}

fn sign(state: &mut State, set: &Set, ahead: i64, is_known: impl Fn(Kid) -> bool) {
    let now = state.now;
    let Some(kid) = set.signer(now + ahead) else {
        state.broken.insert(Broken::NobodySigns);
        return;
    };
    let life = state.lives.entry(kid).or_default();
    life.reach = life.reach.max(Some(now + ahead + state.lifetime));
    if !is_excused(now, *life) && !is_known(kid) {
        state.broken.insert(Broken::SignedUnpublished);
    }
}

/// A key that was stolen is refused, and one that had to sign at once may be unknown until everybody has fetched it.
fn is_excused(now: i64, life: Life) -> bool {
    life.revoked.is_some() || life.hurried.is_some_and(|at| now < at + FRESH + MAX_AGE)
}

fn is_refused(now: i64, kid: Kid, life: Life, hosts: &[Set], readers: &[Arc<[Kid]>]) -> bool {
    let is_good = |at: i64| life.reach.is_some_and(|reach| at < reach);
    let refuses =
        |at: i64| hosts.iter().any(|set| !set.verifies(kid, at)) || readers.iter().any(|set| !set.contains(&kid));
    !is_excused(now, life) && CLOCKS.iter().any(|ahead| is_good(now + ahead) && refuses(now + ahead))
}

fn is_accepted(now: i64, kid: Kid, life: Life, (hosts, late): (&[Set], &[Set]), readers: &[Arc<[Kid]>]) -> bool {
    let accept = |sets: &[Set], at: i64| sets.iter().any(|set| set.verifies(kid, at));
    let since = |at: Option<i64>, allowed: i64| at.is_some_and(|at| now >= at + allowed);
    let is_read = || readers.iter().any(|set| set.contains(&kid));
    let after_theft = since(life.revoked, FRESH) && accept(hosts, now)
        || since(life.revoked, BOUND) && accept(late, now)
        || since(life.revoked, FRESH + MAX_AGE) && is_read();
    let after_end =
        CLOCKS.iter().any(|ahead| life.over.is_some_and(|over| now + ahead >= over) && accept(late, now + ahead));
    after_theft || after_end || since(life.over, MAX_AGE) && is_read()
}
