//! Texts that claim to be key sets: ours, and those that others publish.

#![no_main]

use libfuzzer_sys::fuzz_target;
use token::{Algorithm, KeySet};

const NOW: i64 = 1_800_000_000;

fuzz_target!(|text: &str| {
    if let Ok(set) = KeySet::parse(text) {
        let again = KeySet::parse(&set.to_json()).unwrap();
        assert_eq!(*again.to_json(), *set.to_json());
        public(&set);
    }
    for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256, Algorithm::HS256] {
        if let Ok(set) = KeySet::from_jwks(text, algorithm) {
            assert!(set.signer(NOW).is_none());
            assert!(set.keys().iter().all(|key| key.algorithm() == algorithm && key.kid().is_some()));
            public(&set);
        }
    }
});

/// What is published holds no private half.
fn public(set: &KeySet) {
    let published = set.jwks(NOW);
    for key in published["keys"].as_array().unwrap() {
        assert!(["d", "k", "p", "q", "dp", "dq", "qi"].iter().all(|private| key.get(private).is_none()));
    }
}
