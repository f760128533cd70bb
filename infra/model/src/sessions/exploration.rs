//! How the model is explored: where it begins, what follows what, and what must hold.

use crate::{
    sessions::{
        act::{self, Action},
        broken::Invariant,
        occurrence::OCCURRENCES,
        world::{History, Issued, Origin, State, World},
    },
    table::{Row, Table, margin},
};
use stateright::{Model, Property};
use std::collections::{BTreeMap, BTreeSet};

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let mut table = Table::default();
        let expiry = self.first_lifetime;
        if self.origin == Origin::Login {
            let row = Row {
                jti: 0,
                previous: None,
                expiry,
                rotated_at: None,
                absolute: self.terms.longest,
                end: None,
                ended_by: None,
                epoch: 0,
                ttl: expiry + margin(&self.terms),
                repeats: BTreeSet::new(),
            };
            table.sessions.insert(0, row);
        }
        vec![State {
            now: 0,
            table,
            epoch: 0,
            lifetime: self.terms.lifetime,
            issued: BTreeMap::from([(0, Issued { expiry, sid: (self.origin != Origin::Odd).then_some(0) })]),
            next: 1,
            pending: Vec::new(),
            holds: 0,
            stolen: BTreeSet::new(),
            losses: self.losses,
            crashes: self.crashes,
            history: History::new(self),
            broken: BTreeSet::new(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        act::possible(self, state, actions);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        act::act(self, &mut next, action);
        next.pending.sort_by_key(|pending| pending.request.ask.successor);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let occurrences = OCCURRENCES.iter().filter(|occurrence| (occurrence.is_expected)(self));
        let sometimes = occurrences.map(|occurrence| Property::sometimes(occurrence.name, occurrence.occurs));
        properties().into_iter().chain(sometimes).collect()
    }
}

fn properties() -> Vec<Property<World>> {
    fn holds(state: &State, invariant: Invariant) -> bool {
        !state.broken.contains(&invariant)
    }
    let always = |invariant: Invariant, check| Property::always(invariant.name(), check);
    vec![
        always(Invariant::OneSuccessor, |_, state| holds(state, Invariant::OneSuccessor)),
        always(Invariant::NothingDeadLives, |_, state| holds(state, Invariant::NothingDeadLives)),
        always(Invariant::HonestStaysIn, |_, state| holds(state, Invariant::HonestStaysIn)),
        always(Invariant::TheftToldOnce, |_, state| holds(state, Invariant::TheftToldOnce)),
        always(Invariant::OnlyTheftIsTold, |_, state| holds(state, Invariant::OnlyTheftIsTold)),
        always(Invariant::PasswordEndsAll, |_, state| holds(state, Invariant::PasswordEndsAll)),
        always(Invariant::GraceIsBounded, |_, state| holds(state, Invariant::GraceIsBounded)),
    ]
}
