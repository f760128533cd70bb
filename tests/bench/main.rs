//! `make bench`: what our functions cost beside a bare one in Rust, authorizers in Python and Node, and Django.
//!
//! Each candidate is spawned as Lambda spawns a `bootstrap`, over a Runtime API on the loopback interface, again and
//! again in turns, so that whatever else the machine does hits all of them alike. Prints tables.
//!
//! ```text
//! --svg FILE              draws the starts, too
//! --only NAME,…           measures these alone
//! --programs FOLDER,…     ours from there and not from target/release; of several each, under the folder's name
//! ```
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a measurement that cannot be taken must stop"
)]

mod candidates;
mod chart;
mod costs;
mod goals;
mod http;
mod measured;
mod others;
mod runtime_api;
mod secret;
mod tls;

use candidates::{Candidate, Fixture};
use measured::Measured;
use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};
use tests::{process, tools};

/// How often each candidate starts.
const ROUNDS: usize = 7;
/// How many calls follow the first one after each start.
const WARM: usize = 400;

#[tokio::main]
async fn main() -> ExitCode {
    let ground = Fixture::prepare().await;
    let candidates = chosen(&ground);
    let mut measured: Vec<Measured> = candidates.iter().map(|one| Measured::of(&one.name, one.kind)).collect();
    // The first round fills the machine's caches.
    for round in 0..=ROUNDS {
        for (candidate, measured) in candidates.iter().zip(&mut measured) {
            let run = tokio::task::block_in_place(|| runtime_api::run(candidate, WARM));
            if round > 0 {
                measured.add(run);
            }
        }
    }
    let heading = format!("{}; {ROUNDS} starts each in turns, {WARM} calls after each", process::machine());
    println!("{heading}\n\n{}", measured::table(&measured));
    println!("{}", goals::list(&measured, ROUNDS + 1, ground.secret.asked()));
    println!("{}", costs::table(&measured));
    if let Some(path) = argument("--svg") {
        std::fs::write(&path, chart::draw(&measured, &heading)).expect("a file for the chart");
        println!("drawn to {path}");
    }
    ExitCode::SUCCESS
}

fn chosen(ground: &Fixture) -> Vec<Candidate> {
    let mut candidates = match argument("--programs") {
        Some(folders) => folders.split(',').flat_map(|folder| named_after(Path::new(folder), ground)).collect(),
        None => ground.ours(&tools::root().join("target/release")),
    };
    candidates.extend(others::all(ground));
    if let Some(only) = argument("--only") {
        candidates
            .retain(|one| only.split(',').any(|name| one.name == name || one.name.starts_with(&format!("{name} @"))));
    }
    candidates
}

fn named_after(folder: &Path, ground: &Fixture) -> Vec<Candidate> {
    let place: PathBuf = folder.file_name().map(PathBuf::from).unwrap_or_default();
    let named = |one: Candidate| {
        let name = format!("{} @ {}", one.name, place.display());
        one.called(&name)
    };
    ground.ours(folder).into_iter().map(named).collect()
}

fn argument(name: &str) -> Option<String> {
    env::args().skip_while(|argument| argument != name).nth(1)
}
