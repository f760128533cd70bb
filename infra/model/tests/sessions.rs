//! The refresh protocol under every order of events within bounds, and without each of its guards.

use model::{
    sessions::{Invariant, Origin, World},
    terms::{Guard, Terms},
};
use stateright::{Checker, HasDiscoveries, Model};
use std::{collections::BTreeMap, time::Instant};

/// What is explored on every run; with `LATCHKEY_DEEP` the same with more tokens, losses and time (`make models`).
fn worlds() -> Vec<(&'static str, World)> {
    let login = World::new(Origin::Login);
    let (moved, odd) = (World::new(Origin::Moved), World::new(Origin::Odd));
    let ends = Terms { longest: Some(3), ..login.terms };
    let narrow = |world: World| World { losses: 0, crashes: 0, ..world };
    let mut worlds = vec![
        ("a login, its client alone", login),
        ("a login, a thief", narrow(World { has_thief: true, ..login })),
        (
            "a login, a thief, ends and a deployment",
            narrow(World { has_thief: true, has_others: true, tokens: 3, ..login }),
        ),
        ("a login that ends at last", World { terms: ends, losses: 0, ..login }),
        ("a moved token", World { losses: 0, ..moved }),
        ("a moved token, ends and a deployment", narrow(World { has_others: true, ..moved })),
        ("a moved token, a thief", narrow(World { has_thief: true, ..moved })),
        ("an odd token", World { losses: 0, ..odd }),
        ("an odd token, a thief", narrow(World { has_thief: true, ..odd })),
    ];
    if is_deep() {
        worlds.iter_mut().for_each(|(_, world)| (world.losses, world.crashes, world.tokens) = (1, 1, 4));
        worlds.push(("a login, its client alone, five tokens", World { tokens: 5, losses: 2, last_tick: 6, ..login }));
        worlds.push(("a login, three requests at once", World { at_once: 3, losses: 0, crashes: 0, ..login }));
    }
    worlds
}

#[expect(clippy::disallowed_methods, reason = "how deep to look is told to the test, not to the service")]
fn is_deep() -> bool {
    std::env::var_os("LATCHKEY_DEEP").is_some()
}

/// Explores a world; what is broken in it, with the way there.
fn broken(world: World, until: HasDiscoveries) -> (BTreeMap<&'static str, String>, usize) {
    let checker = world.checker().threads(2).finish_when(until).spawn_bfs().join();
    let ways = checker.discoveries().into_iter();
    let ways = ways.map(|(name, path)| (name, format!("{:?}", path.into_actions()))).collect();
    (ways, checker.unique_state_count())
}

#[test]
fn every_invariant_holds_in_every_order_of_events() {
    let mut all = 0;
    for (name, world) in worlds() {
        let began = Instant::now();
        let (ways, states) = broken(world, HasDiscoveries::AnyFailures);
        println!("{name}: {states} states in {:.1?}; {world:?}", began.elapsed());
        assert_eq!(ways, BTreeMap::new(), "{name}");
        all += states;
    }
    println!("{all} states");
    assert!(all > if is_deep() { 1_000_000 } else { 100_000 }, "only {all} states");
}

/// Each guard, a world in which it is needed, and what breaks without it.
fn controls() -> Vec<(Guard, World, Invariant)> {
    let alone = World::new(Origin::Login);
    let attacked = World { has_thief: true, ..alone };
    let with_others = World { has_others: true, crashes: 0, losses: 0, ..alone };
    let moved = World { crashes: 0, losses: 0, ..World::new(Origin::Moved) };
    let odd = World { losses: 0, ..World::new(Origin::Odd) };
    let brief = |world: World| World { terms: Terms { longest: Some(1), ..world.terms }, losses: 0, ..world };
    vec![
        (Guard::AdoptionAfterEpoch, World { has_others: true, ..moved }, Invariant::PasswordEndsAll),
        (Guard::AdoptionAtOnce, odd, Invariant::OneSuccessor),
        (Guard::AdoptionMark, odd, Invariant::OneSuccessor),
        (Guard::Condition, alone, Invariant::OneSuccessor),
        (Guard::Ended, with_others, Invariant::NothingDeadLives),
        (Guard::EndMark, attacked, Invariant::TheftToldOnce),
        (Guard::EndOnce, World { crashes: 0, losses: 0, ..attacked }, Invariant::TheftToldOnce),
        (Guard::Epoch, with_others, Invariant::PasswordEndsAll),
        (Guard::Expiry, brief(World { first_lifetime: 5, ..moved }), Invariant::NothingDeadLives),
        (Guard::Grace, alone, Invariant::HonestStaysIn),
        (Guard::GraceForOne, World { crashes: 0, losses: 0, ..attacked }, Invariant::NothingDeadLives),
        (Guard::GraceUses, World { crashes: 0, losses: 0, ..attacked }, Invariant::GraceIsBounded),
        (Guard::KeptLongest, kept(with_others), Invariant::NothingDeadLives),
        (
            Guard::LongestLifetime,
            World { terms: Terms { longest: Some(3), ..alone.terms }, ..alone },
            Invariant::NothingDeadLives,
        ),
        (Guard::Margin, alone, Invariant::NothingDeadLives),
        (Guard::Overtaken, World { tokens: 5, ..alone }, Invariant::HonestStaysIn),
        (Guard::OwnSuccess, World { terms: Terms { grace: 0, ..alone.terms }, ..alone }, Invariant::HonestStaysIn),
        (Guard::ReuseDetection, World { crashes: 0, losses: 0, ..attacked }, Invariant::TheftToldOnce),
        (Guard::SameMark, World { losses: 2, ..alone }, Invariant::HonestStaysIn),
    ]
}

/// A world in which rows are deleted while a first, longer token lives.
fn kept(world: World) -> World {
    World { first_lifetime: 7, last_tick: 6, tokens: 3, at_once: 1, has_thief: true, has_others: false, ..world }
}

#[test]
fn without_a_guard_an_invariant_breaks() {
    for (guard, world, invariant) in controls() {
        let (began, terms) = (Instant::now(), Terms { without: Some(guard), ..world.terms });
        let (ways, states) = broken(World { terms, ..world }, HasDiscoveries::AnyOf([invariant.name()].into()));
        let way = ways.get(invariant.name());
        println!("without {guard:?}: {} breaks, {way:?}; {states} states in {:.1?}", invariant.name(), began.elapsed());
        assert!(ways.contains_key(invariant.name()), "without {guard:?} \"{}\" holds all the same", invariant.name());
    }
}
