//! Whether a set that was made a while ago may still follow the set that is in force.

use crate::{
    claims::Claims,
    keys::{
        key::{Key, Window},
        key_set::KeySet,
        policy::Policy,
    },
    kind::{Any, Refresh},
    rules::Rules,
    stamp::Stamp,
    token::Token,
};
use std::fmt;

impl KeySet {
    /// Whether this set, made by [`KeySet::rotate`] of some set, may follow `current` at `now` (Unix seconds): nothing
    /// else changed, the new key works, and everybody has time to fetch it before it signs.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn check_follows(&self, current: &Self, policy: &Policy, now: i64) -> Result<(), Unfit> {
        if current.keys().iter().any(|key| key.verifies_at(now) && !self.has(key)) {
            return Err(Unfit::Loses);
        }
        let added = self.keys().iter().filter(|key| !current.has(key));
        let (secrets, keys): (Vec<&Key>, Vec<&Key>) = added.partition(|key| key.is_for_refresh());
        // One key is new, and beside it at most the secret for tokens that are renewed.
        if keys.len() != 1 || secrets.len() > 1 {
            return Err(Unfit::Stale);
        }
        let soonest = now + policy.lead() - policy.delay;
        let begins = |key: &Key| key.window().sign_from.unwrap_or(i64::MIN);
        let mut next = keys.into_iter().chain(secrets);
        if current.signer(now).is_some() && next.clone().any(|key| begins(key) < soonest) {
            return Err(Unfit::Late);
        }
        if next.all(|key| works(key, now)) { Ok(()) } else { Err(Unfit::Mute) }
    }

    fn has(&self, key: &Key) -> bool {
        self.keys().iter().any(|known| known.kid() == key.kid() && known.source() == key.source())
    }
}

/// Why a set may not follow another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unfit {
    /// The new key would sign before everybody knows it: the set waited for too long.
    Late,
    /// A key is missing whose tokens are good.
    Loses,
    /// What the new key signs, it does not verify.
    Mute,
    /// Not exactly one key is new: the current set has changed since.
    Stale,
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Late => "the next key would sign before every cache has it",
            Self::Loses => "a key is missing whose tokens are good",
            Self::Mute => "the next key does not verify what it signs",
            Self::Stale => "the keys have changed since the next set was made",
        })
    }
}

impl std::error::Error for Unfit {}

fn works(key: &Key, now: i64) -> bool {
    let rules = Rules::default();
    let stamp = Stamp { now, lifetime: 60, jti: "trial" };
    let Ok(alone) = KeySet::new(vec![key.clone().within(Window::default())]) else { return false };
    let signed = Token::<Refresh>::issue(&rules, stamp, "trial", &Claims::default()).sign(&alone, &rules, now);
    signed.is_ok_and(|signed| Token::<Any>::verify(&signed.text, &alone, &rules, now).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys::algorithm::Algorithm, sample::NOW};

    fn policy() -> Policy {
        Policy { delay: 3600, ..Policy::new(Algorithm::EdDSA, &Rules::default()) }
    }

    fn first() -> KeySet {
        KeySet::first(Algorithm::EdDSA, &[1; 80]).unwrap()
    }

    fn next() -> KeySet {
        first().rotate(&policy(), NOW, &[2; 80]).unwrap()
    }

    #[test]
    fn a_set_may_follow_as_long_as_everybody_has_time_to_fetch_it() {
        let after = |seconds| next().check_follows(&first(), &policy(), NOW + seconds);
        assert_eq!((after(0), after(3600), after(3601)), (Ok(()), Ok(()), Err(Unfit::Late)));
    }

    #[test]
    fn a_set_does_not_follow_one_that_has_changed() {
        let revoked = first().revoke(first().keys()[0].kid(), &policy(), NOW, &[3; 80]).unwrap();
        assert_eq!(next().check_follows(&revoked, &policy(), NOW), Err(Unfit::Loses));
        let imported = Key::hmac(None, Algorithm::HS256, b"of Django").unwrap().verify_only();
        let imported = first().import(imported, &policy(), NOW, &[4; 80]).unwrap();
        assert_eq!(next().check_follows(&imported, &policy(), NOW), Err(Unfit::Loses));
        let shrunk = imported.revoke(first().keys()[0].kid(), &policy(), NOW, &[3; 80]).unwrap();
        let of_imported = imported.rotate(&policy(), NOW, &[2; 80]).unwrap();
        assert_eq!(of_imported.check_follows(&first(), &policy(), NOW), Err(Unfit::Stale));
        assert_eq!(of_imported.check_follows(&shrunk, &policy(), NOW), Err(Unfit::Loses));
        assert_eq!(first().check_follows(&first(), &policy(), NOW), Err(Unfit::Stale));
    }

    #[test]
    fn a_set_does_not_follow_where_another_key_has_the_name_of_one_that_lives() {
        let named = |seed| Key::generate(Algorithm::EdDSA, Some("k".into()), &[seed, 1].repeat(20)).unwrap();
        let current = KeySet::new(vec![named(1)]).unwrap();
        let next = current.rotate(&policy(), NOW, &[2; 80]).unwrap();
        let other = next.keys().iter().map(|key| if key.kid() == Some("k") { named(3) } else { key.clone() });
        assert_eq!(next.check_follows(&current, &policy(), NOW), Ok(()));
        let other = KeySet::new(other.collect()).unwrap();
        assert_eq!(other.check_follows(&current, &policy(), NOW), Err(Unfit::Loses));
    }

    #[test]
    fn what_is_unfit_is_told_in_words() {
        assert_eq!(Unfit::Stale.to_string(), "the keys have changed since the next set was made");
        assert_eq!(Unfit::Late.to_string(), "the next key would sign before every cache has it");
    }

    #[test]
    fn a_key_that_only_verifies_cannot_be_next() {
        let mute = Key::hmac(None, Algorithm::HS256, b"of Django").unwrap().verify_only();
        let waits = Window { sign_from: Some(NOW + 9_999), ..Window::default() };
        let set = KeySet::new(vec![first().keys()[0].clone(), mute.within(waits)]).unwrap();
        assert_eq!(set.check_follows(&first(), &policy(), NOW), Err(Unfit::Mute));
    }
}
