//! `make bench`: what our functions cost beside a bare one in Rust and an authorizer in Python.
//!
//! Each candidate is spawned as Lambda spawns a `bootstrap`, over a Runtime API on the loopback interface, again and
//! again in turns, so that whatever else the machine does hits all of them alike. Prints a table; with `--svg FILE`
//! draws the starts, too.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a measurement that cannot be taken must stop"
)]

mod candidates;
mod chart;
mod measured;
mod process;
mod runtime_api;

use std::{env, path::PathBuf, process::ExitCode};

use candidates::Candidate;
use measured::Measured;

/// How often each candidate starts.
const ROUNDS: usize = 7;
/// How many calls follow the first one after each start.
const WARM: usize = 400;

#[tokio::main]
async fn main() -> ExitCode {
    let (stage, candidates) = candidates::all().await;
    let mut measured: Vec<Measured> = candidates.iter().map(|candidate| Measured::of(candidate.name)).collect();
    for round in 0..=ROUNDS {
        for (candidate, measured) in candidates.iter().zip(&mut measured) {
            let run = start(candidate);
            // The first round fills the machine's caches.
            if round > 0 {
                measured.add(run);
            }
        }
    }
    drop(stage);
    let heading = format!("{}; {ROUNDS} starts each in turns, {WARM} calls after each", process::machine());
    println!("{heading}\n\n{}", measured::table(&measured));
    if let Some(path) = svg() {
        std::fs::write(&path, chart::draw(&measured, &heading)).expect("a file for the chart");
        println!("drawn to {}", path.display());
    }
    ExitCode::SUCCESS
}

fn start(candidate: &Candidate) -> runtime_api::Run {
    tokio::task::block_in_place(|| runtime_api::run(candidate, WARM))
}

fn svg() -> Option<PathBuf> {
    env::args().skip_while(|argument| argument != "--svg").nth(1).map(PathBuf::from)
}
