//! Links that are sent by mail: Django's `uid` and `token`, and the signed values of django-allauth.
//!
//! A link is arithmetic, as a token is. It names a user and carries a MAC over everything that its use changes: the hash of
//! the password, the last login, the address. So it is dead once it was used, and nothing about it has to be kept. This crate
//! does no I/O, reads no clock and draws no randomness: `now` is an argument, in Unix seconds.

mod digits;
mod mac;
mod reset;
mod signed;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
pub use reset::{Kind, Secret, Subject, last_login, token, verify};
pub use signed::{SignedKind, address_key, of_address_key, sign, unsign};

/// The longest `uid` that is looked at, in bytes. Ids are a number or a UUID.
const LONGEST_UID: usize = 512;

/// What stands for `{uid}` in a link: the user's id in base64url without padding, as Django's `urlsafe_base64_encode` writes it.
#[must_use]
pub fn uid(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

/// The id that a `uid` stands for; `None` for what [`uid`] never writes, also where Django's decoder would take it.
#[must_use]
pub fn id_of(uid: &str) -> Option<String> {
    if uid.is_empty() || uid.len() > LONGEST_UID {
        return None;
    }
    String::from_utf8(URL_SAFE_NO_PAD.decode(uid).ok()?).ok()
}

/// The ids that a `uid` may stand for: that of [`id_of`], and the number that django-allauth writes in base 36.
#[must_use]
pub fn ids_of(uid: &str) -> Vec<String> {
    let number = digits::of_base_36(uid).map(|number| number.to_string());
    id_of(uid).into_iter().chain(number).collect()
}
