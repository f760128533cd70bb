//! What the table expands to: the struct, the list of rows, and the reading of both.

use crate::{
    checks,
    choice::{Legacy, Profile},
    fault::{Fault, Faults},
    kind,
    table::Settings,
};
use token::{Names, Policy, Rules};

/// One row of the table in words, for the page of settings, the template and the tests.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The environment variable.
    pub variable: &'static str,
    /// What it accepts.
    pub kind: &'static str,
    /// The default in profile `simplejwt`, as it would be typed; empty means not set.
    pub simplejwt: &'static str,
    /// The default in profile `hardened`.
    pub hardened: &'static str,
    /// What it does, in a sentence or two.
    pub doc: &'static str,
}

impl Settings {
    /// Reads every setting through `lookup`; a value that is absent, blank or `none` is the profile's default.
    ///
    /// # Errors
    /// All values that cannot be read; where all can, all pairs that contradict each other.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Faults> {
        let profile = kind::PROFILE.take("PROFILE", lookup("PROFILE"), "simplejwt").unwrap_or(Profile::SimpleJwt);
        let mut faults = Faults::default();
        faults.extend(REMOVED.iter().filter(|(variable, _)| lookup(variable).is_some()).map(removed));
        let settings = Self::fill(profile, &lookup, &mut faults).ok_or(faults.clone())?;
        faults.extend(checks::contradictions(&settings));
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }

    /// The settings of these variables and values; every other one has its profile's default.
    ///
    /// # Errors
    /// As [`Settings::read`].
    pub fn of(variables: &[(impl AsRef<str>, impl AsRef<str>)]) -> Result<Self, Faults> {
        let given = |name: &str| variables.iter().find(|(known, _)| known.as_ref() == name);
        Self::read(|name| given(name).map(|(_, value)| value.as_ref().to_owned()))
    }

    /// The rules by which tokens are made and verified.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules {
            audience: self.audience.clone(),
            issuer: self.issuer.clone(),
            leeway: self.leeway,
            longest_lifetime: self.longest_lifetime(),
            names: self.names(),
        }
    }

    /// The scheme under which a token is asked for: the first of AUTH_HEADER_TYPES.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.auth_header_types.first().map_or("Bearer", String::as_str)
    }

    /// The policy by which keys follow one another: none stops verifying before the last token that it signed ends, legacy
    /// tokens included.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let legacy = match self.legacy {
            Legacy::Off => 0,
            Legacy::DrfJwt | Legacy::Jwt => self.jwt_expiration_delta.saturating_add(self.jwt_leeway),
        };
        let policy = Policy::new(self.algorithm, &self.rules());
        Policy { longest_lifetime: policy.longest_lifetime.max(legacy), ..policy }
    }

    /// How long a refresh token is good for: as long as a session may go without a refresh, and never longer than it may last.
    #[must_use]
    pub fn refresh_lifetime(&self) -> i64 {
        let lifetime = match self.session_idle_lifetime {
            0 => self.refresh_token_lifetime,
            idle => self.refresh_token_lifetime.min(idle),
        };
        self.within_session(lifetime)
    }

    /// How long after login a sliding token can be renewed: never longer than its session may last.
    #[must_use]
    pub fn sliding_refresh_lifetime(&self) -> i64 {
        self.within_session(self.sliding_token_refresh_lifetime)
    }

    fn within_session(&self, lifetime: i64) -> i64 {
        match self.session_max_lifetime {
            0 => lifetime,
            longest => lifetime.min(longest),
        }
    }

    fn longest_lifetime(&self) -> i64 {
        self.access_token_lifetime
            .max(self.refresh_token_lifetime)
            .max(self.sliding_token_lifetime)
            .max(self.sliding_token_refresh_lifetime)
    }

    fn names(&self) -> Names {
        Names {
            jti: self.jti_claim.clone(),
            refresh_exp: self.sliding_token_refresh_exp_claim.clone(),
            revoke: self.revoke_token_claim.clone(),
            token_type: self.token_type_claim.clone(),
            user_id: self.user_id_claim.clone(),
        }
    }
}

/// Settings that Simple JWT refuses to start with, and what took their place. (Its `SECRET_KEY` is not among ours: other software uses
/// a variable of that name.)
const REMOVED: [(&str, &str); 3] = [
    ("AUTH_HEADER_TYPE", "AUTH_HEADER_TYPES"),
    ("AUTH_TOKEN_CLASS", "AUTH_TOKEN_CLASSES"),
    ("TOKEN_BACKEND_CLASS", "ALGORITHM with the key set, or with SIGNING_KEY"),
];

fn removed(&(variable, successor): &(&'static str, &str)) -> Fault {
    Fault::new(variable, format!("is no longer a setting; use {successor}"))
}

/// Expands the table to [`Settings`], [`TABLE`](crate::TABLE) and the private reading of all rows.
macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $variable:ident, $field:ident: $type:ty, $kind:ident, $simplejwt:literal, $hardened:literal;)+) => {
        /// Every setting, as a type.
        #[derive(Clone, Debug)]
        pub struct Settings {
            $($(#[doc = $doc])+ pub $field: $type,)+
        }

        /// Every row of the table, in order.
        pub const TABLE: &[$crate::Setting] = &[$($crate::Setting {
            variable: stringify!($variable),
            kind: $crate::kind::$kind.accepts,
            simplejwt: $simplejwt,
            hardened: $hardened,
            doc: concat!($($doc),+).trim_ascii(),
        }),+];

        impl Settings {
            /// Reads all rows before it looks at the first fault, so that all are told.
            pub(crate) fn fill(
                profile: Profile,
                lookup: &impl Fn(&str) -> Option<String>,
                faults: &mut $crate::Faults,
            ) -> Option<Self> {
                $(let $field = {
                    let variable = stringify!($variable);
                    let default = profile.of($simplejwt, $hardened);
                    faults.keep($crate::kind::$kind.take(variable, lookup(variable), default))
                };)+
                Some(Self { $($field: $field?,)+ })
            }
        }
    };
}
pub(crate) use settings;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TABLE, UserIdField};
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
        let free = [&free[..], &["JWT_PUBLIC_KEY", "JWT_AUDIENCE", "JWT_ISSUER", "OAUTH_CLIENTS"]].concat();
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
             ACCESS_TOKEN_LIFETIME: \"5x\" is not a lifetime; give seconds or a number with s, m, h, d such as 5m\n\
             LEEWAY: \"-1\" is not a span of time; give seconds from 0 on, or a number with s, m, h, d such as 1m"
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

    #[test]
    fn a_retired_key_verifies_as_long_as_its_last_legacy_token_lives() {
        let lifetime = |given: &[(&str, &str)]| Settings::of(given).unwrap().policy().longest_lifetime;
        let delta = ("JWT_EXPIRATION_DELTA", "30d");
        assert_eq!(lifetime(&[delta]), 86_400);
        assert_eq!(lifetime(&[delta, ("LEGACY", "drf-jwt"), ("JWT_LEEWAY", "5")]), 30 * 86_400 + 5);
    }

    #[test]
    fn rules_carry_names_and_the_longest_lifetime() {
        let rules =
            Settings::of(&[("USER_ID_CLAIM", "sub"), ("SLIDING_TOKEN_REFRESH_LIFETIME", "30d"), ("LEEWAY", "0.2")])
                .unwrap()
                .rules();
        assert_eq!(rules.names.user_id, "sub");
        assert_eq!((rules.longest_lifetime, rules.leeway), (30 * 86_400, 1));
    }
}
