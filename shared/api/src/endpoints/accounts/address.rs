//! Addresses, as Django's `EmailField` takes them.

use crate::{
    endpoints::accounts::fields::Faults,
    request::{api_request::ApiRequest, field::Char},
};

/// The name of the field.
pub(crate) const EMAIL: &str = "email";

const NULL: &str = "Null characters are not allowed.";
const INVALID: &str = "Enter a valid email address.";

/// The longest address of an account, in characters: a column of Django's.
const LONGEST: usize = 254;

/// The most characters before the `@`.
const LONGEST_LOCAL: usize = 64;

/// The longest address that is one, in characters.
const LONGEST_ADDRESS: usize = 320;

/// The address of an account; an empty one is none. `None` where the field was left out, or is wrong: all of it is told.
pub(crate) fn of_account(request: &ApiRequest<'_>, required: bool, faults: &mut Faults) -> Option<String> {
    let field = Char::trimmed(EMAIL).or_missing(!required);
    let text = text(request, if required { field } else { field.or_blank() }, faults)?;
    let fits = fits(&text, faults);
    let address = judged(text, faults)?;
    mailable(fits.then_some(address)?, faults)
}

/// The address that somebody signs up with, as dj-rest-auth takes it: all of it in lower case, and never empty.
pub(crate) fn of_signup(request: &ApiRequest<'_>, required: bool, faults: &mut Faults) -> Option<String> {
    let address = read(request, Char::trimmed(EMAIL).or_missing(!required), faults)?;
    let address = fits(&address, faults).then_some(address)?;
    mailable(address, faults).map(|address| address.to_lowercase())
}

/// The address that somebody logs in by, if they do.
pub(crate) fn of_login(request: &ApiRequest<'_>, faults: &mut Faults) -> Option<String> {
    read(request, Char::trimmed(EMAIL).or_missing(true).or_blank(), faults)
}

/// The address to which a mail is asked for.
pub(crate) fn of_mail(request: &ApiRequest<'_>, faults: &mut Faults) -> Option<String> {
    read(request, Char::trimmed(EMAIL), faults)
}

fn read(request: &ApiRequest<'_>, field: Char<'_>, faults: &mut Faults) -> Option<String> {
    judged(text(request, field, faults)?, faults)
}

/// What was typed. Anything that has no text is no address for Django, and `null` is nothing.
fn text(request: &ApiRequest<'_>, field: Char<'_>, faults: &mut Faults) -> Option<String> {
    let text = faults.text(request, field);
    if faults.has(EMAIL, NULL) {
        faults.add(EMAIL, INVALID);
    }
    faults.replace(EMAIL, "Not a valid string.", INVALID);
    text
}

fn judged(text: String, faults: &mut Faults) -> Option<String> {
    if text.is_empty() || is_address(&text) {
        return Some(text);
    }
    faults.add(EMAIL, INVALID);
    None
}

/// Whether a column of Django's has room for it.
fn fits(text: &str, faults: &mut Faults) -> bool {
    let fits = text.chars().count() <= LONGEST;
    if !fits {
        faults.add(EMAIL, &format!("Ensure this field has no more than {LONGEST} characters."));
    }
    fits
}

/// The address, unless it is one that no mail of ours reaches: with more than 64 characters before the `@` (RFC 5321 section
/// 4.5.3.1.1), or that of a host in brackets, which Amazon SES takes from nobody. Django takes both.
fn mailable(address: String, faults: &mut Faults) -> Option<String> {
    let (local, domain) = address.rsplit_once('@').unwrap_or_default();
    if local.len() <= LONGEST_LOCAL && !domain.starts_with('[') {
        return Some(address);
    }
    faults.add(EMAIL, INVALID);
    None
}

/// The address with its domain in lower case, as Django's `normalize_email` writes it.
pub(crate) fn normalized(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => address.to_owned(),
    }
}

/// Django's `EmailValidator`, but for quoted local parts, which no provider gives out.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_of_atom);
    text.chars().count() <= LONGEST_ADDRESS
        && local.split('.').all(is_atom)
        && (domain.eq_ignore_ascii_case("localhost") || is_domain(domain) || is_literal(domain))
}

/// `atext` of RFC 5322 section 3.2.3.
fn is_of_atom(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

fn is_domain(domain: &str) -> bool {
    let of_label = |c: char| c.is_ascii_alphanumeric() || c == '-' || c >= '\u{a1}';
    let is_label = |label: &str| {
        (1..=63).contains(&label.chars().count())
            && label.chars().all(of_label)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    let is_top = last.starts_with("xn--") || !last.contains(|c: char| c.is_ascii_digit());
    domain.contains('.') && domain.split('.').all(is_label) && last.chars().count() >= 2 && is_top
}

/// An address of a host in brackets.
fn is_literal(domain: &str) -> bool {
    let inside = domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']'));
    inside.is_some_and(|ip| ip.parse::<std::net::IpAddr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_django_takes_is_an_address_and_nothing_else() {
        let long = format!("{}@example.com", "a".repeat(65));
        for good in ["new@localhost", "new+tag@example.com", "new@[127.0.0.1]", "new@exämple.com", &long, "a.b@x.co.uk"]
        {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "new",
            "new@",
            "@example.com",
            "new@example",
            "a@b@example.com",
            "a b@example.com",
            "a@example.com\n",
            "a\r\nBcc: x@example.com",
            "ü@example.com",
            "a.@example.com",
            "\"a b\"@example.com",
            "a@-x.com",
            "a@x.c0m",
            "a@example..com",
            "a,b@example.com",
            "<a@example.com>",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn only_the_domain_is_the_same_in_any_case() {
        assert_eq!(normalized("New@EXAMPLE.com"), "New@example.com");
    }
}
