//! How one key follows another, so that no valid token is ever refused and no dead one accepted.
//!
//! A new key is published first and signs later, when everybody who verifies has fetched it; an old key stops signing
//! then, and verifies until the last token it can have signed has died.

use crate::keys::{
    algorithm::Algorithm,
    generate::Entropy,
    generation::{generation, secret},
    initial,
    key::{Key, Window},
    key_error::KeyError,
    key_set::{KeySet, MOST_NAMELESS},
    policy::Policy,
};

impl KeySet {
    /// A set of one new key, which signs from the beginning.
    ///
    /// # Errors
    /// As [`Key::generate`].
    pub fn first(algorithm: Algorithm, entropy: &Entropy) -> Result<Self, KeyError> {
        Self::new(vec![Key::fresh(algorithm, entropy)?])
    }

    /// The first set of a deployment under `policy`: new keys, which sign from the beginning.
    ///
    /// # Errors
    /// As [`Key::generate`].
    pub fn begin(policy: &Policy, entropy: &Entropy) -> Result<Self, KeyError> {
        Self::new(generation(Key::fresh(policy.algorithm, entropy)?, policy, entropy)?)
    }

    /// The next set: a new key that will sign, the old ones with their ends, without those that are dead.
    ///
    /// The new key signs after [`Policy::lead`]; at once, where no key signs at `now` (Unix seconds).
    ///
    /// # Errors
    /// [`KeyError::Waiting`] while the key of the last rotation does not sign yet; [`KeyError::Unmade`] for RSA, whose
    /// keys are [imported](KeySet::import).
    pub fn rotate(&self, policy: &Policy, now: i64, entropy: &Entropy) -> Result<Self, KeyError> {
        let next = generation(Key::fresh(policy.algorithm, entropy)?, policy, entropy)?;
        follow(self.living(now), next, policy, now)
    }

    /// The set with a key from elsewhere. One that only verifies joins as it is; one that signs is the next in turn, as
    /// by [`KeySet::rotate`].
    ///
    /// # Errors
    /// [`KeyError::Duplicate`] for a name that is taken; [`KeyError::Known`] for a key that is there already, under
    /// whatever name; [`KeyError::TooMany`] for one more without a name than are tried; [`KeyError::Waiting`]; [`KeyError::Weak`] for a secret below 32 bytes that is to sign.
    pub fn import(&self, key: Key, policy: &Policy, now: i64, entropy: &Entropy) -> Result<Self, KeyError> {
        if self.keys.iter().any(|known| known.is_same(&key)) {
            return Err(KeyError::Known);
        }
        key.check_strength()?;
        let mut keys = self.living(now);
        if key.kid().is_none() && keys.iter().filter(|known| known.kid().is_none()).count() >= MOST_NAMELESS {
            return Err(KeyError::TooMany);
        }
        if key.is_verify_only() {
            keys.push(key);
            return Self::new(keys);
        }
        follow(keys, generation(key, policy, entropy)?, policy, now)
    }

    /// The set without the key of a name, or without the nameless ones: for a key that was stolen. What it signed is
    /// refused from now on. Where no other key signs, the one that waits does so at once, or else a new one.
    ///
    /// With a key that signs goes what lay beside it: the secrets for tokens that are renewed, and all that was made of
    /// one secret. Who could read the one could read the other.
    ///
    /// # Errors
    /// [`KeyError::Missing`] when there is no such key, and as [`KeySet::rotate`].
    pub fn revoke(&self, kid: Option<&str>, policy: &Policy, now: i64, entropy: &Entropy) -> Result<Self, KeyError> {
        let is_named = |key: &Key| key.kid() == kid || initial::is_of_one_secret(self, key.kid(), kid);
        let (gone, kept): (Vec<Key>, Vec<Key>) = self.living(now).into_iter().partition(is_named);
        if self.keys.iter().all(|key| key.kid() != kid) {
            return Err(KeyError::Missing { kid: kid.unwrap_or_default().to_owned() });
        }
        let lay_beside = |key: &Key| key.is_for_refresh() && gone.iter().any(|gone| gone.signed_beside(key));
        let kept: Vec<Key> = kept.into_iter().filter(|key| !lay_beside(key)).collect();
        if !kept.iter().any(|key| key.is_open_ended() && !key.is_for_refresh()) {
            let next = generation(Key::fresh(policy.algorithm, entropy)?, policy, entropy)?;
            return follow(kept, next, policy, now);
        }
        Self::new(opened(kept, now))?.with_refresh_secret(policy, now, entropy)
    }

