//! How far it is, on standard error: a line that changes on a terminal, elsewhere a line now and then.

use crate::terminal::count::count;
use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

pub(crate) struct Progress {
    /// What is counted, one of them.
    what: &'static str,
    /// None where nobody knows.
    total: Option<u64>,
    done: u64,
    begun: Instant,
    told: Instant,
    is_terminal: bool,
}

impl Progress {
    pub(crate) fn new(what: &'static str, total: Option<u64>) -> Self {
        let now = Instant::now();
        Self { what, total, done: 0, begun: now, told: now, is_terminal: io::stderr().is_terminal() }
    }

    /// Adds what was done since.
    pub(crate) fn add(&mut self, count: usize) {
        self.done += count as u64;
        let pause = Duration::from_millis(if self.is_terminal { 200 } else { 10_000 });
        if self.told.elapsed() >= pause {
            self.told = Instant::now();
            self.tell(if self.is_terminal { ("\r", "\u{1b}[K") } else { ("", "\n") });
        }
    }

    /// Leaves a terminal as it was.
    pub(crate) fn finish(&self) {
        if self.is_terminal {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }

    fn tell(&self, (before, after): (&str, &str)) {
        let line = line(self.what, self.done, self.total, self.begun.elapsed());
        let _ = write!(io::stderr(), "{before}{line}{after}");
    }
}

fn line(what: &str, done: u64, total: Option<u64>, spent: Duration) -> String {
    let rate = done as f64 / spent.as_secs_f64().max(0.001);
    let Some(total) = total else { return format!("{}, {rate:.0} a second", count(done, what)) };
    let left = Duration::from_secs_f64(total.saturating_sub(done) as f64 / rate.max(0.001)).as_secs();
    let left = match left {
        0..90 => format!("{left} s"),
        90..5400 => format!("{} min", left.div_ceil(60)),
        _ => format!("{} h", left.div_ceil(3600)),
    };
    let share = done * 100 / total.max(1);
    format!("{done} of {} ({share} %), {rate:.0} a second, {left} left", count(total, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_far_how_fast_and_how_long() {
        let told = |done, seconds| line("user", done, Some(1_000_000), Duration::from_secs(seconds));
        assert_eq!(told(250_000, 50), "250000 of 1000000 users (25 %), 5000 a second, 3 min left");
        assert_eq!(told(999_000, 100), "999000 of 1000000 users (99 %), 9990 a second, 0 s left");
        assert_eq!(told(100, 100), "100 of 1000000 users (0 %), 1 a second, 278 h left");
        assert!(told(0, 0).starts_with("0 of 1000000 users (0 %), 0 a second, "));
        assert_eq!(line("user", 100, None, Duration::from_secs(10)), "100 users, 10 a second");
    }
}
