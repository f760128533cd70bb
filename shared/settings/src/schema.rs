//! What the table expands to: the struct, the list of rows, and the reading of both.

use token::{Names, Rules};

use crate::fault::{Fault, Faults};
use crate::kind;
use crate::table::Settings;
use crate::{checks, choice::Profile};

/// One row of the table in words, for `--help`, the README and the tests.
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
