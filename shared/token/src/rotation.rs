//! How one key follows another, so that no valid token is ever refused and no dead one accepted.
//!
//! A new key is published first and signs later, when everybody who verifies has fetched it; an old key stops signing
//! then, and verifies until the last token it can have signed has died.

use crate::{Algorithm, Key, KeyError, KeySet, Rules, Window};

/// The times that decide when a key begins and when one ends, in seconds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    /// What new keys are made for.
    pub algorithm: Algorithm,
    /// How long it takes at most until a set that is made now can be fetched. Nothing, where it is written at once.
    pub delay: i64,
    /// How far clocks may differ.
    pub skew: i64,
    /// How long a token may live.
    pub longest_lifetime: i64,
}

impl Policy {
    /// How long, in seconds, a host uses a set before it fetches it again.
    pub const FRESH: i64 = 5 * 60;
    /// How long, in seconds, a host goes on with a set that it cannot fetch again.
    pub const BOUND: i64 = 60 * 60;
    /// How long, in seconds, anyone may keep the published set (`Cache-Control: max-age`).
    pub const MAX_AGE: i64 = 5 * 60;

    /// The policy for tokens under `rules`, with a new set in force at once.
    #[must_use]
    pub fn new(algorithm: Algorithm, rules: &Rules) -> Self {
        Self { algorithm, delay: 0, skew: 60 + rules.leeway, longest_lifetime: rules.longest_lifetime }
    }

    /// How long before its first signature a key is made: until every cache of sets and of published sets has it.
    #[must_use]
    pub fn lead(&self) -> i64 {
        self.delay + Self::FRESH + Self::MAX_AGE + self.skew
    }

    /// How long after the time to sign of an old key its last token dies: a host that cannot fetch signs on with it.
    fn tail(&self) -> i64 {
        Self::BOUND + self.longest_lifetime + self.skew
    }
}

/// Random bytes, of which a key and its name are made.
pub type Entropy = [u8; 80];

impl Key {
    /// A new key under the name that it should have: the thumbprint of its public half (RFC 7638), or a random one for a
    /// secret.
    ///
    /// # Errors
    /// As [`Key::generate`].
    pub fn fresh(algorithm: Algorithm, entropy: &Entropy) -> Result<Self, KeyError> {
        let (name, material) = entropy.split_first_chunk().ok_or(KeyError::Entropy)?;
        let kid = Self::generate(algorithm, None, material)?.thumbprint().unwrap_or_else(|| crate::jti(*name));
        Self::generate(algorithm, Some(kid), material)
    }
}

impl KeySet {
    /// The first set of a deployment: one new key, which signs from the beginning.
    ///
    /// # Errors
    /// As [`Key::generate`].
    pub fn first(algorithm: Algorithm, entropy: &Entropy) -> Result<Self, KeyError> {
        Self::new(vec![Key::fresh(algorithm, entropy)?])
    }

    /// The next set: a new key that will sign, the old ones with their ends, without those that are dead.
    ///
    /// The new key signs after [`Policy::lead`]; at once, where no key signs at `now` (Unix seconds).
    ///
    /// # Errors
    /// [`KeyError::Waiting`] while the key of the last rotation does not sign yet; [`KeyError::Unmade`] for RSA, whose
    /// keys are [imported](KeySet::import).
    pub fn rotate(&self, policy: &Policy, now: i64, entropy: &Entropy) -> Result<Self, KeyError> {
        follow(self.living(now), Key::fresh(policy.algorithm, entropy)?, policy, now)
    }

    /// The set with a key from elsewhere. One that only verifies joins as it is; one that signs is the next in turn, as
    /// by [`KeySet::rotate`].
    ///
    /// # Errors
    /// [`KeyError::Duplicate`] for a name that is taken; [`KeyError::Known`] for a key that is there already, under
    /// whatever name; [`KeyError::Waiting`]; [`KeyError::Weak`] for a secret below 32 bytes that is to sign.
    pub fn import(&self, key: Key, policy: &Policy, now: i64) -> Result<Self, KeyError> {
        if self.keys.iter().any(|known| known.is_same(&key)) {
            return Err(KeyError::Known);
        }
        key.check_strength()?;
        let mut keys = self.living(now);
        if key.is_verify_only() {
            keys.push(key);
            return Self::new(keys);
        }
        follow(keys, key, policy, now)
    }

