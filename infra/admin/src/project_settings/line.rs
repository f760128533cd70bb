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
        Value::String(text) => pattern(text).unwrap_or(text).to_owned(),
        value => value.to_string(),
    }
}

/// What is in `re.compile('…')`, as Python prints a pattern.
fn pattern(printed: &str) -> Option<&str> {
    let inside = printed.strip_prefix("re.compile(")?.strip_suffix(')')?;
    ['\'', '"'].into_iter().find_map(|quote| inside.strip_prefix(quote)?.strip_suffix(quote))
}