    /// The set with a secret for tokens that are renewed, where `policy` wants one and there is none yet. It signs at
    /// once, unless another one does: nobody is told beforehand, so this is for a set that one process uses, and for
    /// haste.
    ///
    /// # Errors
    /// As [`Key::generate`].
    pub fn with_refresh_secret(&self, policy: &Policy, now: i64, entropy: &Entropy) -> Result<Self, KeyError> {
        let is_published = |key: &Key| key.is_open_ended() && !key.algorithm().is_symmetric();
        let has_one = self.keys.iter().any(|key| key.is_for_refresh() && key.is_open_ended());
        if has_one || !policy.hides_refresh || !self.keys.iter().any(is_published) {
            return Ok(self.clone());
        }
        let begin = if self.refresh_signer(now).is_some() { now.saturating_add(policy.lead()) } else { now };
        let added = secret(entropy)?.for_lifetime(Some(policy.longest_lifetime));
        let added = added.within(Window { sign_from: Some(begin), ..Window::default() });
        Self::new(std::iter::once(added).chain(self.keys.iter().cloned()).collect())
    }

    fn living(&self, now: i64) -> Vec<Key> {
        self.keys.iter().filter(|key| key.verifies_at(now)).cloned().collect()
    }
}

/// The set in which the keys `next` take over from `keys`.
fn follow(keys: Vec<Key>, next: Vec<Key>, policy: &Policy, now: i64) -> Result<KeySet, KeyError> {
    if let Some(waiting) = keys.iter().find(|key| key.waits_at(now)) {
        return Err(KeyError::Waiting { kid: waiting.kid().unwrap_or_default().to_owned() });
    }
    let signs = keys.iter().any(|key| key.signs_at(now) && !key.is_for_refresh());
    let begin = if signs { now.saturating_add(policy.lead()) } else { now };
    let opening = Window { sign_from: Some(begin), ..Window::default() };
    let end = |key: &Key| begin.saturating_add(policy.tail(key.longest_lifetime()));
    let closed = |key: Key| {
        if key.is_replaced_at(now) {
            let end = end(&key);
            key.closed(now, begin, end)
        } else {
            key
        }
    };
    let next = next.into_iter().map(|key| key.within(opening));
    KeySet::new(next.chain(keys.into_iter().map(closed)).collect())
}

/// The keys, of which those that wait sign at once where no other does.
fn opened(keys: Vec<Key>, now: i64) -> Vec<Key> {
    let sign = |for_refresh| keys.iter().any(|key| key.signs_at(now) && key.is_for_refresh() == for_refresh);
    let (others, refresh) = (sign(false), sign(true));
    let one_signs = |key: &Key| if key.is_for_refresh() { refresh } else { others };
    keys.into_iter().map(|key| if one_signs(&key) { key } else { key.opened(now) }).collect()
}

impl Key {
    /// Whether it signs, now or later, without an end.
    fn is_open_ended(&self) -> bool {
        !self.is_verify_only() && self.window().sign_until.is_none()
    }

    fn waits_at(&self, now: i64) -> bool {
        !self.is_verify_only() && self.window().sign_from.is_some_and(|from| from > now)
    }

    /// Whether a successor sets its ends: it signs, or has signed and does not say when its last token dies.
    fn is_replaced_at(&self, now: i64) -> bool {
        self.signs_at(now) || (!self.is_verify_only() && self.window().verify_until.is_none())
    }

    /// Whether it signed at a time at which `secret` signed the tokens that are renewed.
    fn signed_beside(&self, secret: &Self) -> bool {
        let bounds = |key: &Self| {
            let window = key.window();
            (window.sign_from.unwrap_or(i64::MIN), window.sign_until.unwrap_or(i64::MAX))
        };
        let ((from, until), (other_from, other_until)) = (bounds(self), bounds(secret));
        !self.is_verify_only() && !self.is_for_refresh() && from < other_until && other_from < until
    }

    /// The key with the ends that a successor sets. If it signs, it does so until then in any case: there is no other
    /// that could.
    fn closed(self, now: i64, sign_until: i64, verify_until: i64) -> Self {
        let window = self.window();
        let ended = window.sign_until.filter(|until| *until <= now);
        let verify_until = window.verify_until.map_or(verify_until, |end| end.max(verify_until));
        self.within(Window { sign_until: ended.or(Some(sign_until)), verify_until: Some(verify_until), ..window })
    }

