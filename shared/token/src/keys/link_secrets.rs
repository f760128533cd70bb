//! Secrets for the links in mails.

use crate::keys::{
    generate::{Entropy, derived},
    key::Key,
    key_set::KeySet,
};
use zeroize::Zeroizing;

/// What links are signed with. Debug prints none of it.
pub struct LinkSecrets {
    /// Our own, the one that signs now first: derived of the keys, and used for nothing else.
    pub own: Vec<Zeroizing<Entropy>>,
    /// Secrets that only verify: `SECRET_KEY` of a Django project, imported with its tokens.
    pub former: Vec<Zeroizing<Vec<u8>>>,
}

impl KeySet {
    /// The secrets of links at `now` (Unix seconds). A secret lives as long as the key that it comes of: a link that is older
    /// than the last token of a rotated key is dead.
    #[must_use]
    pub fn link_secrets(&self, now: i64) -> LinkSecrets {
        let living = || self.keys.iter().filter(move |key| key.verifies_at(now) && !key.is_for_refresh());
        let signer = self.signer(now).into_iter();
        let others =
            living().filter(|key| !key.is_verify_only() && self.signer(now).is_none_or(|own| !own.is_same(key)));
        let secret = |key: &Key| derived(key.source(), "links").ok().map(Zeroizing::new);
        let former = living().filter(|key| key.is_verify_only() && key.algorithm().is_symmetric());
        LinkSecrets {
            own: signer.chain(others).filter_map(secret).collect(),
            former: former.map(|key| Zeroizing::new(key.source().to_vec())).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        keys::{algorithm::Algorithm, key::Window, policy::Policy},
        rules::Rules,
        sample::NOW,
    };

    #[test]
    fn a_link_outlives_the_rotation_of_its_key_and_its_secret_is_no_key() {
        let policy = Policy::new(Algorithm::EdDSA, &Rules::default());
        let first = KeySet::first(Algorithm::EdDSA, &[3; 80]).unwrap();
        let next = first.rotate(&policy, NOW, &[7; 80]).unwrap();
        let (before, after) = (first.link_secrets(NOW), next.link_secrets(NOW));
        assert_eq!((before.own.len(), after.own.len()), (1, 2));
        assert_eq!(*before.own[0], *after.own[0], "the new key signs later");
        let later = next.link_secrets(NOW + 3_600);
        assert_eq!((*later.own[0], *later.own[1]), (*after.own[1], *before.own[0]));
        assert!(!first.keys[0].source().windows(16).any(|part| before.own[0].windows(16).any(|other| part == other)));
    }

    #[test]
    fn a_secret_that_only_verifies_opens_the_links_of_a_former_service() {
        let own = Key::fresh(Algorithm::EdDSA, &[3; 80]).unwrap();
        let former = Key::hmac(None, Algorithm::HS256, b"SECRET_KEY of Django").unwrap().verify_only();
        let secrets = KeySet::new(vec![own, former]).unwrap().link_secrets(NOW);
        assert_eq!(secrets.former.iter().map(|secret| &**secret).collect::<Vec<_>>(), [b"SECRET_KEY of Django"]);
        assert_eq!(secrets.own.len(), 1);
    }

    #[test]
    fn a_key_that_has_ended_or_signs_refresh_tokens_alone_makes_no_secret() {
        let key = |seed| Key::fresh(Algorithm::HS256, &[seed, 1].repeat(40).try_into().unwrap()).unwrap();
        let ended = key(3).within(Window { verify_until: Some(NOW), ..Window::default() });
        let secrets = KeySet::new(vec![key(2), ended, key(4).for_refresh()]).unwrap().link_secrets(NOW);
        assert_eq!((secrets.own.len(), secrets.former.len()), (1, 0));
    }
}
