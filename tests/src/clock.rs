//! The time of a test's services: it stands still until a test moves it on. So a test waits for nothing, and knows each time to the second.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// The second at which the clock of every service of this process stands at first.
pub fn start() -> i64 {
    static START: OnceLock<i64> = OnceLock::new();
    *START.get_or_init(real)
}

/// The present second of the machine, for what runs beside this process.
///
/// # Panics
/// It lies before 1970.
#[expect(clippy::disallowed_methods, reason = "other programs and services read the real clock")]
pub fn real() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock that was set").as_secs() as i64
}

/// The clock of one service.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// One that stands at [`start`].
    pub fn standing() -> Self {
        Self(Arc::new(AtomicI64::new(start())))
    }

    /// Its second.
    pub fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Moves it on, by `90s`, `5m`, `1h` or `2d`.
    ///
    /// # Panics
    /// That is no span.
    pub fn advance(&self, span: &str) {
        self.0.fetch_add(seconds(span).expect("a span such as 90s, 5m, 1h or 2d"), Ordering::SeqCst);
    }
}

impl From<Clock> for local::Clock {
    fn from(clock: Clock) -> Self {
        Arc::new(move || clock.now())
    }
}

fn seconds(span: &str) -> Option<i64> {
    let (count, unit) = span.split_at_checked(span.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    Some(count.parse::<i64>().ok()? * unit)
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn it_goes_on_when_it_is_told_to_and_only_then() {
        let clock = Clock::standing();
        let begun = clock.now();
        clock.advance("90s");
        clock.advance("1h");
        assert_eq!(clock.now() - begun, 3_690);
    }
}
