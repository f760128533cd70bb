//! What the settings mean for tokens: rules, lifetimes, and how keys follow one another.

use crate::{
    table::Settings,
    values::choice::{Legacy, Profile},
};
use token::{Names, Policy, Rules};

impl Settings {
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
        let hides_refresh = self.profile == Profile::Hardened;
        Policy { hides_refresh, longest_lifetime: policy.longest_lifetime.max(legacy), ..policy }
    }

    /// How long a refresh token is good for: as long as a session may go without a refresh, and never longer than it may last.
    #[must_use]
    pub fn refresh_lifetime(&self) -> i64 {
        self.within_idle(self.refresh_token_lifetime)
    }

    /// The same after a login that asked to be remembered; `None` where nobody can.
    #[must_use]
    pub fn remembered_lifetime(&self) -> Option<i64> {
        (self.remember_lifetime > 0).then(|| self.within_idle(self.remember_lifetime))
    }

    fn within_idle(&self, lifetime: i64) -> i64 {
        self.within_session(match self.session_idle_lifetime {
            0 => lifetime,
            idle => lifetime.min(idle),
        })
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
            .max(self.remember_lifetime)
            .max(self.sliding_token_lifetime)
            .max(self.sliding_token_refresh_lifetime)
            .max(0)
    }

    fn names(&self) -> Names {
        Names {
            jti: self.jti_claim.clone().unwrap_or_else(|| Names::default().jti),
            jti_may_be_missing: self.jti_claim.is_none(),
            refresh_exp: self.sliding_token_refresh_exp_claim.clone(),
            revoke: self.revoke_token_claim.clone(),
            token_type: self.token_type_claim.clone().unwrap_or_else(|| Names::default().token_type),
            token_type_may_be_missing: self.token_type_claim.is_none(),
            user_id: self.user_id_claim.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retired_key_verifies_as_long_as_its_last_legacy_token_lives() {
        let lifetime = |given: &[(&str, &str)]| Settings::of(given).unwrap().policy().longest_lifetime;
        let delta = ("JWT_EXPIRATION_DELTA", "30d");
        assert_eq!(lifetime(&[delta]), 86_400);
        assert_eq!(lifetime(&[delta, ("LEGACY", "drf-jwt"), ("JWT_LEEWAY", "5")]), 30 * 86_400 + 5);
    }

    #[test]
    fn a_remembered_login_lasts_within_the_bounds_of_sessions_and_of_keys() {
        let settings = |given: &[(&str, &str)]| Settings::of(given).unwrap();
        assert_eq!(settings(&[]).remembered_lifetime(), None);
        let remember = ("REMEMBER_LIFETIME", "60d");
        assert_eq!(settings(&[remember]).remembered_lifetime(), Some(60 * 86_400));
        assert_eq!(settings(&[remember]).policy().longest_lifetime, 60 * 86_400);
        assert_eq!(settings(&[remember, ("SESSION_MAX_LIFETIME", "30d")]).remembered_lifetime(), Some(30 * 86_400));
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

    #[test]
    fn a_lifetime_of_less_than_nothing_makes_no_rule_shorter_than_nothing() {
        let none =
            ["ACCESS_TOKEN_LIFETIME", "REFRESH_TOKEN_LIFETIME", "SLIDING_TOKEN_LIFETIME"].map(|name| (name, "-5m"));
        let settings = Settings::of(&[&none[..], &[("SLIDING_TOKEN_REFRESH_LIFETIME", "0")]].concat()).unwrap();
        assert_eq!((settings.rules().longest_lifetime, settings.access_token_lifetime), (0, -300));
    }
}
