//! What a token costs. The aim is 2 µs for signing and for verifying by HS256.

#![expect(clippy::unwrap_used, reason = "a bench that stumbles has failed")]

use divan::{Bencher, black_box};
use token::{Access, Algorithm, Claims, Key, KeySet, Refresh, Rules, Stamp, Token};

const NOW: i64 = 1_800_000_000;
const MADE: [Algorithm; 3] = [Algorithm::HS256, Algorithm::EdDSA, Algorithm::ES256];

fn main() {
    divan::main();
}

#[divan::bench(args = MADE)]
fn sign(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let (keys, rules, token) = (keys(algorithm), Rules::default(), access());
    bencher.bench(|| token.sign(black_box(&keys), &rules, NOW));
}

#[divan::bench(args = MADE)]
fn verify(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let (keys, rules) = (keys(algorithm), Rules::default());
    let raw = access().sign(&keys, &rules, NOW).unwrap().text;
    bencher.bench(|| Token::<Access>::verify(black_box(&raw), &keys, &rules, NOW));
}

#[divan::bench]
fn refuse_a_wrong_signature(bencher: Bencher<'_, '_>) {
    let (keys, rules) = (keys(Algorithm::HS256), Rules::default());
    let raw = access().sign(&keys, &rules, NOW).unwrap().text.replace("eyJ0", "eyJ1");
    bencher.bench(|| Token::<Access>::verify(black_box(&raw), &keys, &rules, NOW));
}

#[divan::bench]
fn refuse_a_megabyte(bencher: Bencher<'_, '_>) {
    let (keys, rules, raw) = (keys(Algorithm::HS256), Rules::default(), "a.".repeat(500_000));
    bencher.bench(|| Token::<Access>::verify(black_box(&raw), &keys, &rules, NOW));
}

fn access() -> Token<Access> {
    let rules = Rules::default();
    let login = Stamp { now: NOW, lifetime: 86_400, jti: &token::jti([7; 16]) };
    let refresh = Token::<Refresh>::issue(&rules, login, "42", &Claims::default());
    refresh.access(&rules, Stamp { now: NOW, lifetime: 300, jti: &token::jti([8; 16]) })
}

fn keys(algorithm: Algorithm) -> KeySet {
    let entropy: Vec<u8> = (1..49).collect();
    KeySet::new(vec![Key::generate(algorithm, Some("2026-01".into()), &entropy).unwrap()]).unwrap()
}