    /// The set without the key of a name, or without the nameless ones: for a key that was stolen. What it signed is
    /// refused from now on. Where no other key signs, the one that waits does so at once, or else a new one.
    ///
    /// # Errors
    /// [`KeyError::Missing`] when there is no such key, and as [`KeySet::rotate`].
    pub fn revoke(&self, kid: Option<&str>, policy: &Policy, now: i64, entropy: &Entropy) -> Result<Self, KeyError> {
        let kept: Vec<Key> = self.living(now).into_iter().filter(|key| key.kid() != kid).collect();
        if self.keys.iter().all(|key| key.kid() != kid) {
            return Err(KeyError::Missing { kid: kid.unwrap_or_default().to_owned() });
        }
        if !kept.iter().any(Key::is_open_ended) {
            return follow(kept, Key::fresh(policy.algorithm, entropy)?, policy, now);
        }
        if kept.iter().any(|key| key.signs_at(now)) {
            return Self::new(kept);
        }
        Self::new(kept.into_iter().map(|key| key.opened(now)).collect())
    }

    fn living(&self, now: i64) -> Vec<Key> {
        self.keys.iter().filter(|key| key.verifies_at(now)).cloned().collect()
    }
}

/// The set in which `next` takes over from `keys`.
fn follow(keys: Vec<Key>, next: Key, policy: &Policy, now: i64) -> Result<KeySet, KeyError> {
    if let Some(waiting) = keys.iter().find(|key| key.waits_at(now)) {
        return Err(KeyError::Waiting { kid: waiting.kid().unwrap_or_default().to_owned() });
    }
    let signs = keys.iter().any(|key| key.signs_at(now));
    let begin = if signs { now.saturating_add(policy.lead()) } else { now };
    let mut all = vec![next.within(Window { sign_from: Some(begin), ..Window::default() })];
    let end = begin.saturating_add(policy.tail());
    all.extend(keys.into_iter().map(|key| if key.signs_at(now) { key.closed(begin, end) } else { key }));
    KeySet::new(all)
}

impl Key {
    /// Whether it signs, now or later, without an end.
    fn is_open_ended(&self) -> bool {
        !self.is_verify_only() && self.window().sign_until.is_none()
    }

    fn waits_at(&self, now: i64) -> bool {
        !self.is_verify_only() && self.window().sign_from.is_some_and(|from| from > now)
    }

    /// The key with the ends that a successor sets. It signs until then in any case: there is no other that could.
    fn closed(self, sign_until: i64, verify_until: i64) -> Self {
        let window = self.window();
        let verify_until = window.verify_until.map_or(verify_until, |end| end.max(verify_until));
        self.within(Window { sign_until: Some(sign_until), verify_until: Some(verify_until), ..window })
    }

