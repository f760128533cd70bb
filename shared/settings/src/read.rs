//! How variables become settings.

use crate::{
    accounts,
    checks::{self, code, foreign, near, notes},
    fault::{Fault, Faults},
    table::Settings,
    values::{choice::Profile, kind, secret::Secret},
};

impl Settings {
    /// Reads every setting through `lookup`; a value that is absent, blank or `none` is the profile's default,
    /// but for `none` as the name of a claim that tokens may lack.
    ///
    /// # Errors
    /// All values that cannot be read; where all can, all pairs that contradict each other.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Faults> {
        let profile = kind::PROFILE.take("PROFILE", lookup("PROFILE"), "simplejwt").unwrap_or(Profile::SimpleJwt);
        let mut faults = Faults::default();
        faults.extend(foreign::refused(&lookup));
        faults.extend(code::unread(&lookup));
        let settings = Self::fill(profile, &lookup, &mut faults).ok_or(faults.clone())?;
        let notes = notes::of(&settings, &lookup);
        let settings = Self { notes, ..settings }.without_what_is_ignored();
        faults.extend(checks::contradictions(&settings));
        if accounts::are_made(&lookup) {
            faults.extend(accounts::contradictions(&settings));
        }
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }

    /// The settings of these variables and values; every other one has its profile's default.
    ///
    /// # Errors
    /// As [`Settings::read`].
    pub fn of(variables: &[(impl AsRef<str>, impl AsRef<str>)]) -> Result<Self, Faults> {
        let given = |name: &str| variables.iter().find(|(known, _)| known.as_ref() == name);
        let settings = Self::read(|name| given(name).map(|(_, value)| value.as_ref().to_owned()))?;
        Ok(settings.noting(variables.iter().map(|(name, _)| name.as_ref())))
    }

    /// What was given and does not do what it says, a sentence each. The service starts all the same, as Simple JWT does.
    #[must_use]
    pub fn notes(&self) -> &[Fault] {
        &self.notes
    }

    /// With a note for each of these names of variables that is nearly one of a setting.
    pub(crate) fn noting<'a>(mut self, names: impl Iterator<Item = &'a str>) -> Self {
        self.notes.extend(names.filter_map(near::miss));
        self
    }

    /// Simple JWT looks at neither where one secret signs and verifies.
    fn without_what_is_ignored(self) -> Self {
        match self.algorithm.is_symmetric() {
            true => Self { jwk_url: None, verifying_key: Secret::default(), ..self },
            false => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{table::TABLE, values::choice::UserIdField};
    use token::Algorithm;

    #[test]
    fn an_empty_environment_is_simple_jwt() {
        let settings = Settings::read(|_| None).unwrap();
        assert_eq!(settings.profile, Profile::SimpleJwt);
        assert_eq!((settings.access_token_lifetime, settings.refresh_token_lifetime), (300, 86_400));
        assert_eq!(settings.algorithm, Algorithm::HS256);
        assert_eq!(settings.user_id_field, UserIdField::Id);
        assert_eq!(settings.auth_header_name, "authorization");
        assert!(!settings.rotate_refresh_tokens && !settings.session_check && settings.check_user_is_active);
        assert!(settings.audience.is_empty() && settings.issuer.is_none() && settings.signing_key.is_empty());
    }

    #[test]
    fn a_profile_presets_the_others_and_each_can_still_be_set() {
        let settings = Settings::of(&[("PROFILE", "hardened"), ("REFRESH_GRACE_SECONDS", "3")]).unwrap();
        assert!(settings.rotate_refresh_tokens && settings.reuse_detection && settings.require_session);
        assert_eq!(settings.refresh_grace_seconds, 3);
        assert_eq!(settings.algorithm, Algorithm::EdDSA);
    }

    #[test]
    fn blank_and_none_are_the_default() {
        let settings =
            Settings::of(&[("ACCESS_TOKEN_LIFETIME", " "), ("ISSUER", "None"), ("AUDIENCE", "none")]).unwrap();
        assert_eq!(settings.access_token_lifetime, 300);
        assert_eq!((settings.issuer, settings.audience), (None, vec![]));
    }

    #[test]
    fn every_row_is_read() {
        // A text that no row but the free ones accepts.
        let free = ["SIGNING_KEY", "VERIFYING_KEY", "AUDIENCE", "ISSUER", "JWT_SECRET_KEY", "JWT_PRIVATE_KEY"];
        let others = ["JWT_PUBLIC_KEY", "JWT_AUDIENCE", "JWT_ISSUER", "OAUTH_CLIENTS", "CORS_URLS_REGEX", "SITE_NAME"];
        let free = [free, others].concat();
        for row in TABLE.iter().filter(|row| !free.contains(&row.variable)) {
            let faults = Settings::of(&[(row.variable, "no such thing!,")]).unwrap_err();
            let variables: Vec<&str> = faults.iter().map(Fault::variable).collect();
            assert_eq!(variables, [row.variable]);
            assert!(faults.to_string().ends_with(&format!("; give {}", row.kind)), "{faults}");
        }
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let faults =
            Settings::of(&[("ACCESS_TOKEN_LIFETIME", "5x"), ("LEEWAY", "-1"), ("AUTH_TOKEN_CLASS", "x")]).unwrap_err();
        assert_eq!(
            faults.to_string(),
            "AUTH_TOKEN_CLASS: is no longer a setting; use AUTH_TOKEN_CLASSES\n\
             ACCESS_TOKEN_LIFETIME: \"5x\" is not a lifetime; give seconds, or numbers with s, m, h, d, w such as 5m or 1d12h\n\
             LEEWAY: \"-1\" is not a span of time; give seconds from 0 on, or numbers with s, m, h, d, w such as 1m"
        );
    }

    #[test]
    fn the_defaults_of_both_profiles_are_good_when_typed() {
        for profile in Profile::ALL {
            let column = |name: &str| {
                TABLE.iter().find(|row| row.variable == name).map(|row| profile.of(row.simplejwt, row.hardened))
            };
            Settings::read(|_| None).unwrap();
            Settings::read(|name| column(name).map(str::to_owned)).unwrap();
        }
    }

    #[test]
    fn variables_are_upper_case_fields_and_none_is_twice() {
        for (place, row) in TABLE.iter().enumerate() {
            assert!(
                row.variable.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'),
                "{}",
                row.variable
            );
            assert!(TABLE.iter().take(place).all(|earlier| earlier.variable != row.variable), "{}", row.variable);
            assert!(row.doc.ends_with('.') && !row.doc.starts_with(' '), "{}", row.doc);
        }
    }

    #[test]
    fn keys_are_not_printed() {
        let settings = Settings::of(&[("SIGNING_KEY", "correct horse battery staple")]).unwrap();
        let printed = format!("{settings:?}");
        assert!(!printed.contains("horse"), "{printed}");
        assert_eq!(settings.signing_key.text(), "correct horse battery staple");
    }
}
