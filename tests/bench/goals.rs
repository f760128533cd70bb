//! How our figures stand to those of others in the same run, beside what we want.

use crate::measured::{Measured, find};
use std::time::{Duration, Instant};
use tests::app::PASSWORD;

type Figure = fn(&Measured) -> f64;

/// Ours, a figure of it, the other one, how many times the other's it may be at most.
const AT_MOST: [(&str, &str, Figure, &str, f64); 2] =
    [("init", "authorizer", Measured::init, "echo", 1.15), ("warm p50", "authorizer", middle, "echo", 1.2)];

/// Ours, a figure of it, the other one, how many times ours the other's must be at least.
const AT_LEAST: [(&str, &str, Figure, &str, f64); 9] = [
    ("init", "authorizer", Measured::init, "python", 30.0),
    ("warm p50", "authorizer", middle, "python", 2.5),
    ("memory", "authorizer", Measured::memory, "python", 8.0),
    ("init", "authorizer", Measured::init, "node", 30.0),
    ("warm p50", "authorizer", middle, "node", 2.5),
    ("memory", "authorizer", Measured::memory, "node", 8.0),
    ("CPU per call", "verify", Measured::cpu, "django verify", 50.0),
    ("CPU per call", "refresh", Measured::cpu, "django refresh", 50.0),
    ("CPU per call", "session_authorizer", Measured::cpu, "django hello", 50.0),
];

/// CPU time of a start that fetches its keys, in milliseconds.
const SECRET_INIT: f64 = 6.0;
/// Ours, how many share a processor, how many milliseconds longer the first call may take than the second: 256 MB have a
/// seventh of one, `HashingMemory` has all of it.
const FIRST: [(&str, f64, f64); 4] = [
    ("session_authorizer over TLS", 7.0, 5.0),
    ("refresh over TLS", 7.0, 5.0),
    ("obtain over TLS", 7.0, 5.0),
    ("obtain over TLS", 1.0, 5.0),
];
/// CPU time of a login beside the hash, in milliseconds.
const LOGIN: f64 = 1.0;

/// One line a goal, as Markdown.
pub(crate) fn list(measured: &[Measured], starts: usize, secrets_read: usize) -> String {
    let pair = |ours: &str, theirs: &str| Some((find(measured, ours)?, find(measured, theirs)?));
    let most = AT_MOST.iter().filter_map(|(what, ours, figure, theirs, most)| {
        let (one, other) = pair(ours, theirs)?;
        let times = figure(one) / figure(other);
        Some(line(&format!("{what}: {ours} is {times:.2} × {theirs}"), &format!("at most {most}"), times <= *most))
    });
    let least = AT_LEAST.iter().filter_map(|(what, ours, figure, theirs, least)| {
        let (one, other) = pair(ours, theirs)?;
        let times = figure(other) / figure(one);
        Some(line(&format!("{what}: {theirs} is {times:.1} × {ours}"), &format!("at least {least}"), times >= *least))
    });
    let secret = find(measured, "authorizer + secret").map(|one| {
        let (init, calls) = (one.init_cpu(), secrets_read as f64 / starts as f64);
        let said = format!("a start that fetches its keys: {init:.1} ms CPU, {calls} call");
        line(&said, &format!("at most {SECRET_INIT} ms, one call"), init <= SECRET_INIT && secrets_read == starts)
    });
    let login = find(measured, "obtain").map(|one| {
        let (hash, whole) = (hash(), one.cpu() / 1e3);
        let said = format!("a login: {whole:.1} ms CPU, of which the hash alone takes {hash:.1}");
        line(&said, &format!("the hash and at most {LOGIN} ms"), whole - hash <= LOGIN)
    });
    let first = FIRST.iter().filter_map(|(name, sharers, most)| {
        let over = find(measured, name)?.first_over_second(*sharers);
        let said = format!("first call of {name}, with 1/{sharers} of a processor: {over:.1} ms more than the second");
        Some(line(&said, &format!("at most {most}"), over <= *most))
    });
    most.chain(least).chain(secret).chain(login).chain(first).collect()
}

fn line(said: &str, wanted: &str, is_so: bool) -> String {
    format!("- {said} ({wanted}: {})\n", if is_so { "reached" } else { "missed" })
}

fn middle(one: &Measured) -> f64 {
    one.warm(0.5)
}

/// What comparing a password takes in this process, in milliseconds: the median of many.
fn hash() -> f64 {
    let encoded = password::hash(PASSWORD, [7; 16]).expect("a hash");
    let mut times: Vec<Duration> = (0..21)
        .map(|_| {
            let begun = Instant::now();
            password::verify(PASSWORD, &encoded).expect("a verdict");
            begun.elapsed()
        })
        .collect();
    times.sort();
    1e3 * times[times.len() / 2].as_secs_f64()
}