    /// The key that need not wait any more.
    fn opened(self, now: i64) -> Self {
        let window = self.window();
        if self.waits_at(now) { self.within(Window { sign_from: Some(now), ..window }) } else { self }
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
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
    use crate::{
        rules::Rules,
        sample::{NOW, SECRET, made},
    };

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
    fn an_old_key_verifies_as_long_as_the_tokens_from_before_lifetimes_were_made_shorter() {
        let long = Policy { longest_lifetime: 30 * DAY, ..policy() };
        let end = |set: &KeySet, policy: &Policy| {
            let next = set.rotate(policy, NOW, &entropy(2)).unwrap();
            next.keys()[1].window().verify_until.unwrap() - NOW - LEAD - Policy::BOUND - 60
        };
        let made = KeySet::begin(&long, &entropy(1)).unwrap();
        let kept = KeySet::parse(&made.to_json()).unwrap();
        assert_eq!([end(&made, &policy()), end(&kept, &policy())], [30 * DAY; 2]);
        assert_eq!(end(&KeySet::begin(&policy(), &entropy(1)).unwrap(), &long), 30 * DAY);
        assert_eq!(end(&first(), &policy()), DAY, "a key that does not say it signs for what is set");
        let rotated = made.rotate(&policy(), NOW, &entropy(2)).unwrap();
        assert_eq!(
            rotated.keys()[0].longest_lifetime(),
            Some(DAY),
            "the next key signs for what is set when it is made"
        );
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
        let keys = first().import(secret().verify_only().within(until), &policy(), NOW, &entropy(9)).unwrap();
        assert_eq!(keys.verifiers(None, Algorithm::HS256, NOW).count(), 1);
        assert_eq!(keys.verifiers(None, Algorithm::HS256, NOW + DAY).count(), 0);
        assert_eq!(keys.signer(NOW).and_then(Key::kid), first().keys()[0].kid());
        assert_eq!(keys.import(secret().verify_only(), &policy(), NOW, &entropy(9)).map(drop), Err(KeyError::Known));
        let signing = first().import(secret(), &policy(), NOW, &entropy(9)).map(drop);
        assert!(matches!(signing, Err(KeyError::Weak { .. })), "{signing:?}");
    }

    #[test]
    fn every_nameless_key_that_is_taken_is_tried() {
        let secret = |at: usize| Key::hmac(None, Algorithm::HS256, format!("{at}{SECRET:?}").as_bytes()).unwrap();
        let import = |keys: KeySet, at| keys.import(secret(at).verify_only(), &policy(), NOW, &entropy(9));
        let full = (0..MOST_NAMELESS).try_fold(first(), import).unwrap();
        assert_eq!(full.verifiers(None, Algorithm::HS256, NOW).count(), MOST_NAMELESS);
        assert_eq!(import(full.clone(), 99).map(drop), Err(KeyError::TooMany));
        let named = Key::hmac(Some("named".into()), Algorithm::HS256, SECRET).unwrap().verify_only();
        assert!(full.import(named, &policy(), NOW, &entropy(9)).is_ok());
    }

    #[test]
    fn an_imported_signer_is_the_next_in_turn() {
        let own = made(Algorithm::ES384, "mine", 1);
        let keys = first().import(own.clone(), &policy(), NOW, &entropy(9)).unwrap();
        assert_ne!(keys.signer(NOW).and_then(Key::kid), Some("mine"));
        assert_eq!(keys.signer(NOW + LEAD).and_then(Key::kid), Some("mine"));
        let taken = first().import(made(Algorithm::ES256, kids(&first())[0], 1), &policy(), NOW, &entropy(9)).map(drop);
        assert!(matches!(taken, Err(KeyError::Duplicate { .. })), "{taken:?}");
        let public = Key::public_jwk(None, Algorithm::ES384, &own.jwk().unwrap()).unwrap();
        assert_eq!(keys.import(public, &policy(), NOW, &entropy(9)).map(drop), Err(KeyError::Known));
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
        let keys = first().import(nameless, &policy(), NOW, &entropy(9)).unwrap();
        assert_eq!(kids(&keys.revoke(None, &policy(), NOW, &entropy(2)).unwrap()), kids(&first()));
    }

    fn hiding() -> Policy {
        Policy { hides_refresh: true, ..policy() }
    }

    fn secrets(keys: &KeySet) -> Vec<&str> {
        keys.keys().iter().filter(|key| key.is_for_refresh()).filter_map(Key::kid).collect()
    }

    #[test]
    fn a_published_key_has_a_secret_beside_it_for_refresh_tokens() {
        let keys = KeySet::begin(&hiding(), &entropy(1)).unwrap();
        assert_eq!(kids(&keys).len(), 2);
        assert_eq!(keys.refresh_signer(NOW).and_then(Key::kid), Some(secrets(&keys)[0]));
        assert_ne!(keys.signer(NOW).and_then(Key::kid), keys.refresh_signer(NOW).and_then(Key::kid));
        assert_eq!(keys.jwks(NOW)["keys"].as_array().unwrap().len(), 1, "it is not published");
        let again = KeySet::parse(&keys.to_json()).unwrap();
        assert_eq!((secrets(&again), again.to_json()), (secrets(&keys), keys.to_json()));
        let shared = KeySet::begin(&Policy { algorithm: Algorithm::HS256, ..hiding() }, &entropy(1)).unwrap();
        assert!(secrets(&shared).is_empty(), "nobody publishes a secret");
    }

    #[test]
    fn both_take_their_turn_together() {
        let first = KeySet::begin(&hiding(), &entropy(1)).unwrap();
        let next = first.rotate(&hiding(), NOW, &entropy(2)).unwrap();
        let signers = |now| (next.signer(now).unwrap().kid(), next.refresh_signer(now).unwrap().kid());
        let (before, after) = (signers(NOW + LEAD - 1), signers(NOW + LEAD));
        assert!(before.0 != after.0 && before.1 != after.1);
        assert_eq!(before.0, first.signer(NOW).unwrap().kid());
        let ends = |kid| next.keys().iter().find(|key| key.kid() == kid).unwrap().window();
        assert_eq!(ends(before.0), ends(before.1));
        assert_eq!(next.check_follows(&first, &hiding(), NOW), Ok(()));
    }

    #[test]
    fn a_set_without_a_secret_gets_one_with_its_next_key_and_loses_it_where_none_is_wanted() {
        let next = first().rotate(&hiding(), NOW, &entropy(2)).unwrap();
        assert!(next.refresh_signer(NOW + LEAD - 1).is_none() && next.refresh_signer(NOW + LEAD).is_some());
        assert_eq!(next.check_follows(&first(), &hiding(), NOW), Ok(()));
        let back = next.rotate(&policy(), NOW + LEAD, &entropy(3)).unwrap();
        assert!(back.refresh_signer(NOW + 2 * LEAD).is_none());
        assert_eq!(secrets(&back).len(), 1, "what it signed is good until it ends");
    }

    #[test]
    fn a_stolen_key_takes_the_secret_beside_it_along() {
        let first = KeySet::begin(&hiding(), &entropy(1)).unwrap();
        let next = first.revoke(Some(kids(&first)[0]), &hiding(), NOW, &entropy(2)).unwrap();
        assert_eq!((kids(&next).len(), secrets(&next).len()), (2, 1));
        assert!(kids(&first).iter().all(|kid| !next.knows(kid)), "{next:?}");
        assert!(next.signer(NOW).is_some() && next.refresh_signer(NOW).is_some());

        let rotated = first.rotate(&hiding(), NOW, &entropy(2)).unwrap();
        let opened = rotated.revoke(first.signer(NOW).unwrap().kid(), &hiding(), NOW, &entropy(3)).unwrap();
        assert!(kids(&first).iter().all(|kid| !opened.knows(kid)) && opened.keys().len() == 2);
        assert!(opened.signer(NOW).is_some() && opened.refresh_signer(NOW).is_some());
    }

    #[test]
    fn a_stolen_secret_goes_alone_and_another_takes_its_place() {
        let first = KeySet::begin(&hiding(), &entropy(1)).unwrap();
        let next = first.revoke(Some(secrets(&first)[0]), &hiding(), NOW, &entropy(2)).unwrap();
        assert_eq!(next.signer(NOW).and_then(Key::kid), first.signer(NOW).and_then(Key::kid));
        assert_ne!(next.refresh_signer(NOW).and_then(Key::kid), Some(secrets(&first)[0]));
        assert!(next.refresh_signer(NOW).is_some() && next.keys().len() == 2);
    }

    #[test]
    fn a_stolen_key_leaves_the_secrets_that_never_signed_beside_it() {
        let first = KeySet::begin(&hiding(), &entropy(1)).unwrap();
        let next = first.rotate(&hiding(), NOW, &entropy(2)).unwrap();
        let without = |key: Option<&Key>| next.revoke(key.unwrap().kid(), &hiding(), NOW, &entropy(3)).unwrap();
        let (old, new) = (without(next.signer(NOW)), without(next.signer(NOW + LEAD)));
        assert!(old.knows(next.refresh_signer(NOW + LEAD).unwrap().kid().unwrap()));
        assert!(new.knows(next.refresh_signer(NOW).unwrap().kid().unwrap()));
    }

    #[test]
    fn a_rotation_moves_the_end_of_no_key_that_signs_no_more() {
        let imported = Key::hmac(None, Algorithm::HS256, SECRET).unwrap().verify_only();
        let keys = first().import(imported, &policy(), NOW, &entropy(9)).unwrap();
        let once = keys.rotate(&policy(), NOW, &entropy(2)).unwrap();
        let twice = once.rotate(&policy(), NOW + DAY, &entropy(3)).unwrap();
        let window = |set: &KeySet, kid: Option<&str>| set.keys().iter().find(|key| key.kid() == kid).unwrap().window();
        assert_eq!((window(&once, None), window(&twice, None)), (Window::default(), Window::default()));
        let old = first();
        assert_eq!(window(&twice, Some(kids(&old)[0])), window(&once, Some(kids(&old)[0])));
    }

    #[test]
    fn a_stolen_secret_lets_the_one_that_waits_sign_and_no_other_key() {
        let first = KeySet::begin(&hiding(), &entropy(1)).unwrap();
        let next = first.rotate(&hiding(), NOW, &entropy(2)).unwrap();
        let left = next.revoke(Some(secrets(&first)[0]), &hiding(), NOW, &entropy(3)).unwrap();
        assert_eq!(left.signer(NOW).and_then(Key::kid), first.signer(NOW).and_then(Key::kid));
        assert_eq!(left.signer(NOW + LEAD).and_then(Key::kid), next.signer(NOW + LEAD).and_then(Key::kid));
        assert_eq!(left.refresh_signer(NOW).and_then(Key::kid), next.refresh_signer(NOW + LEAD).and_then(Key::kid));
    }

    #[test]
    fn where_a_secret_alone_signs_the_next_key_does_at_once() {
        let first = KeySet::begin(&hiding(), &entropy(1)).unwrap();
        let dead = Window { verify_until: Some(NOW), ..Window::default() };
        let end = |key: &Key| if key.is_for_refresh() { key.clone() } else { key.clone().within(dead) };
        let ended = KeySet::new(first.keys().iter().map(end).collect()).unwrap();
        assert!(ended.signer(NOW).is_none() && ended.refresh_signer(NOW).is_some());
        assert!(ended.rotate(&hiding(), NOW, &entropy(2)).unwrap().signer(NOW).is_some());
    }

    #[test]
    fn revoking_an_imported_key_leaves_the_secrets_alone() {
        let nameless = Key::hmac(None, Algorithm::HS256, SECRET).unwrap().verify_only();
        let first = KeySet::begin(&hiding(), &entropy(1)).unwrap();
        let keys = first.import(nameless, &hiding(), NOW, &entropy(2)).unwrap();
        let left = keys.revoke(None, &hiding(), NOW, &entropy(3)).unwrap();
        assert_eq!(kids(&left), kids(&first));
    }

    #[test]
    fn one_process_can_add_the_secret_by_itself() {
        let keys = first().with_refresh_secret(&hiding(), NOW, &entropy(2)).unwrap();
        assert!(keys.refresh_signer(NOW).is_some() && keys.keys().len() == 2);
        let again = keys.with_refresh_secret(&hiding(), NOW, &entropy(3)).unwrap();
        assert_eq!(kids(&again), kids(&keys));
        assert_eq!(first().with_refresh_secret(&policy(), NOW, &entropy(2)).unwrap().keys().len(), 1);
        assert!(keys.refresh_signer(NOW - 1).is_none(), "it signs from now on");
        let shared = KeySet::first(Algorithm::HS256, &entropy(1)).unwrap();
        assert_eq!(
            shared.with_refresh_secret(&hiding(), NOW, &entropy(2)).unwrap().keys().len(),
            1,
            "nobody publishes it"
        );
    }
}
