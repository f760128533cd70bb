//! The refresh protocol under every order of events within bounds, and without each of its guards.

mod explored;

use explored::{Found, is_deep};
use model::{
    sessions::{Invariant, OCCURRENCES, Origin, World},
    terms::{ALL_GUARDS, Guard, Terms},
};
use stateright::HasDiscoveries;
use std::{collections::BTreeMap, time::Instant};

/// What is explored on every run; with `LATCHKEY_DEEP` the same with more tokens, losses and time (`make models`).
fn worlds() -> Vec<(&'static str, World)> {
    let login = World::new(Origin::Login);
    let (moved, odd) = (World::new(Origin::Moved), World::new(Origin::Odd));
    let ends = Terms { longest: Some(4), ..login.terms };
    let brief = Terms { lifetime: 3, ..login.terms };
    let narrow = |world: World| World { losses: 0, crashes: 0, ..world };
    let mut worlds = vec![
        ("a login, its client alone", login),
        ("a login, a thief", narrow(World { has_thief: true, ..login })),
        ("a login, a thief, a crash", World { has_thief: true, tokens: 3, losses: 0, ..login }),
        (
            "a login, a thief, ends",
            narrow(World { terms: brief, has_thief: true, has_others: true, tokens: 3, last_tick: 4, ..login }),
        ),
        (
            "a login, a thief, ends and a deployment",
            narrow(World { has_thief: true, has_others: true, tokens: 3, at_once: 1, last_tick: 4, ..login }),
        ),
        ("a login, ends, a lost answer and a crash", World { has_others: true, tokens: 3, at_once: 1, ..login }),
        ("a login that ends at last", World { terms: ends, ..login }),
        ("a moved token", World { losses: 0, ..moved }),
        ("a moved token, ends and a deployment", narrow(World { has_others: true, tokens: 3, ..moved })),
        ("a moved token, a thief", narrow(World { has_thief: true, ..moved })),
        ("an odd token", World { losses: 0, ..odd }),
        ("an odd token, a thief", narrow(World { has_thief: true, ..odd })),
        (
            "an odd token, a thief, ends and a deployment",
            narrow(World { has_thief: true, has_others: true, tokens: 3, at_once: 1, ..odd }),
        ),
        ("an odd token, ends and a deployment", narrow(World { has_others: true, tokens: 3, ..odd })),
        ("an odd token, ends, a lost answer and a crash", World { has_others: true, tokens: 3, at_once: 1, ..odd }),
        ("a login, a thief, deleted rows", narrow(World { has_thief: true, ..long(login) })),
        ("a moved token, ends, deleted rows", narrow(World { has_others: true, tokens: 3, ..long(moved) })),
        ("an odd token, a thief, deleted rows", narrow(World { has_thief: true, ..long(odd) })),
    ];
    if is_deep() {
        worlds.iter_mut().for_each(|(_, world)| (world.losses, world.crashes, world.tokens) = (1, 1, 4));
        worlds.push(("a login, its client alone, five tokens", World { tokens: 5, losses: 2, last_tick: 6, ..login }));
        worlds.push(("a login, three requests at once", World { at_once: 3, losses: 0, crashes: 0, ..login }));
    }
    worlds
}

/// A world in which tokens live so short, and time goes on so long, that DynamoDB deletes rows.
fn long(world: World) -> World {
    let terms = Terms { lifetime: 3, ..world.terms };
    World { terms, first_lifetime: 4, last_tick: 8, ..world }
}

/// How often states of a world are met at most, each by several ways.
const MOST: usize = 20_000_000;

/// Explores a world.
fn explored(world: World, until: HasDiscoveries) -> Found {
    let expected =
        OCCURRENCES.iter().filter(|occurrence| (occurrence.is_expected)(&world)).map(|occurrence| occurrence.name);
    explored::explored(world, expected, MOST, until)
}

#[test]
fn every_invariant_holds_in_every_order_of_events() {
    let (mut all, mut never) = (0, Vec::new());
    for (name, world) in worlds() {
        let began = Instant::now();
        let found = explored(world, HasDiscoveries::AnyFailures);
        println!("{name}: {} states in {:.1?}; {world:?}", found.states, began.elapsed());
        assert_eq!(found.broken, BTreeMap::new(), "{name}");
        assert!(found.is_whole || is_deep(), "{name}: there are more states");
        // What would happen later only is not missing in a world that was left.
        never.extend(found.missing.into_iter().filter(|_| found.is_whole).map(|occurrence| (name, occurrence)));
        all += found.states;
    }
    println!("{all} states");
    assert_eq!(never, [("", ""); 0], "never happens");
    assert!(all > 1_000_000, "only {all} states");
}

#[test]
fn everything_that_can_happen_has_to_happen_in_some_world() {
    for occurrence in OCCURRENCES {
        assert!(worlds().iter().any(|(_, world)| (occurrence.is_expected)(world)), "{}", occurrence.name);
    }
}

