//! A setting of a project as the variable that says the same.

use serde_json::Value;

/// A name, and its value or what to do instead.
pub(super) type Line = (String, String);

/// Old names of django-cors-headers, and today's.
const RENAMED: [(&str, &str); 3] = [
    ("CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOW_ALL_ORIGINS"),
    ("CORS_ORIGIN_REGEX_WHITELIST", "CORS_ALLOWED_ORIGIN_REGEXES"),
    ("CORS_ORIGIN_WHITELIST", "CORS_ALLOWED_ORIGINS"),
];

/// The variable that says the same. Several keys stay JSON, as that alone keeps their order and names.
pub(super) fn typed((name, value): (&String, &Value)) -> Line {
    let text = match value {
        Value::Array(_) | Value::Object(_) if name.ends_with("_KEY") => value.to_string(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        value => text(value),
    };
    let today = RENAMED.into_iter().find(|(old, _)| *old == name.as_str()).map(|(_, new)| new.to_owned());
    (today.unwrap_or_else(|| name.clone()), text)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => pattern(text).or_else(|| set(text)).unwrap_or_else(|| text.clone()),
        value => value.to_string(),
    }
}

/// What is in `{'email', 'username'}`, as Python prints a set.
fn set(printed: &str) -> Option<String> {
    let inside = printed.strip_prefix("{'")?.strip_suffix("'}")?;
    Some(inside.replace("', '", ","))
}

/// What is in `re.compile('…', re.IGNORECASE)`, as Python prints a pattern: with each backslash twice. Other flags have no counterpart.
fn pattern(printed: &str) -> Option<String> {
    let inside = printed.strip_prefix("re.compile(")?.strip_suffix(')')?;
    let quote = inside.chars().next().filter(|first| ['\'', '"'].contains(first))?;
    let (text, flags) = inside.strip_prefix(quote)?.rsplit_once(quote)?;
    let text = text.replace("\\\\", "\\").replace("\\'", "'");
    match flags {
        "" => Some(text),
        ", re.IGNORECASE" => Some(format!("(?i){text}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_a_list() {
        assert_eq!(text(&"{'email', 'username'}".into()), "email,username");
        assert_eq!(text(&"activate/{uid}/{token}".into()), "activate/{uid}/{token}");
    }

    #[test]
    fn a_pattern_is_what_stands_in_the_project() {
        let read = |printed: &str| pattern(printed);
        assert_eq!(
            read(r"re.compile('^https://\\w+\\.example\\.com$')").as_deref(),
            Some(r"^https://\w+\.example\.com$")
        );
        assert_eq!(read(r#"re.compile("^it's$", re.IGNORECASE)"#).as_deref(), Some("(?i)^it's$"));
        for text in ["^a$", "re.compile(x)", "re.compile('a', re.VERBOSE)", "re.compile('a'"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
