//! The time that Lambda leaves for one event.

use api::Ambient;
use std::{
    future::Future,
    time::{Duration, Instant},
};

/// How long before Lambda's deadline we answer, whatever is unfinished.
const MARGIN: Duration = Duration::from_millis(200);
/// Lambda gives the deadline in milliseconds since the epoch. What lies before 2020 is not one: `cargo lambda watch`
/// says 600 000 and means ten minutes.
const FIRST_DEADLINE: u64 = 1_577_836_800_000;

/// When an event's work must be over: five seconds before the deadline, which marks need; or, without a deadline, in a minute.
pub(crate) fn until(deadline: u64) -> Instant {
    let time = if deadline < FIRST_DEADLINE {
        Duration::from_secs(60)
    } else {
        Ambient::time_until(deadline).saturating_sub(Duration::from_secs(5))
    };
    Instant::now() + time
}

/// Runs a request's work, but not past the point where Lambda would stop the function without an answer. `None` when
/// the time is up: whether a write took place is then unknown, and safe to ask again.
pub(crate) async fn in_time<T>(deadline: u64, work: impl Future<Output = T>) -> Option<T> {
    if deadline < FIRST_DEADLINE {
        return Some(work.await);
    }
    let time = Ambient::time_until(deadline).saturating_sub(MARGIN);
    // A timeout looks at the work before it looks at the clock.
    if time.is_zero() { None } else { tokio::time::timeout(time, work).await.ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> u64 {
        u64::try_from(Ambient::time()).unwrap() * 1000
    }

    #[tokio::test]
    async fn lr_04_begins_nothing_when_the_time_is_up() {
        let begun = std::cell::Cell::new(false);
        let work = async { begun.set(true) };
        assert!(in_time(now(), work).await.is_none());
        assert!(!begun.get());
    }

    #[tokio::test]
    async fn lr_03_stops_what_takes_too_long() {
        assert_eq!(in_time(now() + 1_500, std::future::pending::<()>()).await, None);
        assert_eq!(in_time(now() + 60_000, async { 7 }).await, Some(7));
    }

    #[tokio::test]
    async fn a_span_is_no_deadline() {
        assert_eq!(in_time(600_000, async { 7 }).await, Some(7));
        assert_eq!(in_time(FIRST_DEADLINE, async { 7 }).await, None);
    }

    #[test]
    fn marks_have_the_last_five_seconds() {
        let left = |deadline| until(deadline).saturating_duration_since(Instant::now()).as_secs_f64();
        assert!((53.0..=55.0).contains(&left(now() + 60_000)), "{}", left(now() + 60_000));
        assert_eq!(left(now() + 4_000), 0.0);
        assert_eq!(left(FIRST_DEADLINE), 0.0, "it is over");
        assert!((59.0..=60.0).contains(&left(600_000)));
    }
}
