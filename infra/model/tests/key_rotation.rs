//! The rotation of keys under every order of events within bounds, and without each term of its rule.

mod explored;

use explored::{Found, is_deep};
use model::rotation::{ALL_TERMS, Broken, OCCURRENCES, Term, World};
use stateright::HasDiscoveries;
use std::{collections::BTreeMap, time::Instant};

/// What is explored on every run; with `LATCHKEY_DEEP` more of everything (`make models`).
fn worlds() -> Vec<(&'static str, World)> {
    let one = World::new();
    let mut worlds = vec![
        ("a rotation, steps that are repeated", World { at_once: 2, repeats: 2, ..one }),
        ("a rotation by a clock that is ahead", World { is_ahead: true, ..one }),
        ("two rotations", World { rotations: 2, repeats: 0, crashes: 0, ..one }),
        ("a rotation beside one by hand", World { by_hand: 1, repeats: 0, crashes: 0, ..one }),
        ("a rotation, a stolen key", World { revocations: 1, repeats: 1, crashes: 0, ..one }),
        ("a rotation, a deployment", shortened()),
    ];
    if is_deep() {
        worlds.extend([
            ("three rotations", World { rotations: 3, repeats: 1, last_start: 40, last_tick: 60, ..one }),
            ("two rotations, a stolen key", World { rotations: 2, revocations: 1, repeats: 1, crashes: 0, ..one }),
            ("a rotation, two stolen keys, one by hand", World { revocations: 2, by_hand: 1, repeats: 0, ..one }),
            ("two rotations, a deployment", World { rotations: 2, ..shortened() }),
        ]);
    }
    worlds
}

/// Tokens live longer than an hour and the time until the next key signs, and a deployment makes them live shorter.
fn shortened() -> World {
    World { deployments: 1, lifetimes: (44, 2), repeats: 0, crashes: 0, last_tick: 84, ..World::new() }
}

/// How often states of a world are met at most, each by several ways.
const MOST: usize = 12_000_000;

/// Explores a world.
fn explored(world: World, until: HasDiscoveries) -> Found {
    let expected = OCCURRENCES.iter().filter(|(_, is_expected, _)| is_expected(&world)).map(|(name, ..)| *name);
    explored::explored(world, expected, MOST, until)
}

#[test]
fn every_property_holds_in_every_order_of_events() {
    let mut all = 0;
    for (name, world) in worlds() {
        let began = Instant::now();
        let found = explored(world, HasDiscoveries::AnyFailures);
        println!("{name}: {} states in {:.1?}; {world:?}", found.states, began.elapsed());
        assert_eq!(found.broken, BTreeMap::new(), "{name}");
        assert!(found.is_whole || is_deep(), "{name}: there are more states");
        assert!(found.missing.is_empty() || !found.is_whole, "{name}: never happens: {:?}", found.missing);
        all += found.states;
    }
    println!("{all} states");
    assert!(all > 50_000, "only {all} states");
}

/// Each term, a world in which it is needed, and what breaks without it.
fn controls() -> Vec<(Term, World, Broken)> {
    let one = World { crashes: 0, repeats: 0, ..World::new() };
    let by_hand = World { by_hand: 1, ..one };
    let stolen = World { revocations: 1, repeats: 1, ..one };
    vec![
        (Term::Fresh, one, Broken::SignedUnpublished),
        (Term::MaxAge, one, Broken::SignedUnpublished),
        (Term::Skew, one, Broken::SignedUnpublished),
        (Term::Delay, one, Broken::SignedUnpublished),
        (Term::Late, one, Broken::SignedUnpublished),
        (Term::Bound, one, Broken::ValidRefused),
        (Term::Longest, one, Broken::ValidRefused),
        (Term::Remembered, shortened(), Broken::ValidRefused),
        (Term::Loses, by_hand, Broken::ValidRefused),
        (Term::Stale, World { rotations: 2, repeats: 0, last_start: 4, ..stolen }, Broken::AcceptedAfterEnd),
        (Term::FinishFrom, stolen, Broken::AcceptedAfterEnd),
        (Term::ReplaceFrom, by_hand, Broken::ValidRefused),
        (Term::PublishedAhead, one, Broken::SignedUnpublished),
        (Term::Ends, one, Broken::AcceptedAfterEnd),
        (Term::Dropped, stolen, Broken::AcceptedAfterEnd),
        (Term::Opened, stolen, Broken::NobodySigns),
    ]
}

#[test]
fn without_a_term_a_property_breaks() {
    let controls = controls();
    assert!(ALL_TERMS.iter().all(|term| controls.iter().any(|(known, ..)| known == term)), "a term has no control");
    let mut sound: Vec<World> = worlds().into_iter().map(|(_, world)| world).collect();
    for (term, world, broken) in controls {
        let (began, name) = (Instant::now(), broken.name());
        let found = explored(World { without: Some(term), ..world }, HasDiscoveries::AnyOf([name].into()));
        let way = found.broken.get(name);
        println!("without {term:?}: \"{name}\" breaks, {way:?}; {} states in {:.1?}", found.states, began.elapsed());
        assert!(way.is_some(), "without {term:?} \"{name}\" holds all the same");
        if !sound.contains(&world) {
            let began = Instant::now();
            let found = explored(world, HasDiscoveries::AnyFailures);
            println!("with {term:?}: {} states in {:.1?}", found.states, began.elapsed());
            assert_eq!(found.broken, BTreeMap::new(), "with {term:?}");
            assert!(found.is_whole, "with {term:?}: there are more states");
            sound.push(world);
        }
    }
}
