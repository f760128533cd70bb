//! The secret that the template makes before any function has run, and the keys that are derived of it.

use crate::keys::{
    algorithm::Algorithm,
    generate::derived,
    generation::generation,
    key::{Key, Window},
    key_error::KeyError,
    key_set::{self, KeySet},
    policy::Policy,
};

/// What the template calls the secret.
const INITIAL: &str = "initial";

impl KeySet {
    /// Reads the secret of a deployment, as [`KeySet::parse`] does.
    ///
    /// A new deployment's secret is one that the template made, by itself and for HS256, because the template can make no
    /// other. Of it the first keys of `policy` are derived, so that the first token already is signed by a key of the
    /// algorithm that was asked for, and every function has the same ones whenever it starts. The secret itself verifies,
    /// as it may have signed before; for RSA, whose keys cannot be derived, it goes on to sign.
    ///
    /// # Errors
    /// As [`KeySet::parse`].
    pub fn parse_secret(json: &str, policy: &Policy) -> Result<Self, KeyError> {
        let set = Self::parse(json)?;
        let Some(initial) = set.keys.first().filter(|key| key.kid() == Some(INITIAL) && key_set::is_bare(json)) else {
            return Ok(set);
        };
        let Ok(mut keys) = first(initial, policy) else { return Ok(set) };
        let ended = Window { sign_until: Some(0), ..initial.window() };
        keys.push(initial.clone().within(ended));
        Self::new(keys)
    }
}

/// The first keys of `policy`, made of the template's secret.
///
/// # Errors
/// [`KeyError::Unmade`] for RSA; [`KeyError::Known`] where the secret itself is what is asked for.
fn first(initial: &Key, policy: &Policy) -> Result<Vec<Key>, KeyError> {
    if policy.algorithm.is_symmetric() || !initial.algorithm().is_symmetric() {
        return Err(KeyError::Known);
    }
    let entropy = derived(initial.source(), policy.algorithm.name())?;
    generation(Key::fresh(policy.algorithm, &entropy)?, policy, &entropy)
}

/// Whether two keys of a set come from one secret: the template's, or derived of it.
pub(crate) fn is_of_one_secret(set: &KeySet, kid: Option<&str>, other: Option<&str>) -> bool {
    let initial = set.keys.iter().find(|key| key.kid() == Some(INITIAL) && key.algorithm().is_symmetric());
    let Some(initial) = initial else { return false };
    let comes_from = |kid: Option<&str>| kid == Some(INITIAL) || names(initial).any(|name| Some(&*name) == kid);
    comes_from(kid) && comes_from(other)
}

/// The names of all keys that may have been derived of the template's secret and published.
fn names(initial: &Key) -> impl Iterator<Item = String> {
    let derived = |algorithm: &Algorithm| {
        let entropy = derived(initial.source(), algorithm.name()).ok()?;
        Key::fresh(*algorithm, &entropy).ok()?.kid().map(str::to_owned)
    };
    Algorithm::ALL.iter().filter(|algorithm| !algorithm.is_symmetric()).filter_map(derived)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{rules::Rules, sample::NOW};

    const SECRET: &str = r#"{"kid":"initial","alg":"HS256","material":"N0bodyHasEverSeenThisOneAsTheTemplateMakesItOf62LettersAndDigits"}"#;

    fn policy(algorithm: Algorithm) -> Policy {
        Policy { hides_refresh: true, ..Policy::new(algorithm, &Rules::default()) }
    }

    fn kids(set: &KeySet) -> Vec<String> {
        set.keys().iter().filter_map(Key::kid).map(str::to_owned).collect()
    }

    #[test]
    fn the_first_keys_are_those_that_the_settings_ask_for_and_the_same_everywhere() {
        for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384] {
            let set = KeySet::parse_secret(SECRET, &policy(algorithm)).unwrap();
            assert_eq!(set.signer(NOW).map(Key::algorithm), Some(algorithm));
            assert_eq!(set.signer(NOW).and_then(Key::kid), set.signer(NOW).and_then(Key::thumbprint).as_deref());
            assert!(set.refresh_signer(NOW).is_some_and(|key| key.kid() != Some(INITIAL)));
            assert_eq!(set.verifiers(Some(INITIAL), Algorithm::HS256, NOW).count(), 1, "it may have signed before");
            assert_eq!(*KeySet::parse_secret(SECRET, &policy(algorithm)).unwrap().to_json(), *set.to_json());
            assert_eq!(*KeySet::parse_secret(&set.to_json(), &policy(algorithm)).unwrap().to_json(), *set.to_json());
        }
    }

    #[test]
    fn the_secret_signs_where_it_is_what_is_asked_for_and_where_nothing_can_be_made_of_it() {
        for algorithm in [Algorithm::HS256, Algorithm::HS512, Algorithm::RS256, Algorithm::PS384] {
            let set = KeySet::parse_secret(SECRET, &policy(algorithm)).unwrap();
            assert_eq!((kids(&set), set.signer(NOW).is_some()), (vec![INITIAL.to_owned()], true), "{algorithm}");
        }
        let own = SECRET.replace(INITIAL, "of my own");
        assert_eq!(kids(&KeySet::parse_secret(&own, &policy(Algorithm::EdDSA)).unwrap()), ["of my own"]);
        let set = format!("{{\"keys\":[{SECRET}]}}");
        assert_eq!(kids(&KeySet::parse_secret(&set, &policy(Algorithm::EdDSA)).unwrap()), [INITIAL]);
    }

    #[test]
    fn the_next_key_follows_the_derived_one_and_the_secret_ends_with_it() {
        let policy = policy(Algorithm::EdDSA);
        let first = KeySet::parse_secret(SECRET, &policy).unwrap();
        let next = first.rotate(&policy, NOW, &[7; 80]).unwrap();
        assert_eq!(next.check_follows(&first, &policy, NOW), Ok(()));
        assert_eq!(next.signer(NOW).and_then(Key::kid), first.signer(NOW).and_then(Key::kid));
        let initial = next.keys().iter().find(|key| key.kid() == Some(INITIAL)).unwrap();
        assert!(!initial.signs_at(NOW) && initial.window().verify_until.is_some());
    }

    #[test]
    fn kr_08_what_comes_of_one_secret_is_revoked_together() {
        let policy = policy(Algorithm::EdDSA);
        let first = KeySet::parse_secret(SECRET, &policy).unwrap();
        let rotated = first.rotate(&policy, NOW, &[7; 80]).unwrap();
        for kid in [INITIAL, first.signer(NOW).unwrap().kid().unwrap()] {
            for set in [&first, &rotated] {
                let next = set.revoke(Some(kid), &policy, NOW, &[9; 80]).unwrap();
                assert!(kids(&first).iter().all(|kid| !next.knows(kid)), "{kid}: {next:?}");
                assert!(next.signer(NOW).is_some() && next.refresh_signer(NOW).is_some());
            }
        }
        let added = rotated.keys().iter().filter_map(Key::thumbprint).find(|kid| !first.knows(kid)).unwrap();
        let next = rotated.revoke(Some(&added), &policy, NOW, &[9; 80]).unwrap();
        assert!(kids(&first).iter().all(|kid| next.knows(kid)) && !next.knows(&added), "{next:?}");
    }
}
