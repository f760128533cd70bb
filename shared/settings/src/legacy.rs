//! What the settings of `LEGACY` mean: defaults that depend on the package, rules, keys.

use crate::{
    fault::{Fault, Faults},
    table::Settings,
    values::{
        choice::{Legacy, SameSite},
        secret::Secret,
    },
};
use serde_json::Value;
use token::{Algorithm, Key, KeyError, KeySet, LegacyRules, Rules};

/// How many keys may be given at once: as many as are tried for a token that names none.
const MOST_KEYS: usize = 3;

impl Settings {
    /// The keys of JWT_SECRET_KEY, JWT_PRIVATE_KEY and JWT_PUBLIC_KEY, a set for each of JWT_ALGORITHM; where none is
    /// given, those of SIGNING_KEY, as both packages take Django's `SECRET_KEY`; `None` where the service's own key set
    /// is meant.
    ///
    /// # Errors
    /// A key that is weak, damaged, or of another kind than its algorithm; keys that nothing is done with.
    pub fn legacy_keys(&self) -> Result<Option<Vec<KeySet>>, Faults> {
        let given = [&self.jwt_secret_key, &self.jwt_private_key, &self.jwt_public_key];
        let none_given = given.iter().all(|key| key.is_empty());
        if self.legacy == Legacy::Off || (none_given && !self.shares_its_secret()) {
            return Ok(None);
        }
        let mut faults = Faults::default();
        let sets = self.jwt_algorithm.iter().filter_map(|algorithm| faults.keep(self.legacy_set(*algorithm))).collect();
        if faults.is_empty() { Ok(Some(sets)) } else { Err(faults) }
    }

    /// What a legacy token must satisfy.
    #[must_use]
    pub fn legacy_rules(&self) -> LegacyRules {
        LegacyRules {
            common: Rules {
                audience: self.jwt_audience.clone(),
                issuer: self.jwt_issuer.clone(),
                leeway: self.jwt_leeway,
                ..self.rules()
            },
            insists_on_kid: self.jwt_insist_on_kid,
            outlives_expiry: !self.jwt_verify_expiration,
            over_pyjwt_1: self.legacy == Legacy::Jwt,
        }
    }

    /// JWT_ALLOW_REFRESH, or the package's default.
    #[must_use]
    pub fn legacy_refresh(&self) -> bool {
        self.jwt_allow_refresh.unwrap_or(self.legacy == Legacy::DrfJwt)
    }

    /// JWT_AUTH_HEADER_PREFIX, or the package's default.
    #[must_use]
    pub fn legacy_prefix(&self) -> &str {
        let default = if self.legacy == Legacy::Jwt { "JWT" } else { "Bearer" };
        self.jwt_auth_header_prefix.as_deref().unwrap_or(default)
    }

    /// JWT_AUTH_COOKIE_SECURE, or the package's default.
    #[must_use]
    pub fn legacy_cookie_is_secure(&self) -> bool {
        self.jwt_auth_cookie_secure.unwrap_or(self.legacy == Legacy::DrfJwt)
    }

    /// JWT_AUTH_COOKIE_SAMESITE, or the package's default.
    #[must_use]
    pub fn legacy_cookie_same_site(&self) -> Option<SameSite> {
        self.jwt_auth_cookie_samesite.or((self.legacy == Legacy::DrfJwt).then_some(SameSite::Lax))
    }

    fn legacy_set(&self, algorithm: Algorithm) -> Result<KeySet, Fault> {
        let keys =
            if algorithm.is_symmetric() { self.legacy_secrets(algorithm) } else { self.legacy_pairs(algorithm) }?;
        KeySet::new(keys).map_err(|_| missing(algorithm))
    }

    /// Whether SIGNING_KEY is a secret, and all of JWT_ALGORITHM take one.
    fn shares_its_secret(&self) -> bool {
        let secret = self.algorithm.is_symmetric() && !self.signing_key.is_empty();
        secret && self.jwt_algorithm.iter().all(|algorithm| algorithm.is_symmetric())
    }

    fn legacy_secrets(&self, algorithm: Algorithm) -> Result<Vec<Key>, Fault> {
        let variable = "JWT_SECRET_KEY";
        let secrets = match several(variable, &self.jwt_secret_key)? {
            given if given.is_empty() && self.shares_its_secret() => vec![(None, self.signing_key.clone())],
            given => given,
        };
        let made = secrets.into_iter().map(|(kid, secret)| Key::hmac(kid, algorithm, secret.text().as_bytes()));
        made.collect::<Result<_, _>>().map_err(|cause| unusable(variable, &cause))
    }

