//! JSON as tokens need it: read without second meanings, written as PyJWT writes it.

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{
    Map, Number, Value,
    ser::{Formatter, Serializer},
};
use std::{fmt, io};

/// Reads the one JSON object that `text` consists of; `None` if it is anything else.
///
/// Refuses what two readers could understand differently: a name given twice at any depth (also by escapes), lone
/// surrogates, invalid UTF-8, numbers beyond the range of a double. Nesting is bounded (128 levels) by the parser.
pub(crate) fn object(text: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(text) {
        Ok(Strict(Value::Object(object))) => Some(object),
        _ => None,
    }
}

/// Writes an object as `json.dumps` of Python does with PyJWT's separators: compact, everything but printable ASCII
/// escaped, floats in Python's notation.
pub(crate) fn text(object: &Map<String, Value>) -> String {
    let mut bytes = Vec::with_capacity(256);
    let written = serde::Serialize::serialize(object, &mut Serializer::with_formatter(&mut bytes, Python));
    debug_assert!(written.is_ok(), "a map of strings to values always has a text");
    String::from_utf8(bytes).unwrap_or_default()
}

/// A value in which no object names a member twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON without duplicate names")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::with_capacity(8);
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name is given twice"));
            }
        }
        Ok(Value::Object(object))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(value)) = elements.next_element()? {
            array.push(value);
        }
        Ok(Value::Array(array))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

/// The notation of Python's `json.dumps(…, separators=(",", ":"))`.
struct Python;

impl Formatter for Python {
    fn write_f64<W: ?Sized + io::Write>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        out.write_all(float(value).as_bytes())
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(|character| !matches!(character, ' '..='~')) {
            let (plain, other) = rest.split_at(at);
            let mut others = other.chars();
            out.write_all(plain.as_bytes())?;
            others.next().map_or(Ok(()), |character| escape(out, character))?;
            rest = others.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

fn escape<W: ?Sized + io::Write>(out: &mut W, character: char) -> io::Result<()> {
    character.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
}

/// A float as Python's `repr` writes it: the shortest digits, with an exponent below 1e-4 and from 1e16 on.
fn float(value: f64) -> String {
    let scientific = format!("{value:e}");
    let exponent = scientific.split_once('e').and_then(|(_, digits)| digits.parse::<i32>().ok()).unwrap_or_default();
    if (-4..16).contains(&exponent) {
        return format!("{value:?}");
    }
    let mantissa = scientific.split_once('e').map_or("", |(digits, _)| digits);
    format!("{mantissa}e{exponent:+03}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(json: &str) -> String {
        text(&object(json.as_bytes()).unwrap())
    }

    #[test]
    fn survives_a_round_trip_in_order() {
        let json =
            r#"{"z":1,"a":[true,null,-5,1.5,{"y":"","b":{}}],"n":18446744073709551615,"m":-9223372036854775808}"#;
        assert_eq!(rewritten(json), json);
    }

    #[test]
    fn strings_are_escaped_as_python_does() {
        let json = "{\"a\":\"\u{7f}\u{80}é\u{2028}😀\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f ~\"}";
        let python = r#"{"a":"\u007f\u0080\u00e9\u2028\ud83d\ude00\"\\/\b\f\n\r\t\u0001\u001f ~"}"#;
        assert_eq!(rewritten(json), python);
    }

    #[test]
    fn floats_are_written_as_python_does() {
        let json = "[1.0,1e22,1e16,1e15,0.1,1e-7,1e-5,0.0001,1.25e300,-2.5e-10,123456.789]";
        let python = "[1.0,1e+22,1e+16,1000000000000000.0,0.1,1e-07,1e-05,0.0001,1.25e+300,-2.5e-10,123456.789]";
        assert_eq!(rewritten(&format!("{{\"a\":{json}}}")), format!("{{\"a\":{python}}}"));
    }

    #[test]
    fn names_given_twice_are_refused() {
        for json in [
            r#"{"a":1,"a":1}"#,
            r#"{"user_id":1,"user\u005fid":2}"#,
            r#"{"x":{"a":1,"a":2}}"#,
            r#"{"x":[{"a":1,"b":2,"a":3}]}"#,
        ] {
            assert_eq!(object(json.as_bytes()), None, "{json}");
        }
    }

    #[test]
    fn ambiguous_text_is_refused() {
        for json in [
            "",
            "[]",
            "1",
            "null",
            "{}{}",
            "{} x",
            "{'a':1}",
            r#"{"a":1,}"#,
            r#"{"a":NaN}"#,
            r#"{"a":1e400}"#,
            r#"{"a":"\ud800"}"#,
        ] {
            assert_eq!(object(json.as_bytes()), None, "{json}");
        }
        assert_eq!(object(b"{\"a\":\"\xff\"}"), None);
        assert_eq!(object("\u{feff}{}".as_bytes()), None);
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(object(nested(100).as_bytes()).is_some());
        assert_eq!(object(nested(200).as_bytes()), None);
        assert_eq!(object(format!("{{\"a\":{}", "[".repeat(8000)).as_bytes()), None);
    }
}
