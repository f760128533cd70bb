//! JSON Web Tokens as arithmetic: kinds, claims, keys and rules.
//!
//! A [`Token`] of a [`Kind`] exists only verified or freshly issued, so whoever holds one need not ask again. Time and
//! randomness are arguments: this crate does no I/O, reads no clock and draws no randomness.
//!
//! ```
//! use token::{Access, Algorithm, Claims, Key, KeySet, Refresh, Rules, Stamp, Token};
//!
//! let key = Key::hmac(Some("2026-01".into()), Algorithm::HS256, b"a secret of thirty-two bytes or more")?;
//! let (keys, rules, now) = (KeySet::new(vec![key])?, Rules::default(), 1_800_000_000);
//!
//! let login = Stamp { now, lifetime: 86_400, jti: &token::jti([7; 16]) };
//! let refresh = Token::<Refresh>::issue(&rules, login, "42", &Claims::default());
//! let access = refresh.access(&rules, Stamp { now, lifetime: 300, jti: &token::jti([8; 16]) });
//!
//! let signed = access.sign(&keys, &rules, now)?;
//! let read = Token::<Access>::verify(&signed.text, &keys, &rules, now + 299)?;
//! assert_eq!(read.user_id(), Some("42"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod claims;
mod compact;
mod error;
mod genuine;
mod issue;
#[cfg(test)]
mod jose_examples;
mod json;
mod jti;
mod keys;
mod kind;
mod known;
mod legacy;
mod rules;
#[cfg(test)]
mod sample;
mod stamp;
mod token;
#[cfg(test)]
mod wycheproof;

pub use check::{EPOCH, LONGEST_LIFETIME, is_id, login_time};
pub use claims::Claims;
pub use compact::{MAX_BYTES, unverified_session};
pub use error::Error;
pub use genuine::genuine_id;
pub use jti::{access_jti, jti, jti_of_session, session_of};
pub use keys::{
    algorithm::{Algorithm, UnknownAlgorithm},
    generate::Entropy,
    key::{Key, Window},
    key_error::KeyError,
    key_set::KeySet,
    link_secrets::LinkSecrets,
    policy::Policy,
    steps::{Progress, Step, Stuck, Work},
    succession::Unfit,
    weakness::Weakness,
};
pub use kind::{Access, Any, Kind, Refresh, Sliding};
pub use known::is_known_secret;
pub use legacy::{LegacyError, LegacyRules, LegacyToken, sign_legacy};
pub use rules::{Names, Rules};
pub use stamp::Stamp;
pub use token::{Signed, Token};
