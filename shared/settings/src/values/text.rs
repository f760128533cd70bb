//! Words, lists, names and keys as they are typed.

use crate::values::secret::Secret;
use std::net::IpAddr;

pub(crate) fn switch(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

pub(crate) fn count(text: &str) -> Option<i64> {
    text.trim().parse().ok().filter(|count| *count > 0)
}

pub(crate) fn up_to_100(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|count| *count <= 100)
}

pub(crate) fn optional(text: &str) -> Option<Option<String>> {
    Some(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// What `read` makes of the text; nothing of none.
pub(crate) fn unless_empty<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match text.trim() {
        "" => Some(None),
        text => read(text).map(Some),
    }
}

/// A name of a cookie or a scheme of a header.
pub(crate) fn word(text: &str) -> Option<String> {
    is_token(text).then(|| text.to_owned())
}

/// A domain or a path, of which nothing can end the attribute of a cookie.
pub(crate) fn place(text: &str) -> Option<String> {
    text.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-_/~".contains(letter)).then(|| text.to_owned())
}

/// A page of a front end that is told both parts of a link, or all of it, and nothing that would end a line or an attribute.
pub(crate) fn link(text: &str) -> Option<String> {
    let is_plain = text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._~:/?#&=+%{}".contains(letter));
    let told = ["{uid}", "{token}", "{key}"].map(|part| text.matches(part).count());
    let others = text.replace("{uid}", "").replace("{token}", "").replace("{key}", "");
    let is_told = told == [1, 1, 0] || told == [0, 0, 1];
    (is_plain && is_told && !others.contains(['{', '}'])).then(|| text.to_owned())
}

/// A field of the form for signing up, as django-allauth names it.
pub(crate) fn signup_field(text: &str) -> Option<String> {
    ["username", "email", "password1", "password2"].contains(&text.trim_end_matches('*')).then(|| text.to_owned())
}

/// An address, by itself or in angle brackets behind a name (RFC 5322 section 3.4).
pub(crate) fn mailbox(text: &str) -> Option<String> {
    let (name, address) = match text.split_once('<') {
        Some((name, address)) => (name, address.strip_suffix('>')?),
        None => ("", text),
    };
    // A name with one of these would have to be quoted or encoded (RFC 5322 section 3.2.3); a comma alone makes a list of it.
    if !name.is_ascii() || name.contains(|c| ",;:@\"\\()[]".contains(c)) {
        return None;
    }
    let (local, domain) = address.split_once('@')?;
    let is_plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "<>,;@".contains(c));
    (is_plain(local) && is_plain(domain) && !text.contains(char::is_control)).then(|| text.to_owned())
}

/// Whether the text is how Django's settings spell "not set".
pub(crate) fn is_none(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("none")
}

/// The parts between commas; blank ones and repetitions are typing errors.
pub(crate) fn list(text: &str) -> Option<Vec<String>> {
    words(text, |word| Some(word.to_owned()))
}

/// The parts between commas, each read by `read`, none twice. A list or tuple of Python's, or a list in JSON, will do, too.
pub(crate) fn words<T: PartialEq>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let text = inside_brackets(text.trim());
    if text.is_empty() {
        return Some(Vec::new());
    }
    let parts = text.split(',').map(|word| read(unquoted(word.trim())).filter(|_| !word.trim().is_empty()));
    let parts: Vec<T> = parts.collect::<Option<_>>()?;
    let repeated = parts.iter().enumerate().any(|(place, part)| parts.iter().take(place).any(|other| other == part));
    (!repeated).then_some(parts)
}

/// What is in the brackets of `('Bearer', 'JWT')` or `["Bearer"]`; any other text as it is.
pub(crate) fn inside_brackets(text: &str) -> &str {
    let inside =
        [('(', ')'), ('[', ']')].into_iter().find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close));
    inside.map_or(text, |inside| inside.trim().strip_suffix(',').unwrap_or(inside).trim())
}

pub(crate) fn unquoted(word: &str) -> &str {
    let bare = ['\'', '"'].into_iter().find_map(|quote| word.strip_prefix(quote)?.strip_suffix(quote));
    bare.unwrap_or(word)
}

pub(crate) fn address(text: &str) -> Option<Option<String>> {
    let address = text.trim();
    let host = ["https://", "http://"].iter().find_map(|scheme| address.strip_prefix(scheme));
    let good = host.is_some_and(|host| !host.starts_with('/') && is_visible(host));
    (good || address.is_empty()).then(|| good.then(|| address.to_owned()))
}

