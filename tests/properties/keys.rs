//! Key sets: as they are kept, as they are published, as they follow one another.

use proptest::{collection::vec, option, prelude::*};
use token::{Algorithm, Key, KeySet, Policy, Rules, Window};

const NOW: i64 = 1_800_000_000;
const DAY: i64 = 86_400;

fn window() -> impl Strategy<Value = Window> {
    let time = || option::of(NOW - 9 * DAY..NOW + 9 * DAY);
    (time(), time(), time()).prop_map(|(sign_from, sign_until, verify_until)| Window {
        sign_from,
        sign_until,
        verify_until,
    })
}

fn key() -> impl Strategy<Value = Key> {
    let made = (any::<bool>(), any::<[u8; 80]>()).prop_filter_map("bytes that make no key", |(published, entropy)| {
        Key::fresh(if published { Algorithm::EdDSA } else { Algorithm::HS256 }, &entropy).ok()
    });
    (made, window(), option::of(0..400 * DAY), any::<bool>()).prop_map(|(key, window, lifetime, mute)| {
        let key = key.within(window).for_lifetime(lifetime);
        if mute { key.verify_only() } else { key }
    })
}

fn set() -> impl Strategy<Value = KeySet> {
    vec(key(), 1..5).prop_map(|keys| KeySet::new(keys).unwrap())
}

fn policy() -> Policy {
    Policy::new(Algorithm::EdDSA, &Rules::default())
}

fn kids(set: &KeySet) -> Vec<&str> {
    set.keys().iter().filter_map(Key::kid).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_set_is_read_as_it_was_written(set in set()) {
        let text = set.to_json();
        let read = KeySet::parse(&text).unwrap();
        prop_assert_eq!(&*read.to_json(), &*text);
        let told = |set: &KeySet| -> Vec<_> {
            set.keys().iter().map(|key| (key.window(), key.longest_lifetime(), key.is_verify_only())).collect()
        };
        prop_assert_eq!(told(&read), told(&set));
    }

    #[test]
    fn no_text_makes_the_reader_stop(text in ".{0,200}", cut in any::<prop::sample::Index>(), set in set()) {
        prop_assert!(KeySet::parse(&text).is_err());
        prop_assert!(KeySet::from_jwks(&text, Algorithm::EdDSA).is_err());
        let whole = set.to_json();
        let (part, _) = whole.split_at(whole.floor_char_boundary(cut.index(whole.len())));
        prop_assert!(KeySet::parse(part).is_err(), "a part is no set");
    }

    #[test]
    fn what_is_published_verifies_now_and_shows_no_secret(set in set(), now in NOW - 9 * DAY..NOW + 9 * DAY) {
        let published = set.jwks(now);
        let shown = published["keys"].as_array().unwrap();
        let expected = set.keys().iter().filter(|key| key.verifies_at(now) && !key.algorithm().is_symmetric());
        let names: Vec<_> = shown.iter().filter_map(|key| key["kid"].as_str()).collect();
        prop_assert_eq!(names, expected.filter_map(Key::kid).collect::<Vec<_>>());
        prop_assert!(shown.iter().all(|key| key.get("d").is_none() && key.get("k").is_none()), "{}", published);
    }

    #[test]
    fn the_newest_comes_first_in_whatever_order_they_are_given(set in set()) {
        let begins: Vec<_> = set.keys().iter().map(|key| key.window().sign_from).collect();
        prop_assert!(begins.is_sorted_by(|newer, older| newer >= older), "{:?}", begins);
        let again = KeySet::new(set.keys().to_vec()).unwrap();
        prop_assert_eq!(kids(&again), kids(&set));
    }

    #[test]
    fn a_next_set_has_one_new_key_loses_none_that_lives_and_may_follow(set in set(), seed in any::<[u8; 80]>()) {
        let Ok(next) = set.rotate(&policy(), NOW, &seed) else {
            let waits = |key: &Key| !key.is_verify_only() && key.window().sign_from.is_some_and(|from| from > NOW);
            prop_assert!(set.keys().iter().any(|key| waits(key) && key.verifies_at(NOW)), "nobody waits: {:?}", set);
            return Ok(());
        };
        let living = set.keys().iter().filter(|key| key.verifies_at(NOW)).filter_map(Key::kid);
        prop_assert!(living.clone().all(|kid| next.knows(kid)));
        prop_assert_eq!(next.keys().len(), living.count() + 1);
        prop_assert_eq!(next.check_follows(&set, &policy(), NOW), Ok(()));
        let lead = policy().lead();
        prop_assert!((0..3 * lead).step_by(60).all(|after| next.signer(NOW + after).is_some()), "nobody signs");
    }

    #[test]
    fn a_key_that_was_revoked_is_gone_and_another_signs(set in set(), seed in any::<[u8; 80]>(), at in any::<prop::sample::Index>()) {
        let kid = kids(&set)[at.index(set.keys().len())].to_owned();
        let next = match set.revoke(Some(&kid), &policy(), NOW, &seed) {
            Ok(next) => next,
            // The key that would take its place has to wait for another.
            Err(cause) => {
                prop_assert!(cause.to_string().contains("does not sign yet"), "{}", cause);
                return Ok(());
            }
        };
        prop_assert!(!next.knows(&kid));
        prop_assert!(next.signer(NOW).is_some(), "{:?}", next);
    }
}
