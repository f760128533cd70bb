//! Guessing passwords is slowed down, without a weapon against those who know theirs (LOGIN_THROTTLE).
//!
//! Three counters of consecutive failures are looked at before anything is hashed: of the account from this address, of
//! the account from everywhere, and of the address for all accounts. Half of each number is free, then every failure
//! doubles the wait. An account that failed LOGIN_TRIES_PER_ACCOUNT times in a row (NIST SP 800-63B section 3.2.2 allows
//! 100) is closed to addresses that never logged in to it, as is every account to an address that failed too often. A
//! pair of both that logged in before has its own counter, so nobody else can lock a user out. Names are counted as they
//! are typed, known or not: the answers tell nothing about who exists.
//!
//! Behind a token, where the old password is asked for, the account is named by the token. What others did does not count
//! there; what counts are the failures of the account from this address, of the token's session from everywhere, and of all
//! sessions of the account together.

use crate::{call::Call, log, problem::Problem};
use settings::Settings;
use store::{Tries, counted};

/// The longest that one failure makes wait, in seconds (PCI DSS 8.3.4 asks for 30 minutes).
const LONGEST_WAIT: i64 = 30 * 60;

/// How long, in seconds, a failure is remembered after the last one.
const WINDOW: i64 = 86_400;

/// How long, in seconds, an address is known after a login.
const KNOWN: i64 = 30 * 86_400;

/// An attempt to log in that may go on.
pub(crate) struct Attempt {
    counters: Option<Counters>,
}

/// What is counted, and how often it failed so far.
struct Counters {
    account: Counter,
    address: Counter,
    pair: Counter,
    /// Of the session of the token, and of the account behind all tokens; for a login, none.
    behind_token: Vec<Counter>,
}

struct Counter {
    counted: String,
    tries: Tries,
}

impl Attempt {
    /// Lets an attempt go on, or says how long to wait. One read.
    pub(crate) async fn begin(name: &str, call: &Call<'_>) -> Result<Self, Problem> {
        Self::begin_as(name, None, call).await
    }

    /// Lets an attempt of somebody go on whose token names the account already, and a `session`.
    pub(crate) async fn begin_own(name: &str, session: &str, call: &Call<'_>) -> Result<Self, Problem> {
        Self::begin_as(name, Some(session), call).await
    }

    async fn begin_as(name: &str, session: Option<&str>, call: &Call<'_>) -> Result<Self, Problem> {
        let settings = call.service.settings();
        if !settings.login_throttle {
            return Ok(Self { counters: None });
        }
        let counters = Counters::read(name, session, call).await?;
        let wait = counters.wait(settings, call.ambient.now);
        if wait > 0 {
            log::login_throttled(name, wait, call);
            return Err(Problem::Throttled(wait));
        }
        Ok(Self { counters: Some(counters) })
    }

    /// Counts a failure on all counters. A write each, at once.
    pub(crate) async fn failed(self, call: &Call<'_>) -> Result<(), Problem> {
        let Some(Counters { account, address, pair, behind_token }) = self.counters else { return Ok(()) };
        let (store, now) = (&call.service.store, call.ambient.now);
        let counted = [&account, &address, &pair].into_iter().chain(&behind_token);
        let counts = counted.map(|counter| store.count_failure(&counter.counted, WINDOW, now));
        futures_util::future::try_join_all(counts).await?;
        Ok(())
    }

    /// Forgets the account's failures and remembers the address. No write where there is nothing to forget and the
    /// address is known. Where a write fails the counters stay as they are, which no right password is refused for.
    pub(crate) async fn succeeded(self, call: &Call<'_>) {
        if let Some(counters) = self.counters {
            counters.reset(call).await.unwrap_or_else(|fault| log::login_not_recorded("attempts", &fault));
        }
    }
}

impl Counters {
    async fn read(name: &str, session: Option<&str>, call: &Call<'_>) -> Result<Self, store::Error> {
        let ip = call.caller.ip.as_deref().unwrap_or_default();
        let mut counted = vec![counted::account(name), counted::address(ip), counted::pair(name, ip)];
        counted
            .extend(session.into_iter().flat_map(|session| [counted::session(session), counted::behind_tokens(name)]));
        let tries = call.service.store.failures(&counted, call.ambient.now).await?;
        let mut counters = counted.into_iter().zip(tries).map(|(counted, tries)| Counter { counted, tries });
        let mut next =
            || counters.next().ok_or_else(|| store::Error::Corrupt { cause: "a counter is missing".to_owned() });
        let (account, address, pair) = (next()?, next()?, next()?);
        Ok(Self { account, address, pair, behind_token: counters.collect() })
    }

    /// The seconds until the next attempt.
    fn wait(&self, settings: &Settings, now: i64) -> i64 {
        let of_pair = wait(&self.pair.tries, settings.login_tries, LONGEST_WAIT, now);
        let per_account = |counter: &Counter| wait(&counter.tries, settings.login_tries_per_account, WINDOW, now);
        let of_others = match self.behind_token.as_slice() {
            [session, account] => {
                wait(&session.tries, settings.login_tries, LONGEST_WAIT, now).max(per_account(account))
            }
            _ if self.pair.tries.known => per_account(&self.pair),
            _ => {
                let of_address = wait(&self.address.tries, settings.login_tries_per_address, LONGEST_WAIT, now);
                of_address.max(per_account(&self.account))
            }
        };
        of_pair.max(of_others)
    }

    async fn reset(&self, call: &Call<'_>) -> Result<(), store::Error> {
        let store = &call.service.store;
        for counter in [&self.account].into_iter().chain(&self.behind_token).filter(|counter| counter.tries.count > 0) {
            store.clear_failures(&counter.counted).await?;
        }
        if self.pair.tries.count > 0 || !self.pair.tries.known {
            store.remember(&self.pair.counted, call.ambient.now.saturating_add(KNOWN)).await?;
        }
        Ok(())
    }
}

/// The seconds until the next attempt: half of `limit` is free, then each failure doubles the wait; from the limit on
/// each one costs `closed`.
fn wait(tries: &Tries, limit: i64, closed: i64, now: i64) -> i64 {
    let count = i64::try_from(tries.count).unwrap_or(i64::MAX);
    let pause = match count.saturating_sub(limit / 2) {
        beyond if beyond < 0 || count == 0 => return 0,
        _ if count >= limit => closed,
        beyond => i64::checked_pow(2, u32::try_from(beyond).unwrap_or(u32::MAX)).unwrap_or(i64::MAX).min(LONGEST_WAIT),
    };
    let last = tries.ends_at.saturating_sub(WINDOW);
    last.saturating_add(pause).saturating_sub(now).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(count: u64, limit: i64) -> i64 {
        wait(&Tries { count, ends_at: WINDOW, known: false }, limit, LONGEST_WAIT, 0)
    }

    #[test]
    fn half_the_tries_are_free_and_then_the_wait_doubles() {
        assert_eq!([0, 4, 5, 6, 9, 10, 11].map(|count| after(count, 10)), [0, 0, 1, 2, 16, 1800, 1800]);
        assert_eq!([49, 50, 60, 61, 99].map(|count| after(count, 100)), [0, 1, 1024, 1800, 1800]);
    }

    #[test]
    fn waiting_ends() {
        let tries = Tries { count: 6, ends_at: WINDOW, known: false };
        assert_eq!([0, 1, 2, 99].map(|now| wait(&tries, 10, LONGEST_WAIT, now)), [2, 1, 0, 0]);
    }
}
