//! What may stand in a user's fields, by Django's rules.

use crate::{connection::Opened, fault::Fault};
use unicode_normalization::UnicodeNormalization;

/// Django's limits, in characters.
const LONGEST_NAME: usize = 150;
const LONGEST_EMAIL: usize = 254;

/// Django's UnicodeUsernameValidator, after its normalisation to NFKC.
///
/// # Errors
/// It is no username.
pub(super) fn username(text: &str) -> Result<String, Fault> {
    let name: String = text.nfkc().collect();
    let fine = |character: char| character.is_alphanumeric() || "@.+-_".contains(character);
    if name.is_empty() || !name.chars().all(fine) || name.chars().count() > LONGEST_NAME {
        return Err(Fault::refused(format!("{text:?} is not a username"))
            .next("use up to 150 letters, digits and the characters @ . + - _"));
    }
    Ok(name)
}

/// Django's `normalize_email`: the domain in lower case, the rest as it is. Nothing is no address.
///
/// # Errors
/// It is no address.
pub(super) fn email(text: &str) -> Result<String, Fault> {
    if text.is_empty() {
        return Ok(String::new());
    }
    match text.rsplit_once('@') {
        Some((local, domain)) if is_email(text, local, domain) => Ok(format!("{local}@{}", domain.to_lowercase())),
        _ => Err(Fault::refused(format!("{text:?} is not an email address")).next("write it like alice@example.org")),
    }
}

fn is_email(text: &str, local: &str, domain: &str) -> bool {
    let plain = |character: char| !character.is_whitespace() && !character.is_control();
    !local.is_empty() && !domain.is_empty() && text.chars().all(plain) && text.chars().count() <= LONGEST_EMAIL
}

/// A given or a family name, called `what` in the refusal.
///
/// # Errors
/// It is too long, or holds control characters.
pub(super) fn name(what: &str, text: &str) -> Result<String, Fault> {
    if text.chars().count() > LONGEST_NAME || text.chars().any(char::is_control) {
        return Err(Fault::refused(format!("the {what} is not a name")).next("use up to 150 printable characters"));
    }
    Ok(text.to_owned())
}

/// What to say when another user has the name.
///
/// # Errors
/// Who has it cannot be read.
pub(super) async fn taken(name: &str, opened: &Opened) -> Result<Fault, Fault> {
    let what = match opened.store.user_folded(name).await? {
        Some(owner) if owner.username != name => {
            format!("the username {name:?} is taken by {:?}, which differs by case alone", owner.username)
        }
        _ => format!("the username {name:?} is taken"),
    };
    Ok(Fault::refused(what).next(format!("choose another name; this one belongs to: latchkey users show {name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_those_of_django() {
        for name in ["a", "alice@example.org", "A.b+c-d_1", "zoë", "アリス", &"n".repeat(150)] {
            assert_eq!(username(name).unwrap(), name);
        }
        assert_eq!(username("\u{fb01}ona").unwrap(), "fiona");
        for name in ["", " ", "a b", "a/b", "a\0", "a\n", "a#b", &"n".repeat(151)] {
            assert!(username(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_domain_of_an_address_is_in_lower_case() {
        assert_eq!(email("Al@Example.ORG").unwrap(), "Al@example.org");
        assert_eq!(email("").unwrap(), "");
        for text in ["a", "@b", "a@", "a b@c", "a@b\n"] {
            assert!(email(text).is_err(), "{text:?}");
        }
    }
}
