//! Figures of many runs, and the table of them.

use crate::{candidates::Kind, runtime_api::Run};
use std::{fmt::Write, time::Duration};

/// What one candidate took, over all rounds.
pub(crate) struct Measured {
    /// Who.
    pub(crate) name: String,
    /// Whose it is.
    pub(crate) kind: Kind,
    runs: Vec<Run>,
}

impl Measured {
    pub(crate) fn of(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind, runs: Vec::new() }
    }

    pub(crate) fn add(&mut self, run: Run) {
        self.runs.push(run);
    }

    /// From spawn to ready: the median, in milliseconds.
    pub(crate) fn init(&self) -> f64 {
        1e3 * middle(self.runs.iter().map(|run| run.init))
    }

    /// CPU time of the start: the median, in milliseconds.
    pub(crate) fn init_cpu(&self) -> f64 {
        1e3 * middle(self.runs.iter().map(|run| run.init_cpu))
    }

    /// The first call: the median, in milliseconds.
    pub(crate) fn first(&self) -> f64 {
        1e3 * middle(self.runs.iter().filter_map(|run| run.calls.first().copied()))
    }

    /// How much longer the first call takes than the second where so many have one processor: the median, in milliseconds.
    pub(crate) fn first_over_second(&self, sharers: f64) -> f64 {
        let mut over: Vec<f64> = self.runs.iter().filter_map(|run| run.first_over_second(sharers)).collect();
        over.sort_by(f64::total_cmp);
        1e3 * over.get(over.len() / 2).copied().unwrap_or_default()
    }

    /// What this share of the calls after the first stays within, in microseconds.
    pub(crate) fn warm(&self, part: f64) -> f64 {
        1e6 * share(self.runs.iter().flat_map(|run| run.calls.iter().skip(1).copied()), part)
    }

    /// CPU time of a call after the first: the mean of the median start, in microseconds.
    pub(crate) fn cpu(&self) -> f64 {
        let calls = |run: &Run| u32::try_from(run.calls.len() - 1).unwrap_or(1).max(1);
        1e6 * middle(self.runs.iter().map(|run| run.warm_cpu / calls(run)))
    }

    /// The most that was ever resident, in MiB.
    pub(crate) fn memory(&self) -> f64 {
        self.runs.iter().map(|run| run.memory).max().unwrap_or_default() as f64 / 1024.0
    }

    fn row(&self) -> String {
        let (name, init, init_cpu, first) = (&self.name, self.init(), self.init_cpu(), self.first());
        let (p50, p99, cpu, memory) = (self.warm(0.5), self.warm(0.99), self.cpu(), self.memory());
        format!("| {name} | {init:.1} | {init_cpu:.1} | {first:.2} | {p50:.0} | {p99:.0} | {cpu:.0} | {memory:.1} |")
    }
}

/// The table, as Markdown.
pub(crate) fn table(measured: &[Measured]) -> String {
    let mut table = String::from(
        "| | init ms | init CPU ms | first call ms | warm p50 µs | p99 µs | CPU per call µs | memory MiB |\n",
    );
    table.push_str("|---|--:|--:|--:|--:|--:|--:|--:|\n");
    for one in measured {
        let _ = writeln!(table, "{}", one.row());
    }
    table
}

/// The candidate of this name, if it was there.
pub(crate) fn find<'m>(measured: &'m [Measured], name: &str) -> Option<&'m Measured> {
    measured.iter().find(|one| one.name == name)
}

/// The median, in seconds.
fn middle(times: impl Iterator<Item = Duration>) -> f64 {
    share(times, 0.5)
}

/// The time that this share of all stays within, in seconds.
fn share(times: impl Iterator<Item = Duration>, share: f64) -> f64 {
    let mut times: Vec<f64> = times.map(|time| time.as_secs_f64()).collect();
    times.sort_by(f64::total_cmp);
    let place = (times.len() as f64 * share) as usize;
    times.get(place.min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}
