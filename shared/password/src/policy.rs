//! Which passwords are good enough to be set, in the words of Django's validators.
//!
//! What NIST SP 800-63B section 3.1.1.2 asks for: a least length in code points, no well-known password, nothing made from
//! the user's own name; and no rules about kinds of letters. A stored password is never judged: these rules are for
//! whoever sets one.

use crate::{MAX_BYTES, composed};
use std::{cmp::Ordering, fmt};

/// 19 640 passwords that everybody tries first, in lower case, one a line, sorted by their bytes: the list of Django's
/// `CommonPasswordValidator`, which Royce Williams compiled (`common/LICENSE`).
const COMMON: &str = include_str!("common/passwords.txt");

/// What this service is called is the first guess of all.
const OURS: &str = "latchkey";

/// From this likeness on a password is too similar to an attribute (Django's `max_similarity`).
const MAX_SIMILARITY: f64 = 0.7;

/// What is asked of a new password.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// The least number of code points (PASSWORD_MIN_LENGTH).
    pub min_length: usize,
    /// Whether digits alone will do (PASSWORD_MAY_BE_NUMERIC).
    pub may_be_numeric: bool,
}

/// Something about the user that a password must not be made from.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a> {
    /// What the user knows it as, such as `email address`.
    pub name: &'static str,
    /// Its value; an empty one is none.
    pub value: &'a str,
}

/// Why a password may not be set. `Display` has Django's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// It consists of digits alone.
    EntirelyNumeric,
    /// It is one of the passwords that everybody tries first.
    TooCommon,
    /// It is longer than [`MAX_BYTES`].
    TooLong,
    /// It has fewer code points than this.
    TooShort(usize),
    /// It is too much like this attribute of the user.
    TooSimilar(&'static str),
}

/// What Django's validator looks at of a user, under its verbose names: username, first name, last name and address.
#[must_use]
pub fn attributes<'a>([username, first_name, last_name, email]: [&'a str; 4]) -> [Attribute<'a>; 4] {
    [
        Attribute { name: "username", value: username },
        Attribute { name: "first name", value: first_name },
        Attribute { name: "last name", value: last_name },
        Attribute { name: "email address", value: email },
    ]
}

impl Policy {
    /// The policy of the settings PASSWORD_MIN_LENGTH and PASSWORD_MAY_BE_NUMERIC.
    #[must_use]
    pub fn new(min_length: i64, may_be_numeric: bool) -> Self {
        Self { min_length: usize::try_from(min_length).unwrap_or(usize::MAX), may_be_numeric }
    }

    /// Everything that stands against `password`, in the order of Django's validators; nothing for a good one.
    ///
    /// Judged is what will be stored: the composed form (NFC).
    #[must_use]
    pub fn weaknesses(&self, password: &str, attributes: &[Attribute<'_>]) -> Vec<Weakness> {
        let composed = composed(password);
        let password = composed.as_deref().map_or(password, String::as_str);
        if password.len() > MAX_BYTES {
            return vec![Weakness::TooLong];
        }
        let numeric = !self.may_be_numeric && !password.is_empty() && password.chars().all(char::is_numeric);
        let found = [
            attributes.iter().find(|attribute| is_similar(password, attribute.value)).map(similar),
            (password.chars().count() < self.min_length).then_some(Weakness::TooShort(self.min_length)),
            is_common(password).then_some(Weakness::TooCommon),
            numeric.then_some(Weakness::EntirelyNumeric),
        ];
        found.into_iter().flatten().collect()
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EntirelyNumeric => formatter.write_str("This password is entirely numeric."),
            Self::TooCommon => formatter.write_str("This password is too common."),
            Self::TooLong => write!(formatter, "This password is too long. It must contain at most {MAX_BYTES} bytes."),
            Self::TooShort(least) => {
                let plural = if *least == 1 { "" } else { "s" };
                write!(formatter, "This password is too short. It must contain at least {least} character{plural}.")
            }
            Self::TooSimilar(attribute) => write!(formatter, "The password is too similar to the {attribute}."),
        }
    }
}

fn similar(attribute: &Attribute<'_>) -> Weakness {
    Weakness::TooSimilar(attribute.name)
}

/// Whether the whole password is a common one, whatever its case and the white space around it.
fn is_common(password: &str) -> bool {
    let password = password.trim().to_lowercase();
    password == OURS || is_listed(&password)
}

/// A binary search over lines of different lengths: it looks at the line in which the middle byte lies.
fn is_listed(password: &str) -> bool {
    let mut lines = COMMON.as_bytes();
    while !lines.is_empty() {
        let (before, line, after) = line_at(lines, lines.len() / 2);
        lines = match line.cmp(password.as_bytes()) {
            Ordering::Equal => return true,
            Ordering::Greater => before,
            Ordering::Less => after,
        };
    }
    false
}

/// The lines before, the line around and the lines after byte `at`, which is one of them.
fn line_at(lines: &[u8], at: usize) -> (&[u8], &[u8], &[u8]) {
    let (left, right) = lines.split_at_checked(at).unwrap_or((lines, &[]));
    let start = left.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    let end = right.iter().position(|byte| *byte == b'\n').map_or(lines.len(), |place| at + place);
    let part = |range: std::ops::Range<usize>| lines.get(range).unwrap_or_default();
    (part(0..start), part(start..end), part((end + 1).min(lines.len())..lines.len()))
}