    /// The key that need not wait any more.
    fn opened(self, now: i64) -> Self {
        let window = self.window();
        if self.waits_at(now) { self.within(Window { sign_from: Some(now), ..window }) } else { self }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self.thumbprint(), other.thumbprint()) {
            (Some(own), Some(others)) => own == others,
            (None, None) => self.source() == other.source(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{NOW, SECRET, made};

    const LEAD: i64 = 5 * 60 + 5 * 60 + 60;
    const DAY: i64 = 86_400;

    fn policy() -> Policy {
        Policy::new(Algorithm::EdDSA, &Rules::default())
    }

    fn entropy(seed: u8) -> Entropy {
        std::array::from_fn(|at| (at as u8).wrapping_mul(11).wrapping_add(seed))
    }

    fn first() -> KeySet {
        KeySet::first(Algorithm::EdDSA, &entropy(1)).unwrap()
    }

    fn kids(keys: &KeySet) -> Vec<&str> {
        keys.keys().iter().map(|key| key.kid().unwrap_or("-")).collect()
    }

    #[test]
    fn kr_18_a_new_key_is_called_by_its_thumbprint_and_a_secret_by_chance() {
        for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384] {
            let key = Key::fresh(algorithm, &entropy(1)).unwrap();
            assert_eq!(key.kid(), key.thumbprint().as_deref());
        }
        let [one, other] = [1, 2].map(|seed| Key::fresh(Algorithm::HS256, &entropy(seed)).unwrap());
        assert_ne!(one.kid(), other.kid());
        assert_eq!(one.kid().map(str::len), Some(32));
    }

    #[test]
    fn a_next_key_is_published_before_it_signs() {
        let (old, next) = (first(), first().rotate(&policy(), NOW, &entropy(2)).unwrap());
        let (old, new) = (kids(&old)[0], kids(&next)[0]);
        let signer = |now| next.signer(now).and_then(Key::kid);
        assert_eq!((signer(NOW), signer(NOW + LEAD - 1), signer(NOW + LEAD)), (Some(old), Some(old), Some(new)));
        assert_eq!(next.jwks(NOW)["keys"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn kr_01_an_old_key_verifies_until_its_last_token_has_died() {
        let next = first().rotate(&policy(), NOW, &entropy(2)).unwrap();
        let window = next.keys()[1].window();
        assert_eq!(window.sign_until, Some(NOW + LEAD));
        assert_eq!(window.verify_until, Some(NOW + LEAD + Policy::BOUND + DAY + 60));
        let later = next.rotate(&policy(), window.verify_until.unwrap(), &entropy(3)).unwrap();
        assert_eq!(later.keys().len(), 2, "the dead key is gone: {:?}", kids(&later));
        let earlier = next.rotate(&policy(), window.verify_until.unwrap() - 1, &entropy(3)).unwrap();
        assert_eq!(earlier.keys().len(), 3);
    }

    #[test]
    fn a_slow_publication_delays_the_first_signature() {
        let policy = Policy { delay: 1000, ..policy() };
        let next = first().rotate(&policy, NOW, &entropy(2)).unwrap();
        assert_eq!(next.keys()[0].window().sign_from, Some(NOW + LEAD + 1000));
    }

    #[test]
    fn a_set_changes_its_algorithm_when_it_rotates() {
        let django = KeySet::first(Algorithm::HS256, &entropy(1)).unwrap();
        let next = django.rotate(&policy(), NOW, &entropy(2)).unwrap();
        assert_eq!(next.signer(NOW).unwrap().algorithm(), Algorithm::HS256);
        assert_eq!(next.signer(NOW + LEAD).unwrap().algorithm(), Algorithm::EdDSA);
    }

    #[test]
    fn one_rotation_waits_for_the_other() {
        let next = first().rotate(&policy(), NOW, &entropy(2)).unwrap();
        let again = |now| next.rotate(&policy(), now, &entropy(3)).map(drop);
        assert_eq!(again(NOW + LEAD - 1), Err(KeyError::Waiting { kid: kids(&next)[0].to_owned() }));
        assert_eq!(again(NOW + LEAD), Ok(()));
    }

    #[test]
    fn keys_of_rsa_are_not_made() {
        let policy = Policy { algorithm: Algorithm::RS256, ..policy() };
        let refused = first().rotate(&policy, NOW, &entropy(2)).map(drop);
        assert_eq!(refused, Err(KeyError::Unmade { algorithm: Algorithm::RS256 }));
    }

    #[test]
    fn where_no_key_signs_the_next_one_does_at_once() {
        let dead = Window { verify_until: Some(NOW), ..Window::default() };
        let keys = KeySet::new(vec![made(Algorithm::ES256, "dead", 1).within(dead)]).unwrap();
        let next = keys.rotate(&policy(), NOW, &entropy(2)).unwrap();
        assert!(next.signer(NOW).is_some() && !next.knows("dead"));
    }

    #[test]
    fn a_signer_with_an_end_signs_until_the_next_one_does() {
        let soon = Window { sign_until: Some(NOW + 1), verify_until: Some(NOW + 2), ..Window::default() };
        let keys = KeySet::new(vec![made(Algorithm::ES256, "soon", 1).within(soon)]).unwrap();
        let next = keys.rotate(&policy(), NOW, &entropy(2)).unwrap();
        assert!((NOW..NOW + LEAD + 9).all(|now| next.signer(now).is_some()));
    }

    #[test]
    fn a_secret_of_django_joins_and_never_signs() {
        let secret = || Key::hmac(None, Algorithm::HS256, b"django-insecure-").unwrap();
        let until = Window { verify_until: Some(NOW + DAY), ..Window::default() };
        let keys = first().import(secret().verify_only().within(until), &policy(), NOW).unwrap();
        assert_eq!(keys.verifiers(None, Algorithm::HS256, NOW).count(), 1);
        assert_eq!(keys.verifiers(None, Algorithm::HS256, NOW + DAY).count(), 0);
        assert_eq!(keys.signer(NOW).and_then(Key::kid), first().keys()[0].kid());
        assert_eq!(keys.import(secret().verify_only(), &policy(), NOW).map(drop), Err(KeyError::Known));
        let signing = first().import(secret(), &policy(), NOW).map(drop);
        assert!(matches!(signing, Err(KeyError::Weak { .. })), "{signing:?}");
    }

    #[test]
    fn an_imported_signer_is_the_next_in_turn() {
        let own = made(Algorithm::ES384, "mine", 1);
        let keys = first().import(own.clone(), &policy(), NOW).unwrap();
        assert_ne!(keys.signer(NOW).and_then(Key::kid), Some("mine"));
        assert_eq!(keys.signer(NOW + LEAD).and_then(Key::kid), Some("mine"));
        let taken = first().import(made(Algorithm::ES256, kids(&first())[0], 1), &policy(), NOW).map(drop);
        assert!(matches!(taken, Err(KeyError::Duplicate { .. })), "{taken:?}");
        let public = Key::public_jwk(None, Algorithm::ES384, &own.jwk().unwrap()).unwrap();
        assert_eq!(keys.import(public, &policy(), NOW).map(drop), Err(KeyError::Known));
    }

    #[test]
    fn kr_08_a_revoked_key_is_gone_and_another_signs() {
        let alone = first().revoke(Some(kids(&first())[0]), &policy(), NOW, &entropy(2)).unwrap();
        assert_eq!(alone.keys().len(), 1);
        assert!(alone.signer(NOW).is_some() && alone.signer(NOW).unwrap().kid() != first().keys()[0].kid());

        let next = first().rotate(&policy(), NOW, &entropy(2)).unwrap();
        let opened = next.revoke(Some(kids(&first())[0]), &policy(), NOW, &entropy(3)).unwrap();
        assert_eq!(opened.signer(NOW).and_then(Key::kid), Some(kids(&next)[0]), "the key that waits signs at once");
        assert_eq!(opened.keys().len(), 1);
    }

    #[test]
    fn revoking_the_next_key_leaves_no_gap() {
        let next = first().rotate(&policy(), NOW, &entropy(2)).unwrap();
        let other = next.revoke(Some(kids(&next)[0]), &policy(), NOW, &entropy(3)).unwrap();
        assert!(!other.knows(kids(&next)[0]));
        assert!((0..3 * LEAD).all(|after| other.signer(NOW + after).is_some()));
    }

    #[test]
    fn what_is_not_there_cannot_be_revoked() {
        let refused = |kid| first().revoke(kid, &policy(), NOW, &entropy(2)).map(drop);
        assert_eq!(refused(Some("other")), Err(KeyError::Missing { kid: "other".into() }));
        assert_eq!(refused(None), Err(KeyError::Missing { kid: String::new() }));
        let nameless = Key::hmac(None, Algorithm::HS256, SECRET).unwrap().verify_only();
        let keys = first().import(nameless, &policy(), NOW).unwrap();
        assert_eq!(kids(&keys.revoke(None, &policy(), NOW, &entropy(2)).unwrap()), kids(&first()));
    }
}
