//! Regular expressions as Django's settings hold them, compiled once when the settings are read.

use crate::values::text;
use regex_lite::Regex;

/// A regular expression. It matches ASCII letters and digits with `\w` and `\d`; it has neither look-around nor
/// backreferences, so that no text makes it slow.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Whether the expression matches, as far as it was asked to: the whole text, or its start.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    fn new(expression: &str, end: &str) -> Option<Self> {
        let expression = without_python(bare(expression.trim()));
        // By itself first: a bracket in it could close the group that holds it to both ends.
        Regex::new(&expression).ok()?;
        Regex::new(&format!(r"\A(?:{expression}){end}")).ok().map(Self)
    }
}

/// An expression that must match from the start of a text, as Python's `re.match` has it.
pub(crate) fn start(expression: &str) -> Option<Pattern> {
    Pattern::new(expression, "")
}

/// Expressions with commas between; each must match the whole text. A comma inside one, as in `\d{1,3}`, is no end: what
/// stands before it is no expression.
pub(crate) fn wholes(text: &str) -> Option<Vec<Pattern>> {
    let text = text::inside_brackets(text.trim());
    if text.is_empty() {
        return Some(Vec::new());
    }
    let (mut patterns, mut open) = (Vec::new(), String::new());
    for part in text.split(',') {
        open.push_str(part);
        match Pattern::new(&open, r"\z") {
            _ if open.trim().is_empty() => return None,
            Some(pattern) => {
                patterns.push(pattern);
                open.clear();
            }
            None => open.push(','),
        }
    }
    open.is_empty().then_some(patterns)
}

/// What is between the quotes of `r"^https://a$"`.
fn bare(expression: &str) -> &str {
    let raw = expression.strip_prefix('r').filter(|rest| rest.starts_with(['"', '\'']));
    text::unquoted(raw.unwrap_or(expression))
}

/// Python's `\Z` is `\z` everywhere else. Two backslashes are a backslash, and what follows them is a letter.
fn without_python(expression: &str) -> String {
    let parts: Vec<String> = expression.split(r"\\").map(|part| part.replace(r"\Z", r"\z")).collect();
    parts.join(r"\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(expressions: &str, text: &str) -> bool {
        wholes(expressions).unwrap().iter().any(|pattern| pattern.matches(text))
    }

    #[test]
    fn an_expression_matches_the_whole_text() {
        for expression in
            [r"https://app\.example\.com", r"^https://app\.example\.com$", r"(?i)HTTPS://app\.example\.com\Z"]
        {
            assert!(matches(expression, "https://app.example.com"), "{expression}");
            for text in
                ["https://app.example.com.evil.test", "xhttps://app.example.com", "https://app.example.com/", ""]
            {
                assert!(!matches(expression, text), "{expression} {text}");
            }
        }
        assert!(matches("https://a|https://ab", "https://ab"));
        assert!(!matches("https://a|https://b", "https://a.evil.test"));
    }

    #[test]
    fn commas_stand_between_expressions_and_inside_them() {
        let both = r"^http://localhost:\d{4,5}$, ^https://(a|b{1,2})\.example\.com$";
        assert_eq!(wholes(both).unwrap().len(), 2);
        assert!(matches(both, "http://localhost:5173") && matches(both, "https://bb.example.com"));
        let pythons = r#"[r"^http://localhost:\d{4,5}$", '^https://a$',]"#;
        assert_eq!(wholes(pythons).unwrap().len(), 2);
        assert!(matches(pythons, "http://localhost:5173") && matches(pythons, "https://a"));
        assert_eq!((wholes(" ").unwrap().len(), wholes("[]").unwrap().len()), (0, 0));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for broken in ["(", "a)|(b", "a,,b", "a,", ",", r"(?!x)y", r"(a)\1", "[a", "(?x)a # b"] {
            assert!(wholes(broken).is_none(), "{broken}");
        }
        assert!(start("a)|(b").is_none() && start("(").is_none());
    }

    #[test]
    fn a_start_may_go_on() {
        let pattern = start("/api/token/").unwrap();
        assert!(pattern.matches("/api/token/refresh/") && !pattern.matches("/v1/api/token/"));
        assert!(!start("^/api/token/$").unwrap().matches("/api/token/refresh/"));
    }

    #[test]
    fn only_pythons_own_end_is_put_in_other_words() {
        assert_eq!(without_python(r"a\Z\\Z\\\Z"), r"a\z\\Z\\\z");
    }
}