    /// The key that signs, then those that only verify, except its own other half.
    fn legacy_pairs(&self, algorithm: Algorithm) -> Result<Vec<Key>, Fault> {
        let (private, public) = ("JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY");
        let signing = several(private, &self.jwt_private_key)?.into_iter().next();
        let signing = signing.map(|(kid, pem)| Key::private_pem(kid, algorithm, pem.text())).transpose();
        let signing = signing.map_err(|cause| unusable(private, &cause))?;
        let verifying = several(public, &self.jwt_public_key)?.into_iter();
        let verifying = verifying.map(|(kid, pem)| Key::public_pem(kid, algorithm, pem.text()));
        let verifying: Vec<Key> = verifying.collect::<Result<_, _>>().map_err(|cause| unusable(public, &cause))?;
        let own = signing.as_ref().and_then(Key::thumbprint);
        let others = verifying.into_iter().filter(|key| own.is_none() || key.thumbprint() != own);
        Ok(signing.into_iter().chain(others).collect())
    }
}

/// One key, or several in JSON: a list, or an object of kid and key. The order is kept.
fn several(variable: &str, given: &Secret) -> Result<Vec<(Option<String>, Secret)>, Fault> {
    let text = given.text().trim();
    let keys = match serde_json::from_str(text) {
        Ok(Value::Array(keys)) => keys.into_iter().map(|key| (None, key)).collect::<Vec<_>>(),
        Ok(Value::Object(keys)) => keys.into_iter().map(|(kid, key)| (Some(kid), key)).collect(),
        _ if text.starts_with("[\"") || text.starts_with("{\"") => return Err(garbled(variable)),
        _ if given.is_empty() => return Ok(Vec::new()),
        _ => return Ok(vec![(None, given.clone())]),
    };
    let read = |(kid, key): (Option<String>, Value)| Some((kid, Secret::new(key.as_str()?)));
    let keys: Option<Vec<_>> = keys.into_iter().map(read).collect();
    keys.filter(|keys| (1..=MOST_KEYS).contains(&keys.len())).ok_or_else(|| garbled(variable))
}

fn garbled(variable: &str) -> Fault {
    Fault::new(
        variable,
        format!(
            "looks like JSON and is not what it should be; give one to {MOST_KEYS} keys as [\"…\", \"…\"] or {{\"kid\": \"…\"}}"
        ),
    )
}

fn missing(algorithm: Algorithm) -> Fault {
    let variable = if algorithm.is_symmetric() { "JWT_SECRET_KEY" } else { "JWT_PRIVATE_KEY" };
    Fault::new(variable, format!("is needed for {algorithm} in JWT_ALGORITHM; give a key, or take {algorithm} out"))
}

