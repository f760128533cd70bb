//! The fields of an object, each with its type. A database may say `1`, a sheet `true` or `t`, where `dumpdata` says true.
//!
//! Reasons go on after the place of the row: "line 7 has a password that is not text".

use crate::terminal::date;
use serde_json::{Map, Value};

type Fields = Map<String, Value>;

/// A primary key is a whole number or a text (UUIDs, too).
pub(crate) fn key(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

/// Nothing is the empty text.
pub(crate) fn text(fields: &Fields, name: &str) -> Result<String, String> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("has {} that is not text", with_article(name))),
    }
}

/// Nothing is `missing`.
pub(crate) fn flag(fields: &Fields, name: &str, missing: bool) -> Result<bool, String> {
    let value = match fields.get(name) {
        None | Some(Value::Null) => return Ok(missing),
        Some(value) => value,
    };
    let written = match value {
        Value::Bool(flag) => return Ok(*flag),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.to_ascii_lowercase(),
        _ => String::new(),
    };
    match written.as_str() {
        "1" | "t" | "true" => Ok(true),
        "0" | "f" | "false" => Ok(false),
        _ => Err(format!("has {} that is neither true nor false", with_article(name))),
    }
}

pub(crate) fn number(fields: &Fields, name: &str) -> Result<Option<i64>, String> {
    let number = match fields.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.parse().ok(),
        Some(_) => None,
    };
    number.map(Some).ok_or_else(|| format!("has {} that is not a whole number", with_article(name)))
}

/// A moment, in Unix seconds.
pub(crate) fn time(fields: &Fields, name: &str) -> Result<Option<i64>, String> {
    let written = text(fields, name)?;
    if written.is_empty() {
        return Ok(None);
    }
    date::parse(&written).map(Some).ok_or_else(|| {
        let article = with_article(name);
        format!("has {article} that is not a date and time; write it like 2024-05-01T10:00:00Z")
    })
}

pub(super) fn with_article(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_source_says_yes_and_no_in_its_own_way() {
        let says = |value: Value| flag(&Map::from_iter([("is_staff".to_owned(), value)]), "is_staff", false);
        for yes in [json!(true), json!(1), json!("1"), json!("t"), json!("True"), json!("TRUE")] {
            assert_eq!(says(yes), Ok(true));
        }
        for no in [json!(false), json!(0), json!("0"), json!("f"), json!("False")] {
            assert_eq!(says(no), Ok(false));
        }
        for other in [json!(2), json!("yes"), json!(""), json!(1.0), json!([])] {
            assert!(says(other.clone()).is_err(), "{other}");
        }
        assert_eq!(flag(&Map::new(), "is_active", true), Ok(true));
        assert_eq!(says(json!(null)), Ok(false));
    }
}
