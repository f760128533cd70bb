//! A mail of the outbox on its way: begun by a condition, handed over, and marked with what became of it.
//!
//! It is handed over at most once. Where nobody knows whether it is out, it has failed, and the operator decides.

use crate::{
    content::{Composed, Message, compose},
    link_in,
    sender::{ANSWER, Sender, Unsent},
};
use settings::Settings;
use std::time::{Duration, Instant};
use store::{Begun, Error, Mail, MailKind, MailState, Store, Turn};
use token::KeySet;

/// For how long, in seconds, a mail is tried again after SES refused it first: six hours.
pub const PATIENCE: i64 = 6 * 3_600;

/// How old, in seconds, what the stream tells may be when a refused mail is tried again: 18 hours. The stream forgets it after a
/// day, and by then those behind it must have had their turn.
pub const LAST_TURN: i64 = 18 * 3_600;

/// How long a mail waits, each time, that came too fast for SES.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(250), Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];

/// How long the store may take until a mail can be handed over: to read the row, to begin, to look up who gets it.
const BEGINNING: Duration = Duration::from_secs(6);

/// After how long a mark is repeated that the store did not take.
const REPEAT: Duration = Duration::from_millis(200);

/// What is said of a mail whose link is dead.
const EXPIRED: &str = "expired: its link is older than PASSWORD_RESET_TIMEOUT";

/// What is said of a mail for which there is no time.
const NO_TIME: &str = "the time is up";

/// Everything that sending needs.
#[derive(Debug)]
pub struct Post<'a> {
    /// The outbox, and the users.
    pub store: &'a Store,
    /// Whose link secrets make the links.
    pub keys: &'a KeySet,
    /// Where links lead.
    pub settings: &'a Settings,
    /// Who takes the messages.
    pub sender: &'a Sender,
}

/// The times of one delivery.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Now, in Unix seconds.
    pub now: i64,
    /// Since when the stream tells of it, in Unix seconds: when the row was put, or put again by an operator.
    pub since: i64,
    /// When it must be over.
    pub until: Instant,
}

/// What became of a mail.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Delivered {
    /// So many messages were handed over: none, where nobody is to get it.
    Sent(MailKind, usize),
    /// It was not handed over, or nobody knows. The row says so, and nobody tries again unless the operator wants it.
    Failed(Failure, String),
    /// It is to be tried again; and why.
    Postponed(String),
    /// There is nothing to do: it was sent, or failed, before.
    Settled,
}

/// Why a mail failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Failure {
    /// Its link is dead before it is sent.
    Expired,
    /// The row, the user or the template cannot be used.
    Faulty,
    /// SES has refused it for six hours.
    GivenUp,
    /// Whoever was about to send it is gone.
    Interrupted,
    /// SES does not take it.
    Refused,
    /// SES did not answer.
    Unanswered,
    /// No mail reaches the address.
    Undeliverable,
}

impl Failure {
    /// In a word, as events have it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Faulty => "faulty",
            Self::GivenUp => "given_up",
            Self::Interrupted => "interrupted",
            Self::Refused => "refused",
            Self::Unanswered => "unanswered",
            Self::Undeliverable => "undeliverable",
        }
    }
}

/// Why a mail is not out.
enum Stop {
    Expired,
    Faulty(String),
    /// It was not tried: something else is not there.
    Untried(String),
    Unsent(Unsent),
}