/// An address at which keys may be fetched: whoever could change what comes from it could make tokens, so plain HTTP is for
/// this machine alone.
pub(crate) fn key_address(text: &str) -> Option<Option<String>> {
    address(text).filter(|address| address.as_deref().is_none_or(is_safe))
}

fn is_safe(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("http://") else { return true };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next(),
        None => authority.split(':').next(),
    };
    let host = host.filter(|_| !authority.contains('@')).unwrap_or_default();
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Origins as browsers write them (RFC 6454 section 6.2): nothing comes after host and port, and all is in lower case.
pub(crate) fn origins(text: &str) -> Option<Vec<String>> {
    origins_of(text, |scheme| ["https", "http"].contains(&scheme))
}

/// The origins of web views, whose schemes are their makers' own. `null` is none: every page in a sandbox has it.
pub(crate) fn view_origins(text: &str) -> Option<Vec<String>> {
    let of_scheme = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '+' | '-' | '.');
    origins_of(text, |scheme| {
        scheme.starts_with(|first: char| first.is_ascii_lowercase()) && scheme.chars().all(of_scheme)
    })
}

fn origins_of(text: &str, is_scheme: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    words(text, |origin| {
        let (scheme, host) = origin.split_once("://")?;
        let plain = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '.' | '-' | ':' | '[' | ']');
        (is_scheme(scheme) && !host.is_empty() && host.chars().all(plain)).then(|| origin.to_owned())
    })
}

pub(crate) fn schemes(text: &str) -> Option<Vec<String>> {
    list(text).filter(|schemes| !schemes.is_empty() && schemes.iter().all(|scheme| is_token(scheme)))
}

/// The name in lower case, whether typed as a header or as Django's `META` key (`HTTP_X_ACCESS_TOKEN`).
pub(crate) fn header(text: &str) -> Option<String> {
    let name = text.trim();
    let name = name.strip_prefix("HTTP_").map_or_else(|| name.to_owned(), |key| key.replace('_', "-"));
    is_token(&name).then(|| name.to_ascii_lowercase())
}

pub(crate) fn claim(text: &str) -> Option<String> {
    let name = text.trim();
    is_claim(name).then(|| name.to_owned())
}

/// Whether a claim may have this name: up to 64 letters, digits and any of `_ - . : /`.
#[must_use]
pub fn is_claim(name: &str) -> bool {
    let is_of_claim = |letter: char| letter.is_ascii_alphanumeric() || "_-.:/".contains(letter);
    !name.is_empty() && name.len() <= 64 && name.chars().all(is_of_claim)
}

/// The key as given; a PEM on one line, as environment files hold it, gets its line ends back.
pub(crate) fn key(text: &str) -> Option<Secret> {
    let secret = Secret::new(text);
    Some(if secret.is_pem() { Secret::new(&text.replace("\\n", "\n")) } else { secret })
}

fn is_visible(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_graphic())
}

