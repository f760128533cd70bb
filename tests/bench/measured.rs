//! Figures of many runs, and the table of them.

use std::{fmt::Write, time::Duration};

use crate::runtime_api::Run;

/// What one candidate took, over all rounds.
pub(crate) struct Measured {
    /// Who.
    pub(crate) name: &'static str,
    runs: Vec<Run>,
}

impl Measured {
    pub(crate) fn of(name: &'static str) -> Self {
        Self { name, runs: Vec::new() }
    }

    pub(crate) fn add(&mut self, run: Run) {
        self.runs.push(run);
    }

    /// The median start, in milliseconds.
    pub(crate) fn init(&self) -> f64 {
        1e3 * middle(self.runs.iter().map(|run| run.init))
    }

    fn row(&self) -> String {
        let warm = || self.runs.iter().flat_map(|run| run.calls.iter().skip(1).copied());
        let init_cpu = 1e3 * middle(self.runs.iter().map(|run| run.init_cpu));
        let first = 1e3 * middle(self.runs.iter().filter_map(|run| run.calls.first().copied()));
        let (p50, p99) = (1e6 * middle(warm()), 1e6 * share(warm(), 0.99));
        let cpu: Duration = self.runs.iter().map(|run| run.warm_cpu).sum();
        let per_call = 1e6 * cpu.as_secs_f64() / warm().count().max(1) as f64;
        let memory = self.runs.iter().map(|run| run.memory).max().unwrap_or_default() as f64 / 1024.0;
        let name = self.name;
        let init = self.init();
        format!(
            "| {name} | {init:.1} | {init_cpu:.1} | {first:.2} | {p50:.0} | {p99:.0} | {per_call:.0} | {memory:.1} |"
        )
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
