//! JSON bodies, read as Django REST framework's parser and character fields read them.

use crate::{
    problem::Problem,
    request::field::{Fields, Value},
};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::fmt;

/// Python reads no longer integer (`sys.set_int_max_str_digits`).
const MAX_DIGITS: usize = 4300;

/// The fields of a JSON document, which must be an object.
pub(crate) fn read(text: &str) -> Result<Fields, Problem> {
    let document: &RawValue = serde_json::from_str(text).map_err(|fault| Problem::JsonParse(fault.to_string()))?;
    match kind(document.get()) {
        Kind::Object => object(document.get()),
        Kind::Null => Err(Problem::NoData),
        Kind::Array => Err(Problem::NotADictionary("list")),
        Kind::Bool => Err(Problem::NotADictionary("bool")),
        Kind::Float => Err(Problem::NotADictionary("float")),
        Kind::Integer => Err(Problem::NotADictionary("int")),
        Kind::Text => Err(Problem::NotADictionary("str")),
    }
}

enum Kind {
    Array,
    Bool,
    Float,
    Integer,
    Null,
    Object,
    Text,
}

fn kind(json: &str) -> Kind {
    match json.as_bytes().first() {
        Some(b'{') => Kind::Object,
        Some(b'[') => Kind::Array,
        Some(b'"') => Kind::Text,
        Some(b'n') => Kind::Null,
        Some(b't' | b'f') => Kind::Bool,
        _ if json.contains(['.', 'e', 'E']) => Kind::Float,
        _ => Kind::Integer,
    }
}

fn object(json: &str) -> Result<Fields, Problem> {
    let members: Members<'_> = serde_json::from_str(json).map_err(|fault| Problem::JsonParse(fault.to_string()))?;
    members.0.into_iter().map(|(name, raw)| Ok((name, value(raw.get())?))).collect()
}

fn value(json: &str) -> Result<Value, Problem> {
    match kind(json) {
        Kind::Null => Ok(Value::Null),
        Kind::Array | Kind::Bool | Kind::Object => Ok(Value::NotAString),
        Kind::Float => Ok(Value::Text(float(json))),
        Kind::Integer if json.len() > MAX_DIGITS => Err(Problem::JsonParse("integer is too long".to_owned())),
        Kind::Integer => Ok(Value::Text(if json == "-0" { "0" } else { json }.to_owned())),
        Kind::Text => text(json),
    }
}

fn text(json: &str) -> Result<Value, Problem> {
    match serde_json::from_str(json) {
        Ok(text) => Ok(Value::Text(text)),
        Err(fault) => lone_surrogate(json).map(Value::Surrogate).ok_or(Problem::JsonParse(fault.to_string())),
    }
}

/// The first `\uD800`…`\uDFFF` escape that stands without its partner. Python keeps it, Rust's text cannot.
fn lone_surrogate(json: &str) -> Option<u16> {
    let units: Vec<u16> = escapes(json).collect();
    char::decode_utf16(units).find_map(|unit| unit.err().map(|lone| lone.unpaired_surrogate()))
}

/// The UTF-16 units of a JSON string: those of `\uXXXX` escapes as they are, any other character as one filler.
fn escapes(json: &str) -> impl Iterator<Item = u16> {
    let mut rest = json.chars();
    std::iter::from_fn(move || match rest.next()? {
        '\\' => match rest.next()? {
            'u' => u16::from_str_radix(&rest.by_ref().take(4).collect::<String>(), 16).ok(),
            _ => Some(u16::from(b' ')),
        },
        _ => Some(u16::from(b' ')),
    })
}

/// `str(float)` in Python: `1e2` is `100.0`, `1e400` is `inf`, `1e-5` is `1e-05`.
fn float(json: &str) -> String {
    let number: f64 = json.parse().unwrap_or(f64::NAN);
    let text = format!("{number:?}");
    match text.split_once('e') {
        None => text,
        Some((mantissa, exponent)) => {
            let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
            format!("{mantissa}e{sign}{digits:0>2}")
        }
    }
}

