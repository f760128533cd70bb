//! What signing and verifying cost, beside PyJWT and aws-jwt-verify on the same machine in the same run, and what a key
//! set costs to read. Prints the tables of docs/keys.md: `make bench-keys`.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a bench that stumbles has failed")]

use serde_json::{Value, json};
use std::{
    fs,
    hint::black_box,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use token::{Access, Algorithm, Claims, Key, KeySet, Refresh, Rules, Stamp, Token};

/// In the past for every clock, as the tokens are for those of the others.
const NOW: i64 = 1_790_000_000;
const YEARS: i64 = 10 * 365 * 86_400;
const ISSUER: &str = "https://issuer.example";
const ALGORITHMS: [Algorithm; 6] =
    [Algorithm::HS256, Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384, Algorithm::RS256, Algorithm::PS256];
/// Each figure is the best of so many rounds of that length: the machine has other things to do, too.
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_millis(100);

fn main() {
    let sets = ALGORITHMS.map(|algorithm| (algorithm, KeySet::new(vec![key(algorithm, 1)]).unwrap()));
    let cases: Vec<Value> = sets.iter().map(|(algorithm, set)| case(*algorithm, set)).collect();
    let python = others(&root().join(".tools/bin/python"), "pyjwt.py", &cases);
    let node = others(Path::new("node"), "aws_jwt_verify.mjs", &cases);
    println!(
        "| µs | sign | PyJWT signs | verify | PyJWT verifies | aws-jwt-verify verifies |\n|---|--:|--:|--:|--:|--:|"
    );
    for ((algorithm, set), case) in sets.iter().zip(&cases) {
        let (signed, verified) = ours(set, case["token"].as_str().unwrap());
        let of = |figures: &Value, what: &str| figures[algorithm.name()][what].as_f64().map_or("–".to_owned(), micros);
        let (theirs, other) = (of(&python, "sign"), of(&python, "verify"));
        println!(
            "| {algorithm} | {} | {theirs} | {} | {other} | {} |",
            micros(signed),
            micros(verified),
            of(&node, "verify")
        );
    }
    println!("\n| keys | the secret, bytes | to read it, µs | published, bytes |\n|---|--:|--:|--:|");
    for (name, algorithm, count) in [
        ("1 EdDSA", Algorithm::EdDSA, 1),
        ("3 EdDSA", Algorithm::EdDSA, 3),
        ("10 EdDSA", Algorithm::EdDSA, 10),
        ("1 RS256", Algorithm::RS256, 1),
        ("10 RS256", Algorithm::RS256, 10),
    ] {
        println!("| {name} | {} |", load(algorithm, count));
    }
}

/// Signing and verifying with our own crate, in µs.
fn ours(set: &KeySet, token: &str) -> (f64, f64) {
    let (rules, access) = (rules(), access());
    let signed = measured(|| drop(black_box(access.sign(black_box(set), &rules, NOW).unwrap())));
    let verified =
        measured(|| drop(black_box(Token::<Access>::verify(black_box(token), set, &rules, NOW + 1).unwrap())));
    (signed, verified)
}

/// The sizes of a set of so many keys, and what it costs to read.
fn load(algorithm: Algorithm, count: u8) -> String {
    let named = |seed| Key::private_pem(Some(format!("key {seed}")), algorithm, &pem(&key(algorithm, seed))).unwrap();
    let set = KeySet::new((1..=count).map(named).collect()).unwrap();
    let text = set.to_json();
    let read = measured(|| drop(black_box(KeySet::parse(black_box(&text)).unwrap())));
    format!("{} | {} | {}", text.len(), micros(read), set.jwks(NOW).to_string().len())
}

/// The best of several rounds, in µs for one call.
fn measured(act: impl Fn()) -> f64 {
    let round = || {
        let (begun, mut calls) = (Instant::now(), 0_u32);
        while begun.elapsed() < ROUND {
            act();
            calls += 1;
        }
        begun.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
    };
    (0..ROUNDS).map(|_| round()).fold(f64::INFINITY, f64::min)
}

fn micros(figure: f64) -> String {
    if figure < 10.0 { format!("{figure:.1}") } else { format!("{figure:.0}") }
}

/// A token and its key, for the others.
fn case(algorithm: Algorithm, set: &KeySet) -> Value {
    let token = access().sign(set, &rules(), NOW).unwrap().text;
    let material = serde_json::from_str::<Value>(&set.to_json()).unwrap()["keys"][0]["material"].clone();
    json!({"alg": algorithm.name(), "token": token, "material": material, "jwks": set.jwks(NOW), "issuer": ISSUER})
}

/// What a program of this folder measures; nothing where there is no such program.
fn others(program: &Path, script: &str, cases: &[Value]) -> Value {
    let mut command = Command::new(program);
    command.arg(root().join("shared/token/benches").join(script));
    command.env("MODULES", root().join(".tools/node/")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = command.spawn() else { return Value::Null };
    child.stdin.take().unwrap().write_all(json!(cases).to_string().as_bytes()).unwrap();
    serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap_or_default()
}

fn rules() -> Rules {
    Rules { issuer: Some(ISSUER.to_owned()), longest_lifetime: YEARS, ..Rules::default() }
}

fn access() -> Token<Access> {
    let stamp = |jti| Stamp { now: NOW, lifetime: YEARS, jti };
    let refresh = Token::<Refresh>::issue(&rules(), stamp("session"), "42", &Claims::default());
    refresh.access(&rules(), stamp("0c9f0a3e5b7d4f218c6a9e1d2b3c4d5e"))
}

/// Keys of RSA have 2048 bits, and are one and the same.
fn key(algorithm: Algorithm, seed: u8) -> Key {
    let name = Some("2026-11".to_owned());
    if matches!(algorithm, Algorithm::RS256 | Algorithm::PS256) {
        let text = fs::read_to_string(root().join("tests/parity/recorded/keys/rsa.pem")).unwrap();
        return Key::private_pem(name, algorithm, &text).unwrap();
    }
    let entropy: Vec<u8> = (0..48).map(|at: u8| at.wrapping_mul(7).wrapping_add(seed)).collect();
    Key::generate(algorithm, name, &entropy).unwrap()
}

fn pem(key: &Key) -> String {
    let text = KeySet::new(vec![key.clone()]).unwrap().to_json();
    serde_json::from_str::<Value>(&text).unwrap()["keys"][0]["material"].as_str().unwrap().to_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
