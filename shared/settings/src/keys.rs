//! The keys that the settings themselves hold.

use crate::{
    fault::{Fault, Faults},
    table::Settings,
    values::choice::Profile,
};
use token::{Key, KeyError, KeySet};

impl Settings {
    /// The key set of SIGNING_KEY and VERIFYING_KEY; `None` where neither is given and keys come from elsewhere.
    ///
    /// Its keys have no `kid`, so tokens look exactly as Simple JWT's do. In profile `hardened`, a private key has beside
    /// it a secret, made of it, that signs refresh tokens: no published key verifies them.
    ///
    /// # Errors
    /// A key that is weak, damaged, or of another kind than ALGORITHM.
    pub fn keys(&self) -> Result<Option<KeySet>, Faults> {
        let mut faults = Faults::default();
        let signing = faults.keep(fault("SIGNING_KEY", self.signing())).flatten();
        let verifying = faults.keep(fault("VERIFYING_KEY", self.verifying())).flatten();
        let verifying = verifying.filter(|key| signing.as_ref().is_none_or(|own| own.thumbprint() != key.thumbprint()));
        let secret =
            signing.as_ref().filter(|_| self.profile == Profile::Hardened).map(Key::refresh_secret).transpose();
        let secret = faults.keep(fault("SIGNING_KEY", secret)).flatten().flatten();
        let keys: Vec<Key> = signing.into_iter().chain(secret).chain(verifying).collect();
        let set = if keys.is_empty() { Ok(None) } else { KeySet::new(keys).map(Some) };
        let set = faults.keep(fault("SIGNING_KEY", set)).flatten();
        if faults.is_empty() { Ok(set) } else { Err(faults) }
    }

    fn signing(&self) -> Result<Option<Key>, KeyError> {
        match (self.signing_key.is_empty(), self.algorithm.is_symmetric()) {
            (true, _) => Ok(None),
            (false, true) => Key::hmac(None, self.algorithm, self.signing_key.text().as_bytes()).map(Some),
            (false, false) => Key::private_pem(None, self.algorithm, self.signing_key.text()).map(Some),
        }
    }

    fn verifying(&self) -> Result<Option<Key>, KeyError> {
        if self.verifying_key.is_empty() {
            return Ok(None);
        }
        Key::public_pem(None, self.algorithm, self.verifying_key.text()).map(Some)
    }
}

fn fault<T>(variable: &str, read: Result<T, KeyError>) -> Result<T, Fault> {
    read.map_err(|cause| Fault::new(variable, format!("{cause}; give another key")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pairs: &[(&str, &str)]) -> Result<Option<KeySet>, Faults> {
        Settings::of(pairs).unwrap().keys()
    }

    #[test]
    fn are_none_where_none_is_given() {
        assert!(keys(&[]).unwrap().is_none());
    }

    #[test]
    fn of_a_secret_have_no_kid() {
        let set = keys(&[("SIGNING_KEY", "a secret of Django's, fifty characters long or so")]).unwrap().unwrap();
        assert_eq!(set.signer(0).unwrap().kid(), None);
    }

    #[test]
    fn that_are_damaged_are_named() {
        let pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let faults = keys(&[("ALGORITHM", "RS256"), ("SIGNING_KEY", pem)]).unwrap_err();
        assert!(faults.to_string().starts_with("SIGNING_KEY: "), "{faults}");
    }
}