/// An object's names and values; a name that stands twice is refused, however it is spelt.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut seen = std::collections::HashSet::new();
        let mut fields = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            if !seen.insert(name.clone()) {
                return Err(de::Error::custom("an object names a field twice"));
            }
            fields.push((name, value));
        }
        Ok(Members(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::btree_map, prelude::*};

    fn field(json: &str) -> Value {
        read(&format!(r#"{{"a": {json}}}"#)).unwrap().pop().unwrap().1
    }

    /// Text of any kind, such as looks like JSON, and JSON of every kind, with something behind it or nothing.
    fn document() -> impl Strategy<Value = String> {
        let of_any_kind = r#"(\[\]|\[\{\}\]|\{\}|null|true|-?[0-9]{1,3}(\.5)?|"[a-z]{0,3}")[ \]}x]?"#;
        prop_oneof![".{0,60}", "[{}\\[\\]\":,a0-9eE.\\\\ud8 -]{0,40}", of_any_kind]
    }

    proptest! {
        #[test]
        fn texts_are_read_as_they_were_written_and_in_their_order(members in btree_map(".{0,12}", ".{0,40}", 0..8)) {
            let document: serde_json::Map<String, serde_json::Value> =
                members.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect();
            let expected: Fields = members.into_iter().map(|(name, text)| (name, Value::Text(text))).collect();
            prop_assert_eq!(read(&serde_json::Value::Object(document).to_string()).ok(), Some(expected));
        }

        #[test]
        fn what_is_read_is_json_and_an_object(text in document()) {
            let is_object = serde_json::from_str::<&RawValue>(&text).is_ok_and(|value| value.get().starts_with('{'));
            prop_assert!(is_object || read(&text).is_err(), "{}", text);
        }
    }

    fn refusal(json: &str) -> String {
        read(json).err().map(|problem| problem.body().to_string()).unwrap()
    }

    #[test]
    fn reads_numbers_as_python_writes_them() {
        for (json, text) in
            [("12345", "12345"), ("1e2", "100.0"), ("1e400", "inf"), ("1e-5", "1e-05"), ("1E16", "1e+16")]
        {
            assert_eq!(field(json), Value::Text(text.to_owned()));
        }
        assert_eq!(field("-0"), Value::Text("0".to_owned()));
        assert_eq!(field("123456789012345678901234567890"), Value::Text("123456789012345678901234567890".to_owned()));
    }

    #[test]
    fn reads_a_number_of_so_many_digits_as_python_does() {
        let longest = "1".repeat(MAX_DIGITS);
        assert_eq!(field(&longest), Value::Text(longest.clone()));
        assert!(refusal(&format!(r#"{{"a": {longest}1}}"#)).contains("integer is too long"));
    }

    #[test]
    fn takes_no_truth_for_a_text() {
        for json in ["true", "false", "[]", "{}"] {
            assert_eq!(field(json), Value::NotAString, "{json}");
        }
    }

    #[test]
    fn tells_a_lone_surrogate_from_a_pair() {
        assert_eq!(field(r#""\ud800""#), Value::Surrogate(0xD800));
        assert_eq!(field(r#""\\ud800""#), Value::Text("\\ud800".to_owned()));
        assert_eq!(field(r#""\ud83d\udd11""#), Value::Text("🔑".to_owned()));
    }

    #[test]
    fn names_the_python_type_of_what_is_no_object() {
        assert!(refusal("[]").contains("got list."));
        assert!(refusal("4.5").contains("got float."));
        assert!(refusal("true").contains("got bool."));
        assert!(refusal("45").contains("got int."));
        assert!(refusal("\"x\"").contains("got str."));
        assert!(refusal("null").contains("No data provided"));
    }

    #[test]
    fn refuses_a_name_that_stands_twice() {
        assert!(refusal(r#"{"a":1,"a":2}"#).contains("JSON parse error - "));
        assert!(refusal(r#"{"a":1,"\u0061":2}"#).contains("JSON parse error - "));
    }

    #[test]
    fn survives_a_hundred_thousand_brackets() {
        assert!(refusal(&"[".repeat(100_000)).contains("JSON parse error - "));
        assert!(refusal(&format!("{{\"a\":{}", "[".repeat(100_000))).contains("JSON parse error - "));
    }
}
