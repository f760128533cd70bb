//! How the model is explored: where it begins, what follows what, what must hold, and what has to happen.

use crate::rotation::{
    act::{self, Action},
    broken::Broken,
    set::Set,
    watch,
    world::{DELAY, Left, Life, State, Version, World},
};
use stateright::{Model, Property};
use std::collections::{BTreeMap, BTreeSet};

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let left = Left {
            rotations: self.rotations,
            by_hand: self.by_hand,
            revocations: self.revocations,
            deployments: self.deployments,
            crashes: self.crashes,
            repeats: self.repeats,
        };
        let mut state = State {
            now: 0,
            versions: vec![Version { set: Set::first(self.times(self.lifetimes.0, DELAY)), is_pending: false }],
            served: vec![(i64::MIN, 0)],
            rotation: None,
            runs: Vec::new(),
            operation: None,
            lifetime: self.lifetimes.0,
            left,
            seeds: 0,
            lives: BTreeMap::new(),
            broken: BTreeSet::new(),
        };
        watch::watch(self, &mut state);
        vec![state]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        act::possible(self, state, actions);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        act::act(self, &mut next, action);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let sometimes = OCCURRENCES.iter().filter(|(_, is_expected, _)| is_expected(self));
        always().into_iter().chain(sometimes.map(|(name, _, occurs)| Property::sometimes(name, *occurs))).collect()
    }
}

fn always() -> Vec<Property<World>> {
    fn holds(state: &State, broken: Broken) -> bool {
        !state.broken.contains(&broken)
    }
    vec![
        Property::always(Broken::ValidRefused.name(), |_, state| holds(state, Broken::ValidRefused)),
        Property::always(Broken::SignedUnpublished.name(), |_, state| holds(state, Broken::SignedUnpublished)),
        Property::always(Broken::AcceptedAfterEnd.name(), |_, state| holds(state, Broken::AcceptedAfterEnd)),
        Property::always(Broken::NobodySigns.name(), |_, state| holds(state, Broken::NobodySigns)),
    ]
}

/// Something that has to happen: its name, in which worlds, and whether it has.
pub type Occurrence = (&'static str, fn(&World) -> bool, fn(&World, &State) -> bool);

/// What never happens proves nothing.
pub const OCCURRENCES: [Occurrence; 9] = [
    ("a rotation is finished", with_rotations, |_, state| {
        state.rotation.is_some_and(|rotation| rotation.due.is_none())
    }),
    ("a set is given up", with_rotations, |_, state| {
        let given_up = |version: &Version| version.set.is_some() && !version.is_pending;
        let last = state.rotation.filter(|rotation| rotation.due.is_some());
        last.and_then(|last| state.versions.get(last.version)).is_some_and(given_up)
    }),
    ("the next key signs", with_rotations, |_, state| {
        state.lives.iter().filter(|(_, life)| signed(**life)).count() > 1
    }),
    ("an old key is over", with_rotations, |_, state| {
        state.lives.values().any(|life| life.over.is_some_and(|over| state.now >= over))
    }),
    ("a Lambda dies", |world| world.crashes > 0, |_, state| state.left.crashes == 0),
    ("a deployment makes tokens live shorter", |world| world.deployments > 0, |_, state| state.left.deployments == 0),
    ("an operator rotates by hand", |world| world.by_hand > 0, |_, state| state.left.by_hand == 0),
    (
        "a key is revoked",
        |world| world.revocations > 0,
        |_, state| state.lives.values().any(|life| life.revoked.is_some()),
    ),
    (
        "a key has to sign at once",
        |world| world.revocations > 0,
        |_, state| state.lives.values().any(|life| life.hurried.is_some() && signed(*life)),
    ),
];

fn with_rotations(world: &World) -> bool {
    world.rotations > 0
}

fn signed(life: Life) -> bool {
    life.reach.is_some()
}