/// Whether a password is too much like a value or one of its words (Django's `UserAttributeSimilarityValidator`).
fn is_similar(password: &str, value: &str) -> bool {
    let (password, value) = (letters(password), value.to_lowercase());
    let words = value.split(|letter: char| !letter.is_alphanumeric() && letter != '_').chain([value.as_str()]);
    words.map(letters).any(|word| likeness(&password, &word) >= MAX_SIMILARITY)
}

/// The lower-case letters of a text, sorted.
fn letters(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.to_lowercase().chars().collect();
    letters.sort_unstable();
    letters
}

/// How much two texts have in common, from 0 to 1: twice the letters that both have, whatever their order, over the letters
/// of both (the `quick_ratio` of Python's difflib).
fn likeness(a: &[char], b: &[char]) -> f64 {
    let (mut common, mut others) = (0.0, b.iter().peekable());
    for letter in a {
        while others.next_if(|other| *other < letter).is_some() {}
        if others.next_if_eq(&letter).is_some() {
            common += 1.0;
        }
    }
    2.0 * common / (count(a) + count(b)).max(1.0)
}

fn count(letters: &[char]) -> f64 {
    letters.iter().fold(0.0, |count, _| count + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DJANGO: Policy = Policy { min_length: 8, may_be_numeric: false };
    const NIST: Policy = Policy { min_length: 15, may_be_numeric: true };

    fn told(policy: Policy, password: &str, username: &str) -> Vec<String> {
        let attributes =
            [Attribute { name: "username", value: username }, Attribute { name: "email address", value: "" }];
        policy.weaknesses(password, &attributes).iter().map(Weakness::to_string).collect()
    }

    #[test]
    fn pw_18_counts_code_points() {
        let short = "This password is too short. It must contain at least 15 characters.";
        for (password, good) in [
            ("kjh3 fdq9 zxp7", false),
            ("kjh3 fdq9 zxp7 ", true),
            ("🔑🔒🗝🔐🚪🪟🏠🏡🏘🏚🛖🏰🏯🗼", false),
            ("🔑🔒🗝🔐🚪🪟🏠🏡🏘🏚🛖🏰🏯🗼🗽", true),
            // Seven letters, each with an accent of its own: seven code points when composed.
            ("e\u{301}o\u{301}a\u{301}u\u{301}i\u{301}y\u{301}n\u{303}", false),
        ] {
            let expected = if good { vec![] } else { vec![short.to_owned()] };
            assert_eq!(told(NIST, password, ""), expected, "{password}");
        }
        let one = Policy { min_length: 1, may_be_numeric: true };
        assert_eq!(told(one, "", ""), ["This password is too short. It must contain at least 1 character."]);
    }

    #[test]
    fn pw_19_knows_every_common_password() {
        let mut lines = 0;
        for line in COMMON.lines() {
            assert!(is_common(line) && is_common(&format!(" {} ", line.to_uppercase())), "{line}");
            lines += 1;
        }
        assert_eq!(lines, 19_640);
        assert!(COMMON.lines().is_sorted() && COMMON.len() < 200_000);
        assert!(is_common("LatchKey"));
    }

    #[test]
    fn pw_19_compares_whole_passwords() {
        for password in ["", "\n", "password\n123", "passwor", "my password is password", "zzzzzzzzzzzzzzzzzzzz", "~~"]
        {
            assert!(!is_listed(password), "{password:?}");
        }
        assert_eq!(told(DJANGO, "password", ""), ["This password is too common."]);
    }

    #[test]
    fn pw_20_asks_for_no_kinds_of_letters() {
        for password in ["correct horse battery staple", "аллея зимой полна снега", "               a b"]
        {
            assert_eq!(told(NIST, password, "alice"), [""; 0], "{password}");
        }
    }

    #[test]
    fn digits_alone_will_do_where_the_settings_say_so() {
        assert_eq!(told(DJANGO, "4815162342991", ""), ["This password is entirely numeric."]);
        assert_eq!(told(DJANGO, "٤٨١٥١٦٢٣٤٢٩٩", ""), ["This password is entirely numeric."]);
        assert_eq!(told(NIST, "481516234299107", ""), [""; 0]);
    }

    /// What Django 5.2 said of these.
    #[test]
    fn likeness_is_judged_as_django_judges_it() {
        for (password, username, similar) in [
            ("alice.liddell", "alice.liddell", true),
            ("LLEDDIL.ECILA", "alice.liddell", true),
            ("liddell1", "alice.liddell", true),
            ("alicealice99", "alice", false),
            ("wunderlandd", "alice", false),
            ("jean-paul-77", "jean-paul", true),
            ("correct horse battery staple", "a", false),
            ("x1y2z3w4", "", false),
        ] {
            let expected = if similar { vec!["The password is too similar to the username."] } else { vec![] };
            assert_eq!(told(DJANGO, password, username), expected, "{password} {username}");
        }
        let mail = [Attribute { name: "email address", value: "alice@example.com" }];
        assert_eq!(DJANGO.weaknesses("example.com1", &mail), [Weakness::TooSimilar("email address")]);
    }

    #[test]
    fn everything_is_told_at_once() {
        assert_eq!(
            told(DJANGO, "12345", "12345"),
            [
                "The password is too similar to the username.",
                "This password is too short. It must contain at least 8 characters.",
                "This password is too common.",
                "This password is entirely numeric."
            ]
        );
    }

    #[test]
    fn pw_16_takes_up_to_4096_bytes() {
        assert_eq!(told(NIST, &format!("{}x", "é ".repeat(1365)), ""), [""; 0]);
        let long = "This password is too long. It must contain at most 4096 bytes.";
        assert_eq!(told(NIST, &"é ".repeat(1366), ""), [long]);
    }
}