/// A token of RFC 9110 section 5.6.2: what header names and authentication schemes are made of.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_are_true_or_false_in_pythons_and_in_shells_spelling() {
        for (text, expected) in
            [("True", true), ("1", true), (" on", true), ("FALSE", false), ("no", false), ("0", false)]
        {
            assert_eq!(switch(text), Some(expected), "{text}");
        }
        for text in ["", "2", "y", "wahr", "true,"] {
            assert_eq!(switch(text), None, "{text}");
        }
    }

    #[test]
    fn a_count_begins_at_one_and_a_text_may_be_missing() {
        assert_eq!([count(" 1 "), count("0"), count("-1"), count("x")], [Some(1), None, None, None]);
        assert_eq!([optional(" a "), optional(" ")], [Some(Some("a".into())), Some(None)]);
    }

    #[test]
    fn a_link_has_both_parts_or_the_key_and_nothing_else_in_braces() {
        for good in ["a/{uid}/{token}", "https://a.example/?k={key}"] {
            assert_eq!(link(good).as_deref(), Some(good));
        }
        for bad in ["a/{uid}", "a b/{key}", "a/{key}/{user}", "a/{key}{", "a/{uid}/{token}/{key}", "a/{key}\r\n"] {
            assert_eq!(link(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_mailbox_is_an_address_with_or_without_a_name() {
        for good in ["a@b.example", "Example <no-reply@b.example>", "<a@b.example>"] {
            assert_eq!(mailbox(good).as_deref(), Some(good));
        }
        for bad in [
            "a",
            "@b.example",
            "a@",
            "a@b@c",
            "a b@c.example",
            "a@c example",
            "a@b.example, c@d.example",
            "Exämple <a@b.example>",
            "Me, too <a@b.example>",
            "Example <a@b.example",
            "Example <a;@b.example>",
            "Example\n <a@b.example>",
        ] {
            assert_eq!(mailbox(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_list_keeps_its_order_and_refuses_gaps_and_repetitions() {
        assert_eq!(list("b, a"), Some(vec!["b".into(), "a".into()]));
        assert_eq!(list(" "), Some(vec![]));
        for text in ["a,,b", ",", "a,", "a,b,a"] {
            assert_eq!(list(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_may_be_written_as_in_python_or_json() {
        for text in
            ["('Bearer', 'JWT')", "['Bearer', 'JWT',]", "[\"Bearer\", \"JWT\"]", "Bearer,JWT", "'Bearer',\"JWT\""]
        {
            assert_eq!(list(text), Some(vec!["Bearer".into(), "JWT".into()]), "{text}");
        }
        assert_eq!(list("('Bearer',)"), Some(vec!["Bearer".into()]));
        assert_eq!(list("()"), Some(vec![]));
        assert_eq!(list("('Bearer',,)"), None);
    }

    #[test]
    fn an_address_is_of_the_web() {
        assert_eq!(address("https://a.example/keys"), Some(Some("https://a.example/keys".into())));
        assert_eq!(address("http://127.0.0.1:8"), Some(Some("http://127.0.0.1:8".into())));
        assert_eq!(address(""), Some(None));
        for text in ["a.example", "file:///etc/passwd", "https://", "https:///x", "https://a b", "ftp://a"] {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn keys_come_by_plain_http_from_this_machine_alone() {
        for good in
            ["https://a.example/x", "http://127.0.0.1:8/x", "http://127.9.9.9", "http://[::1]:8/", "http://localhost/"]
        {
            assert_eq!(key_address(good), Some(Some(good.to_owned())), "{good}");
        }
        for bad in [
            "http://a.example/x",
            "http://10.0.0.1/",
            "http://localhost.a.example/",
            "http://127.0.0.1.a.example/",
            "http://127.0.0.1@a.example/",
            "http://127.0.0.1:8@a.example/",
            "http://[::1]@a.example/",
            "http://[::2]/",
        ] {
            assert_eq!(key_address(bad), None, "{bad}");
        }
        assert_eq!(key_address(""), Some(None));
    }

    #[test]
    fn an_origin_is_an_address_without_a_path() {
        let both = origins("https://app.example.com, http://[::1]:5173");
        assert_eq!(both, Some(vec!["https://app.example.com".into(), "http://[::1]:5173".into()]));
        assert_eq!(origins(""), Some(vec![]));
        for text in ["app.example.com", "https://", "https://a.example/", "https://A.example", "null", "https://*.a"] {
            assert_eq!(origins(text), None, "{text}");
        }
        assert_eq!(origins("capacitor://localhost"), None);
        let views = view_origins("capacitor://localhost,ionic://localhost, http://localhost:8081");
        assert_eq!(views.map(|views| views.len()), Some(3));
        for text in ["null", "*", "capacitor://", "://localhost", "Capacitor://localhost", "file:///", "a b://c"] {
            assert_eq!(view_origins(text), None, "{text}");
        }
    }

    #[test]
    fn header_types_are_words_and_at_least_one() {
        assert_eq!(schemes("Bearer,JWT"), Some(vec!["Bearer".into(), "JWT".into()]));
        for text in ["", "Be arer", "Bearer:", "Bearer,"] {
            assert_eq!(schemes(text), None, "{text}");
        }
    }

    #[test]
    fn a_header_is_known_by_its_own_name_and_by_djangos() {
        for (text, name) in [
            ("HTTP_AUTHORIZATION", "authorization"),
            ("HTTP_X_ACCESS_TOKEN", "x-access-token"),
            ("X-Access-Token", "x-access-token"),
            ("Authorization", "authorization"),
        ] {
            assert_eq!(header(text).as_deref(), Some(name), "{text}");
        }
        for text in ["", "HTTP_", "X Access", "X:", "Ä"] {
            assert_eq!(header(text), None, "{text}");
        }
    }

    #[test]
    fn a_claim_may_be_an_address() {
        assert_eq!(claim("https://a.example/user"), Some("https://a.example/user".into()));
        for text in ["", "a b", "a\"", &"x".repeat(65)] {
            assert_eq!(claim(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_file_on_one_line_gets_its_line_ends_back() {
        let pem = key("-----BEGIN X-----\\nabc\\n-----END X-----").unwrap();
        assert_eq!(pem.text(), "-----BEGIN X-----\nabc\n-----END X-----");
        assert_eq!(key("a\\nb ").unwrap().text(), "a\\nb ");
    }
}
