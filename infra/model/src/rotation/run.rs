//! One execution of the function that rotates, call by call: what [`token::Progress`] says is left to do.

use crate::rotation::{
    on_its_way::{Call, Run},
    set::{Face, Set, Times},
    terms::Term,
    world::{SKEW, State, World},
};
use token::{Progress, Unfit, Work};

/// What became of a call.
enum Then {
    Calls(Call),
    Done,
    Failed,
}

impl Run {
    /// Makes its next call; whether it goes on, and whether the step is taken where it does not.
    pub(super) fn advance(&mut self, world: &World, state: &mut State) -> Option<bool> {
        let now = state.now + if world.is_ahead { SKEW } else { 0 };
        let then = match self.call.clone() {
            Call::Describe => self.described(state),
            Call::Read => self.made(world, state, now),
            Call::Put(next) => self.put(state, next),
            Call::Check(next, finishes) => self.checked(world, state, now, next, finishes),
            Call::Withdraw => self.withdrawn(state),
            Call::Move(from) => self.moved(world, state, from),
        };
        match then {
            Then::Calls(call) => self.call = call,
            Then::Done => return Some(true),
            Then::Failed => return Some(false),
        }
        None
    }

    fn described(&self, state: &State) -> Then {
        let Some(version) = state.versions.get(self.version) else { return Then::Failed };
        let is_current = state.current() == self.version;
        match Progress::of(is_current, version.is_pending, version.set.clone()).next(self.step) {
            Err(_) => Then::Failed,
            Ok(Work::Nothing) => Then::Done,
            Ok(Work::Make) => Then::Calls(Call::Read),
            Ok(Work::Check(next)) => Then::Calls(Call::Check(next, false)),
            Ok(Work::Finish(next)) => Then::Calls(Call::Check(next, true)),
        }
    }

    fn made(&self, world: &World, state: &mut State, now: i64) -> Then {
        let seed = state.seed();
        let current = state.set(state.current()).cloned();
        match current.and_then(|current| rotated(world, &current, self.times, now, seed)) {
            Some(next) => {
                state.seeds = seed;
                Then::Calls(Call::Put(next))
            }
            None => Then::Failed,
        }
    }

    /// AWS keeps what was written first.
    fn put(&self, state: &mut State, next: Set) -> Then {
        match state.versions.get_mut(self.version) {
            Some(version) if version.set.is_none() => version.set = Some(next),
            _ => return Then::Failed,
        }
        Then::Done
    }

    fn checked(&self, world: &World, state: &State, now: i64, next: Set, finishes: bool) -> Then {
        let Some(current) = state.set(state.current()) else { return Then::Failed };
        match next.check_follows(current, self.times, now) {
            Err(unfit) if !is_overlooked(world, unfit) => Then::Calls(Call::Withdraw),
            _ if finishes => Then::Calls(Call::Move(state.current())),
            _ => Then::Done,
        }
    }

    fn withdrawn(&self, state: &mut State) -> Then {
        if let Some(version) = state.versions.get_mut(self.version) {
            version.is_pending = false;
        }
        Then::Failed
    }

    fn moved(&self, world: &World, state: &mut State, from: usize) -> Then {
        if state.current() != from && world.without != Some(Term::FinishFrom) {
            return Then::Failed;
        }
        state.put_in_force(self.version);
        Then::Done
    }
}

/// The next set, without the term that is left out.
pub(super) fn rotated(world: &World, set: &Set, times: Times, now: i64, seed: u8) -> Option<Set> {
    match world.without {
        Some(Term::Remembered) => set.with(|face| Face { lifetime: None, ..face })?.rotated(times, now, seed),
        Some(Term::Ends) => set.rotated(times, now, seed)?.with(|face| Face { verify_until: None, ..face }),
        _ => set.rotated(times, now, seed),
    }
}

/// Whether the term is left out that would give the set up. Where a key waits too short, it is: that it begins too early is what it is about.
fn is_overlooked(world: &World, unfit: Unfit) -> bool {
    matches!(
        (world.without, unfit),
        (Some(Term::Loses), Unfit::Loses)
            | (Some(Term::Stale), Unfit::Stale)
            | (Some(Term::Fresh | Term::MaxAge | Term::Skew | Term::Delay | Term::Late), Unfit::Late)
    )
}