impl Post<'_> {
    /// Sends a mail, unless that was done before. To ask again is safe, also at once and from elsewhere.
    pub async fn deliver(&self, id: &str, times: Times) -> Delivered {
        if !has_time(BEGINNING + ANSWER, times.until) {
            return Delivered::Postponed(NO_TIME.to_owned());
        }
        match self.store.mail(id).await {
            Ok(Some((mail, MailState::Waiting))) => self.begin(&mail, times).await,
            Ok(Some((_, MailState::Begun(_)))) => self.wait(id, times).await,
            Ok(Some((_, MailState::Failed(_) | MailState::Sent(_))) | None) => Delivered::Settled,
            Err(Error::Corrupt { cause }) => self.lay_aside(id, &cause, times).await,
            Err(Error::Unavailable { cause }) => Delivered::Postponed(cause),
        }
    }

    async fn begin(&self, mail: &Mail, times: Times) -> Delivered {
        match self.store.begin_mail(&mail.id, times.now).await {
            Ok(Begun::Begun(turn)) => self.send(mail, turn, times).await,
            Ok(Begun::Otherwise) => Delivered::Postponed("somebody else began".to_owned()),
            Err(error) => Delivered::Postponed(error.to_string()),
        }
    }

    /// Somebody is about to send it, or was.
    async fn wait(&self, id: &str, times: Times) -> Delivered {
        match self.store.mail_abandoned(id, times.now).await {
            Ok(true) => Delivered::Failed(Failure::Interrupted, String::new()),
            Ok(false) => Delivered::Postponed("somebody else began".to_owned()),
            Err(error) => Delivered::Postponed(error.to_string()),
        }
    }

    /// A row that is no mail fails at once, so that it stands in nobody's way.
    async fn lay_aside(&self, id: &str, cause: &str, times: Times) -> Delivered {
        match self.store.begin_mail(id, times.now).await {
            Ok(Begun::Begun(turn)) => self.end(id, turn, Stop::Faulty(cause.to_owned()), times).await,
            Ok(Begun::Otherwise) => Delivered::Settled,
            Err(Error::Corrupt { cause }) => Delivered::Failed(Failure::Faulty, cause),
            Err(error) => Delivered::Postponed(error.to_string()),
        }
    }

    async fn send(&self, mail: &Mail, mut turn: Turn, times: Times) -> Delivered {
        if link_in::is_dead(mail, self.settings, times.now) {
            return self.end(&mail.id, turn, Stop::Expired, times).await;
        }
        let secrets = self.keys.link_secrets(mail.created_at);
        let handed = match compose(mail, self.store, &secrets, self.settings).await {
            Ok(Composed::Messages(messages)) => self.hand_over(&messages, &mut turn, times.until).await,
            Ok(Composed::Nobody) => Ok(0),
            Ok(Composed::Faulty(cause)) | Err(Error::Corrupt { cause }) => Err(Stop::Faulty(cause)),
            Err(Error::Unavailable { cause }) => Err(Stop::Untried(cause)),
        };
        match handed {
            Err(stop) => self.end(&mail.id, turn, stop, times).await,
            Ok(messages) => {
                let mark = async || self.store.mail_sent(&mail.id, &turn.mark, times.now).await;
                marked(mark, times, Delivered::Sent(mail.kind, messages)).await
            }
        }
    }

    /// One message after the other, but to those who have it already. The turn knows afterwards who has it.
    async fn hand_over(&self, messages: &[Message], turn: &mut Turn, until: Instant) -> Result<usize, Stop> {
        let mut handed = 0;
        for message in messages {
            if turn.reached.contains(&message.user_id) {
                continue;
            }
            if !has_time(ANSWER, until) {
                return Err(Stop::Untried(NO_TIME.to_owned()));
            }
            self.hand_over_one(message, until).await?;
            turn.reached.push(message.user_id.clone());
            handed += 1;
        }
        Ok(handed)
    }

    /// SES takes so many a second, and the next a moment later.
    async fn hand_over_one(&self, message: &Message, until: Instant) -> Result<(), Stop> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let sent = self.sender.send(message).await;
            let is_too_fast = matches!(sent, Err(Unsent::TooFast(_)));
            match pauses.next() {
                Some(pause) if is_too_fast && has_time(pause + ANSWER, until) => tokio::time::sleep(pause).await,
                _ => return sent.map_err(Stop::Unsent),
            }
        }
    }

    async fn end(&self, id: &str, mut turn: Turn, stop: Stop, times: Times) -> Delivered {
        let (failure, code, says) = match stop {
            Stop::Untried(cause) => return self.put_off(id, &turn, cause, times).await,
            Stop::Unsent(Unsent::Later(reason) | Unsent::TooFast(reason)) => {
                if !is_over(*turn.refused_at.get_or_insert(times.now), times) {
                    return self.put_off(id, &turn, reason.code, times).await;
                }
                (Failure::GivenUp, reason.code.clone(), reason.to_string())
            }
            Stop::Unsent(Unsent::Refused(reason)) => (Failure::Refused, reason.code.clone(), reason.to_string()),
            Stop::Unsent(Unsent::Unanswered) => {
                (Failure::Unanswered, String::new(), "SES did not answer: it may be out or not".to_owned())
            }
            Stop::Unsent(Unsent::Undeliverable) => {
                (Failure::Undeliverable, String::new(), "undeliverable: no mail reaches this address".to_owned())
            }
            Stop::Faulty(cause) => (Failure::Faulty, cause.clone(), cause),
            Stop::Expired => (Failure::Expired, String::new(), EXPIRED.to_owned()),
        };
        let mark = async || self.store.mail_failed(id, &turn.mark, &turn.reached, &says, times.now).await;
        marked(mark, times, Delivered::Failed(failure, code)).await
    }

    async fn put_off(&self, id: &str, turn: &Turn, cause: String, times: Times) -> Delivered {
        marked(async || self.store.mail_postponed(id, turn).await, times, Delivered::Postponed(cause)).await
    }
}

/// Writes what became of a mail until the store takes it, or the time is up: unwritten, nobody would know.
async fn marked(mark: impl AsyncFn() -> Result<bool, Error>, times: Times, outcome: Delivered) -> Delivered {
    loop {
        match mark().await {
            Ok(_) => return outcome,
            Err(Error::Unavailable { .. }) if has_time(Duration::ZERO, times.until) => {
                tokio::time::sleep(REPEAT).await;
            }
            Err(error) => return Delivered::Postponed(error.to_string()),
        }
    }
}

fn has_time(needed: Duration, until: Instant) -> bool {
    Instant::now() + needed <= until
}

/// Whether a mail that SES refused first at this time is given up.
const fn is_over(refused_at: i64, times: Times) -> bool {
    times.now.saturating_sub(refused_at) >= PATIENCE || times.now.saturating_sub(times.since) >= LAST_TURN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mark_is_not_repeated_when_the_time_is_up() {
        let times = Times { now: 0, since: 0, until: Instant::now() };
        let refused = async || Err(Error::Unavailable { cause: "no connection".to_owned() });
        let marked = tokio::time::timeout(Duration::from_secs(5), marked(refused, times, Delivered::Settled)).await;
        assert_eq!(marked, Ok(Delivered::Postponed("the store is unavailable: no connection".to_owned())));
    }
}