/// Each guard, a world in which it is needed, and what breaks without it.
fn controls() -> Vec<(Guard, World, Invariant)> {
    let alone = World::new(Origin::Login);
    let attacked = World { has_thief: true, losses: 0, crashes: 0, ..alone };
    let with_others = World { has_others: true, tokens: 3, crashes: 0, losses: 0, ..alone };
    let moved = World { crashes: 0, losses: 0, ..World::new(Origin::Moved) };
    let odd = World { losses: 0, ..World::new(Origin::Odd) };
    let brief = |world: World| World { terms: Terms { longest: Some(3), grace: 4, ..world.terms }, losses: 1, ..world };
    vec![
        (Guard::AdoptionAfterEpoch, World { has_others: true, tokens: 3, ..moved }, Invariant::PasswordEndsAll),
        (Guard::AdoptionAtOnce, odd, Invariant::OneSuccessor),
        (Guard::AdoptionMark, odd, Invariant::OneSuccessor),
        (Guard::Condition, alone, Invariant::OneSuccessor),
        (Guard::Ended, with_others, Invariant::NothingDeadLives),
        (Guard::EndMark, World { losses: 1, tokens: 3, ..attacked }, Invariant::TheftToldOnce),
        (Guard::EndOnce, attacked, Invariant::TheftToldOnce),
        (Guard::Epoch, with_others, Invariant::PasswordEndsAll),
        (Guard::Expiry, brief(World { first_lifetime: 5, ..moved }), Invariant::NothingDeadLives),
        (Guard::Grace, alone, Invariant::HonestStaysIn),
        (Guard::GraceAfterLogout, with_others, Invariant::OnlyTheftIsTold),
        (Guard::GraceForOne, attacked, Invariant::NothingDeadLives),
        (Guard::GraceUses, attacked, Invariant::GraceIsBounded),
        (Guard::KeptLongest, kept(with_others), Invariant::NothingDeadLives),
        (
            Guard::LongestLifetime,
            World { terms: Terms { longest: Some(4), ..alone.terms }, ..alone },
            Invariant::NothingDeadLives,
        ),
        (
            Guard::LateLogout,
            World { has_thief: true, at_once: 1, last_tick: 4, ..with_others },
            Invariant::TheftToldOnce,
        ),
        (Guard::Margin, alone, Invariant::NothingDeadLives),
        (Guard::Overtaken, alone, Invariant::HonestStaysIn),
        (
            Guard::OwnSuccess,
            World { terms: Terms { grace: 0, ..alone.terms }, at_once: 1, ..alone },
            Invariant::HonestStaysIn,
        ),
        (Guard::QuietLogout, World { at_once: 1, losses: 1, crashes: 1, ..with_others }, Invariant::OnlyTheftIsTold),
        (Guard::Replayed, attacked, Invariant::TheftToldOnce),
        (Guard::UsedUp, attacked, Invariant::TheftToldOnce),
        (Guard::Revoked, with_others, Invariant::TheftToldOnce),
        (Guard::ReuseDetection, attacked, Invariant::TheftToldOnce),
        (Guard::SameMark, World { losses: 2, tokens: 3, crashes: 0, ..alone }, Invariant::HonestStaysIn),
    ]
}

/// A world in which rows are deleted while a first, longer token lives.
fn kept(world: World) -> World {
    World { first_lifetime: 7, last_tick: 6, tokens: 3, at_once: 1, has_thief: true, has_others: false, ..world }
}

#[test]
fn without_a_guard_an_invariant_breaks() {
    let controls = controls();
    assert!(ALL_GUARDS.iter().all(|guard| controls.iter().any(|(known, ..)| known == guard)), "a guard has no control");
    let mut sound: Vec<World> = worlds().into_iter().map(|(_, world)| world).collect();
    for (guard, world, invariant) in controls {
        let (began, terms) = (Instant::now(), Terms { without: Some(guard), ..world.terms });
        let found = explored(World { terms, ..world }, HasDiscoveries::AnyOf([invariant.name()].into()));
        let way = found.broken.get(invariant.name());
        let (name, states) = (invariant.name(), found.states);
        println!("without {guard:?}: {name} breaks, {way:?}; {states} states in {:.1?}", began.elapsed());
        assert!(way.is_some(), "without {guard:?} \"{name}\" holds all the same");
        if !sound.contains(&world) {
            let began = Instant::now();
            let found = explored(world, HasDiscoveries::AnyFailures);
            println!("with {guard:?}: {} states in {:.1?}", found.states, began.elapsed());
            assert_eq!(found.broken, BTreeMap::new(), "with {guard:?}");
            assert!(found.is_whole, "with {guard:?}: there are more states");
            sound.push(world);
        }
    }
}
