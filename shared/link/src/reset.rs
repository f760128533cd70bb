//! The token of a link, as Django's `PasswordResetTokenGenerator` writes it: a time and a MAC.

use crate::{digits, mac};

/// 2001-01-01 00:00:00 UTC, from which Django counts, in Unix seconds.
const FIRST: i64 = 978_307_200;

/// What Django's generator mixes into every MAC.
const DJANGO: &str = "django.contrib.auth.tokens.PasswordResetTokenGenerator";

/// How far, in seconds, a link of Django's may be ahead of us. Django stamps the local time of its `TIME_ZONE`, up to 14 hours
/// more than UTC, and sets no bound; a day is one.
const DJANGO_AHEAD: i64 = 86_400;

/// How far, in seconds, a link of our own may be: what clocks differ by.
const OWN_AHEAD: i64 = 60;

/// What a link does. A link of one kind is none of another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Confirms the address of a new account, or a new address.
    Activation,
    /// Sets a new password.
    Password,
    /// Sets a new user name.
    Username,
}

impl Kind {
    fn purpose(self) -> &'static str {
        match self {
            Self::Activation => "latchkey.link.activation",
            Self::Password => "latchkey.link.password",
            Self::Username => "latchkey.link.username",
        }
    }
}

/// What a MAC is keyed with.
#[derive(Clone, Copy)]
pub enum Secret<'a> {
    /// `SECRET_KEY` of the Django project that ran here before. Its links do not say what kind they are.
    Django(&'a [u8]),
    /// Our own.
    Own(&'a [u8]),
}

/// What a link is about: the user, as far as a use of the link changes it.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The user's id.
    pub id: &'a str,
    /// The hash of the password, in Django's encoding.
    pub password: &'a str,
    /// The last login as `YYYY-MM-DD HH:MM:SS` in UTC; empty where none is recorded.
    pub last_login: &'a str,
    /// The address that the link is sent to.
    pub email: &'a str,
    /// With django-allauth all addresses of the user, sorted, with `|` between them; empty without it.
    pub addresses: &'a str,
}

/// The token of a link of this kind, made at `now` (Unix seconds).
#[must_use]
pub fn token(kind: Kind, subject: &Subject<'_>, secret: Secret<'_>, now: i64) -> String {
    let stamp = u64::try_from(now.saturating_sub(FIRST)).unwrap_or_default();
    format!("{}-{}", digits::base_36(stamp), tag(kind, subject, secret, stamp))
}

/// Whether `token` is that of a link of this kind to the user as they are now, made with one of the secrets and at most
/// `timeout` seconds ago (PASSWORD_RESET_TIMEOUT). Exactly at the limit it is good, as in Django.
#[must_use]
pub fn verify(token: &str, kind: Kind, subject: &Subject<'_>, secrets: &[Secret<'_>], timeout: i64, now: i64) -> bool {
    let Some((stamp, given)) = token.split_once('-') else { return false };
    let Some(stamp) = digits::of_base_36(stamp) else { return false };
    let Some(made) = i64::try_from(stamp).ok().and_then(|stamp| stamp.checked_add(FIRST)) else { return false };
    let is_timely = |secret: &&Secret<'_>| {
        let ahead = if matches!(secret, Secret::Django(_)) { DJANGO_AHEAD } else { OWN_AHEAD };
        now.saturating_sub(made) <= timeout && made.saturating_sub(now) <= ahead
    };
    let mut timely = secrets.iter().filter(is_timely);
    timely.any(|secret| mac::is_same(&tag(kind, subject, *secret, stamp), given))
}

/// A last login (Unix seconds) as [`Subject`] has it.
#[must_use]
pub fn last_login(seconds: Option<i64>) -> String {
    let moment = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    let digits = moment.map(|moment| moment.to_string().replacen('T', " ", 1)).unwrap_or_default();
    digits.trim_end_matches('Z').to_owned()
}

/// Every second digit of the MAC: half of it, as Django shortens it.
fn tag(kind: Kind, subject: &Subject<'_>, secret: Secret<'_>, stamp: u64) -> String {
    let Subject { id, password, last_login, email, addresses } = subject;
    let tag = match secret {
        Secret::Django(secret) => {
            mac::salted(DJANGO, secret, &format!("{id}{password}{last_login}{stamp}{email}{addresses}"))
        }
        // No value has the separator in it unescaped, so that no two subjects have one message.
        Secret::Own(secret) => {
            mac::salted(kind.purpose(), secret, &format!("{:?}", (id, password, last_login, stamp, email, addresses)))
        }
    };
    hex::encode(tag.as_ref()).chars().step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_779_010_212;
    const SUBJECT: Subject<'_> =
        Subject { id: "7", password: "argon2$x", last_login: "", email: "a@example.com", addresses: "" };

    fn opens(kind: Kind, subject: &Subject<'_>, after: i64) -> bool {
        let token = token(Kind::Password, &SUBJECT, Secret::Own(b"secret"), NOW);
        verify(&token, kind, subject, &[Secret::Django(b"other"), Secret::Own(b"secret")], 600, NOW + after)
    }

    #[test]
    fn a_link_of_one_kind_is_none_of_another() {
        assert!(opens(Kind::Password, &SUBJECT, 0));
        assert!(!opens(Kind::Activation, &SUBJECT, 0) && !opens(Kind::Username, &SUBJECT, 0));
    }

    #[test]
    fn a_link_is_dead_once_the_user_changed() {
        for changed in [
            Subject { id: "8", ..SUBJECT },
            Subject { password: "argon2$y", ..SUBJECT },
            Subject { last_login: "2026-05-16 08:07:06", ..SUBJECT },
            Subject { email: "A@example.com", ..SUBJECT },
            Subject { id: "7argon2$x", password: "", ..SUBJECT },
        ] {
            assert!(!opens(Kind::Password, &changed, 0));
        }
    }

    #[test]
    fn a_link_is_good_for_its_time_and_not_before_it_was_made() {
        assert!([-60, 0, 600].into_iter().all(|after| opens(Kind::Password, &SUBJECT, after)));
        assert!(![-61, 601].into_iter().any(|after| opens(Kind::Password, &SUBJECT, after)));
    }

    #[test]
    fn a_link_of_django_may_be_a_day_ahead() {
        let made_after = |ahead| {
            let token = token(Kind::Password, &SUBJECT, Secret::Django(b"secret"), NOW + ahead);
            verify(&token, Kind::Password, &SUBJECT, &[Secret::Django(b"secret")], 600, NOW)
        };
        assert_eq!([86_400, 86_401].map(made_after), [true, false]);
    }

    #[test]
    fn a_last_login_has_the_digits_of_django() {
        assert_eq!(last_login(Some(1_778_918_826)), "2026-05-16 08:07:06");
        assert_eq!(last_login(None), "");
    }

    #[test]
    fn a_secret_of_django_makes_no_link_of_ours() {
        let token = token(Kind::Password, &SUBJECT, Secret::Django(b"secret"), NOW);
        assert!(!verify(&token, Kind::Password, &SUBJECT, &[Secret::Own(b"secret")], 600, NOW));
    }
}