fn unusable(variable: &str, cause: &KeyError) -> Fault {
    Fault::new(variable, format!("{cause}; give another key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "key-one-key-one-key-one-key-one";
    const TWO: &str = "key-two-key-two-key-two-key-two";

    fn settings(pairs: &[(&str, &str)]) -> Result<Settings, Faults> {
        Settings::of(pairs)
    }

    fn keys(secret: &str) -> Vec<KeySet> {
        settings(&[("LEGACY", "drf-jwt"), ("JWT_SECRET_KEY", secret)]).unwrap().legacy_keys().unwrap().unwrap()
    }

    fn fault(pairs: &[(&str, &str)]) -> String {
        settings(&[&[("LEGACY", "jwt")], pairs].concat()).err().unwrap_or_default().to_string()
    }

    #[test]
    fn defaults_are_those_of_the_package() {
        let of = |legacy| {
            let settings = settings(&[("LEGACY", legacy)]).unwrap();
            let cookie = (settings.legacy_cookie_is_secure(), settings.legacy_cookie_same_site());
            (settings.legacy_refresh(), settings.legacy_prefix().to_owned(), cookie)
        };
        assert_eq!(of("jwt"), (false, "JWT".to_owned(), (false, None)));
        assert_eq!(of("drf-jwt"), (true, "Bearer".to_owned(), (true, Some(SameSite::Lax))));
    }

    #[test]
    fn defaults_give_way_to_what_is_set() {
        let settings = settings(&[
            ("LEGACY", "drf-jwt"),
            ("JWT_ALLOW_REFRESH", "false"),
            ("JWT_AUTH_HEADER_PREFIX", "Token"),
            ("JWT_AUTH_COOKIE_SECURE", "false"),
            ("JWT_AUTH_COOKIE_SAMESITE", "Strict"),
        ]);
        let settings = settings.unwrap();
        assert!(!settings.legacy_refresh() && !settings.legacy_cookie_is_secure());
        assert_eq!((settings.legacy_prefix(), settings.legacy_cookie_same_site()), ("Token", Some(SameSite::Strict)));
    }

    #[test]
    fn without_keys_the_services_own_are_meant() {
        assert!(settings(&[("LEGACY", "jwt")]).unwrap().legacy_keys().unwrap().is_none());
        assert!(settings(&[("JWT_SECRET_KEY", ONE)]).unwrap().legacy_keys().unwrap().is_none(), "LEGACY is off");
    }

    #[test]
    fn the_secret_of_simple_jwt_serves_where_there_is_no_other() {
        let of = |pairs: &[(&str, &str)]| {
            let settings = settings(&[&[("LEGACY", "jwt"), ("SIGNING_KEY", ONE)], pairs].concat()).unwrap();
            let sets = settings.legacy_keys().unwrap().unwrap_or_default();
            sets.iter().map(|set| set.keys()[0].algorithm()).collect::<Vec<_>>()
        };
        assert_eq!(of(&[]), [Algorithm::HS256]);
        assert_eq!(of(&[("JWT_ALGORITHM", "HS512,HS256")]), [Algorithm::HS512, Algorithm::HS256]);
        assert_eq!(of(&[("JWT_ALGORITHM", "RS256")]), []);
    }

    #[test]
    fn a_key_is_one_a_list_or_an_object_of_names() {
        let names = |secret: &str| {
            let sets = keys(secret);
            sets[0].keys().iter().map(|key| key.kid().map(str::to_owned)).collect::<Vec<_>>()
        };
        assert_eq!(names(ONE), [None]);
        assert_eq!(names("[an odd, but good secret"), [None]);
        assert_eq!(names(&format!("[\"{ONE}\", \"{TWO}\"]")), [None, None]);
        let named = format!("{{\"z\": \"{ONE}\", \"a\": \"{TWO}\"}}");
        assert_eq!(names(&named), [Some("z".to_owned()), Some("a".to_owned())], "the first signs");
    }

    #[test]
    fn each_algorithm_has_its_set() {
        let settings = settings(&[("LEGACY", "drf-jwt"), ("JWT_SECRET_KEY", ONE), ("JWT_ALGORITHM", "HS256,HS512")]);
        let sets = settings.unwrap().legacy_keys().unwrap().unwrap();
        let algorithms: Vec<_> = sets.iter().flat_map(KeySet::keys).map(Key::algorithm).collect();
        assert_eq!(algorithms, [Algorithm::HS256, Algorithm::HS512]);
    }

    #[test]
    fn keys_that_cannot_be_used_stop_the_start_and_are_not_shown() {
        for garbled in ["[\"", "[]", "[1]", "{}", "{\"k\": 1}", "[\"a\",\"b\",\"c\",\"d\"]", "{\"k\": \"a\""] {
            assert!(fault(&[("JWT_SECRET_KEY", garbled)]).starts_with("JWT_SECRET_KEY: looks like JSON"), "{garbled}");
        }
        assert!(fault(&[("JWT_SECRET_KEY", "aaaaaaaa")]).starts_with("JWT_SECRET_KEY: "));
        assert!(fault(&[("JWT_PRIVATE_KEY", "x")]).starts_with("JWT_SECRET_KEY: is needed for HS256"));
        let other = [("JWT_ALGORITHM", "RS256"), ("JWT_SECRET_KEY", ONE)];
        assert!(fault(&other).starts_with("JWT_PRIVATE_KEY: is needed for RS256"));
        assert!(fault(&[("JWT_ALGORITHM", "ES256"), ("JWT_PUBLIC_KEY", "x")]).starts_with("JWT_PUBLIC_KEY: "));
    }

    #[test]
    fn rules_are_those_of_the_package() {
        let settings =
            settings(&[("LEGACY", "jwt"), ("JWT_LEEWAY", "5"), ("LEEWAY", "9"), ("JWT_VERIFY_EXPIRATION", "false")]);
        let rules = settings.unwrap().legacy_rules();
        assert_eq!((rules.common.leeway, rules.outlives_expiry, rules.over_pyjwt_1), (5, true, true));
    }
}
