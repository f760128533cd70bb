//! A value that is signed with its time, as Django's `signing.dumps` and `TimestampSigner` write it.

use crate::{digits, mac};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// What a signed value is for: the salt under which it is signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignedKind {
    /// The row of an address, by which django-allauth's mails confirm it (`account`).
    Address,
}

impl SignedKind {
    fn salt(self) -> &'static str {
        match self {
            Self::Address => "account",
        }
    }
}

/// `value:time:MAC`; the value, a text of JSON, in base64url, the time (`now`, Unix seconds) in base 62.
#[must_use]
pub fn sign(kind: SignedKind, value: &str, secret: &[u8], now: i64) -> String {
    let signed =
        format!("{}:{}", URL_SAFE_NO_PAD.encode(value), digits::base_62(u64::try_from(now).unwrap_or_default()));
    let tag = tag(kind, &signed, secret);
    format!("{signed}:{tag}")
}

/// The value, if one of the secrets signed it for this use, at most `lifetime` seconds ago and not later than in a minute.
#[must_use]
pub fn unsign(kind: SignedKind, text: &str, secrets: &[&[u8]], lifetime: i64, now: i64) -> Option<String> {
    let (signed, given) = text.rsplit_once(':')?;
    let (value, stamp) = signed.rsplit_once(':')?;
    let age = now.checked_sub(i64::try_from(digits::of_base_62(stamp)?).ok()?)?;
    if !(-60..=lifetime).contains(&age) || !secrets.iter().any(|secret| mac::is_same(&tag(kind, signed, secret), given))
    {
        return None;
    }
    String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()
}

/// The key that confirms an address of the user with this id, made at `now` (Unix seconds).
#[must_use]
pub fn address_key(id: &str, address: &str, secret: &[u8], now: i64) -> String {
    sign(SignedKind::Address, &format!("{id}\n{address}"), secret, now)
}

/// The user's id and the address, if one of the secrets signed the key at most `lifetime` seconds ago.
#[must_use]
pub fn of_address_key(key: &str, secrets: &[&[u8]], lifetime: i64, now: i64) -> Option<(String, String)> {
    let value = unsign(SignedKind::Address, key, secrets, lifetime, now)?;
    value.split_once('\n').map(|(id, address)| (id.to_owned(), address.to_owned()))
}

fn tag(kind: SignedKind, signed: &str, secret: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(mac::salted(&format!("{}signer", kind.salt()), secret, signed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_read_by_the_same_secret_within_its_time() {
        let text = sign(SignedKind::Address, "[\"7\",\"a@example.com\"]", b"secret", 1_000);
        let read = |secret: &[u8], now| unsign(SignedKind::Address, &text, &[b"other", secret], 600, now);
        assert_eq!(read(b"secret", 1_600).as_deref(), Some("[\"7\",\"a@example.com\"]"));
        assert_eq!([read(b"secret", 1_601), read(b"secret", 939), read(b"wrong", 1_000)], [None, None, None]);
        assert!(read(b"secret", 940).is_some(), "clocks differ by a minute");
    }

    #[test]
    fn a_key_names_its_user_and_the_address() {
        let key = address_key("7", "a@example.com", b"secret", 1_000);
        let read = |key: &str, now| of_address_key(key, &[b"secret"], 600, now);
        assert_eq!(read(&key, 1_600), Some(("7".to_owned(), "a@example.com".to_owned())));
        assert_eq!(read(&key, 1_601), None);
        assert_eq!(read(&sign(SignedKind::Address, "7", b"secret", 1_000), 1_000), None, "the row of an address");
    }
}
