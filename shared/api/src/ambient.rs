//! The one place that reads the clock and draws entropy.

use std::time::{Duration, Instant, SystemTime};

/// What a request takes from the world around it, once: the time and enough randomness for one answer.
///
/// It is a plain value, so a test passes numbers and there is no clock to mock.
#[derive(Clone)]
pub struct Ambient {
    /// The time, in Unix seconds.
    pub now: i64,
    /// Randomness for the session, or for a rotated refresh token.
    pub refresh_random: [u8; 16],
    /// Randomness for the access token.
    pub access_random: [u8; 16],
    /// Randomness for the salt of a new password hash.
    pub salt: [u8; 16],
    started: Instant,
}

impl Ambient {
    /// Reads the clock and the operating system's entropy.
    ///
    /// # Errors
    /// When the operating system has no entropy to give; nothing can be issued safely then.
    pub fn read() -> Result<Self, getrandom::Error> {
        Ok(Self {
            now: now(),
            refresh_random: random()?,
            access_random: random()?,
            salt: random()?,
            started: started(),
        })
    }

    /// The same by another clock than the machine's: `now` in Unix seconds.
    ///
    /// # Errors
    /// As [`Ambient::read`].
    pub fn at(now: i64) -> Result<Self, getrandom::Error> {
        Ok(Self { now, ..Self::read()? })
    }

    /// The time at this moment, in Unix seconds: `now` and what the request has taken since, rounded up. For writes that
    /// must not be dated back by a slow hash or a slow answer from elsewhere.
    pub fn later(&self) -> i64 {
        let elapsed = self.started.elapsed().as_secs().saturating_add(1);
        self.now.saturating_add_unsigned(elapsed)
    }

    /// The time alone, in Unix seconds, for whoever draws no randomness.
    pub fn time() -> i64 {
        now()
    }

    /// Randomness of which a key and its name are made.
    ///
    /// # Errors
    /// As [`Ambient::read`].
    pub fn key_entropy() -> Result<token::Entropy, getrandom::Error> {
        random()
    }

    /// The id of what is made now, a user or anything else: a UUIDv7, so that ids sort by age.
    pub fn id(&self) -> String {
        let [random @ .., _, _, _, _, _, _] = self.refresh_random;
        let milliseconds = u64::try_from(self.now).unwrap_or_default().saturating_mul(1000);
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid().to_string()
    }

    /// The id of a mail that is asked for now, of other randomness than [`Ambient::id`].
    pub fn mail_id(&self) -> String {
        Self { refresh_random: self.access_random, ..self.clone() }.id()
    }

    /// How long it is until a deadline in milliseconds since the epoch, as AWS Lambda gives it; zero when it has passed.
    pub fn time_until(deadline: u64) -> Duration {
        Duration::from_millis(deadline).saturating_sub(since_epoch())
    }
}

fn now() -> i64 {
    i64::try_from(since_epoch().as_secs()).unwrap_or(i64::MAX)
}

fn started() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "this is the file that reads the clock")]
fn since_epoch() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "this is the file that draws entropy")]
fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], getrandom::Error> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    #[test]
    fn time_goes_on_while_a_request_is_answered() {
        let ambient = Ambient::at(NOW).unwrap();
        assert_eq!(ambient.now, NOW);
        assert!((NOW + 1..NOW + 9).contains(&ambient.later()), "{}", ambient.later());
    }

    #[test]
    fn whatever_is_drawn_is_drawn_once() {
        let (one, two) = (Ambient::at(NOW).unwrap(), Ambient::at(NOW).unwrap());
        let drawn = [&one, &two].map(|of| [of.refresh_random, of.access_random, of.salt]).concat();
        assert_eq!(drawn.iter().collect::<std::collections::HashSet<_>>().len(), 6);
        assert_ne!(Ambient::key_entropy().unwrap(), Ambient::key_entropy().unwrap());
    }

    #[test]
    fn an_id_begins_with_its_time_and_is_no_mails() {
        let ambient = Ambient::at(NOW).unwrap();
        for id in [ambient.id(), ambient.mail_id()] {
            assert!(id.len() == 36 && id.starts_with("01a3185c-5000-7"), "{id}");
        }
        assert_ne!(ambient.id(), ambient.mail_id());
    }
}
