//! Bodies become fields, as Django REST framework's parsers read them.

use crate::{
    problem::Problem,
    request::{
        field::{Char, Fields, Value},
        json, multipart,
    },
};
use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8};
use http::{HeaderMap, header::CONTENT_TYPE};

/// The longest body that is read, in bytes. Tokens and passwords need a tenth of it.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// Python codecs that are no text encodings: Django REST framework refuses them by name.
const NOT_TEXT: &[&str] = &[
    "base64",
    "base64_codec",
    "bz2",
    "bz2_codec",
    "hex",
    "hex_codec",
    "quopri",
    "quopri_codec",
    "rot13",
    "rot_13",
    "uu",
    "uu_codec",
    "zip",
    "zlib",
    "zlib_codec",
];

/// The longest Content-Type that Django reads, in bytes; a longer one is of no type for Django REST framework.
const LONGEST_CONTENT_TYPE: usize = 10_000;

/// The fields of a body.
#[derive(Debug, Default)]
pub(crate) struct Body {
    fields: Fields,
}

impl Body {
    /// Reads a body by its Content-Type. An empty one has no fields, whatever its type.
    pub(crate) async fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, Problem> {
        let content_type = headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
        match content_type {
            Some(name) if media_type(&name) == "multipart/form-data" && is_read(&name, body)? => {
                Ok(Self { fields: multipart::multipart(&name, body.clone()).await? })
            }
            _ => Self::read_simple(headers, body),
        }
    }

    /// The same for a body that does not come in parts.
    pub(crate) fn read_simple(headers: &HeaderMap, body: &Bytes) -> Result<Self, Problem> {
        let content_type = headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let content_type = content_type.unwrap_or_default();
        if !is_read(&content_type, body)? {
            return Ok(Self::default());
        }
        let fields = match media_type(&content_type).as_str() {
            "application/json" | "application/*" | "*/*" => json::read(&decode(&content_type, body)?)?,
            "application/x-www-form-urlencoded" => multipart::urlencoded(body)?,
            _ => return Err(Problem::UnsupportedMediaType(content_type.into_owned())),
        };
        Ok(Self { fields })
    }

    /// The value of a field; where a form names it twice, the last.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.fields.iter().rev().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// The text of a field, if it is one of text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The text of every named field, in order.
    ///
    /// # Errors
    /// [`Problem::Fields`] with a message for each field that is missing or wrong.
    pub(crate) fn require<const N: usize>(&self, fields: [Char<'_>; N]) -> Result<[String; N], Problem> {
        Ok(self.take(fields)?.map(Option::unwrap_or_default))
    }

    /// The text of every named field, in order; `None` for one that was left out and may be.
    ///
    /// # Errors
    /// As [`Body::require`].
    pub(crate) fn take<const N: usize>(&self, fields: [Char<'_>; N]) -> Result<[Option<String>; N], Problem> {
        let read =
            fields.map(|field| field.read(self.value(field.name)).map_err(|fault| (field.name.to_owned(), fault)));
        let faults: Vec<_> = read.iter().filter_map(|field| field.as_ref().err().cloned()).collect();
        if faults.is_empty() { Ok(read.map(Result::unwrap_or_default)) } else { Err(Problem::Fields(faults)) }
    }
}

/// Whether there is a body to be read, and none that is too long or of no type.
fn is_read(content_type: &str, body: &Bytes) -> Result<bool, Problem> {
    if body.len() > MAX_BODY {
        return Err(Problem::BodyTooLarge);
    }
    if !body.is_empty() && content_type.len() > LONGEST_CONTENT_TYPE {
        return Err(Problem::UnsupportedMediaType(content_type.to_owned()));
    }
    Ok(!body.is_empty())
}

fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn decode(content_type: &str, body: &Bytes) -> Result<String, Problem> {
    let charset = parameter(content_type, "charset").unwrap_or_default();
    if NOT_TEXT.iter().any(|codec| charset.eq_ignore_ascii_case(codec)) {
        return Err(Problem::UnsupportedCharset(charset));
    }
    let label = charset.to_ascii_lowercase().replace('_', "-").replace("latin-1", "latin1");
    let encoding = Encoding::for_label(label.as_bytes()).unwrap_or(UTF_8);
    if encoding == UTF_8 {
        return std::str::from_utf8(body).map(str::to_owned).map_err(|fault| {
            Problem::JsonParse(format!("'utf-8' codec can't decode byte in position {}", fault.valid_up_to()))
        });
    }
    let (text, _, malformed) = encoding.decode(body);
    if malformed { Err(Problem::JsonParse("body is not in its charset".to_owned())) } else { Ok(text.into_owned()) }
}

fn parameter(content_type: &str, name: &str) -> Option<String> {
    let (_, value) = content_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(parameter, _)| parameter.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Body {
        Body { fields: vec![("a".to_owned(), Value::Text(text.to_owned()))] }
    }

    fn fault(problem: Problem) -> String {
        problem.body().to_string()
    }

    #[test]
    fn trims_text_and_keeps_passwords() {
        assert_eq!(body(" x\u{a0}\x1f").require([Char::trimmed("a")]).unwrap(), ["x"]);
        assert_eq!(body("  pw  ").require([Char::exact("a")]).unwrap(), ["  pw  "]);
    }

    #[test]
    fn tells_every_fault_at_once_and_in_order() {
        let problem = body("").require([Char::trimmed("b"), Char::exact("a")]).unwrap_err();
        assert_eq!(fault(problem), r#"{"b":["This field is required."],"a":["This field may not be blank."]}"#);
    }

    #[test]
    fn a_field_may_be_left_out_or_blank_where_it_says_so() {
        let fields = [Char::trimmed("a").or_blank(), Char::trimmed("b").or_missing(true)];
        assert_eq!(body("  ").take(fields).unwrap(), [Some(String::new()), None]);
        let fields = [Char::trimmed("a"), Char::trimmed("b").or_missing(false)];
        assert_eq!(
            fault(body("  ").take(fields).unwrap_err()),
            r#"{"a":["This field may not be blank."],"b":["This field is required."]}"#
        );
    }

    #[test]
    fn counts_characters_after_it_has_trimmed() {
        assert_eq!(body(" éé ").take([Char::trimmed("a").up_to(2)]).unwrap(), [Some("éé".to_owned())]);
        assert_eq!(
            fault(body("xxx").take([Char::trimmed("a").up_to(2)]).unwrap_err()),
            r#"{"a":["Ensure this field has no more than 2 characters."]}"#
        );
    }

    #[test]
    fn keeps_a_zero_width_space() {
        assert_eq!(body("x\u{200b}").require([Char::trimmed("a")]).unwrap(), ["x\u{200b}"]);
    }

    #[test]
    fn refuses_a_nul_anywhere() {
        assert_eq!(
            fault(body("a\0b").require([Char::exact("a")]).unwrap_err()),
            r#"{"a":["Null characters are not allowed."]}"#
        );
    }

    #[test]
    fn takes_the_last_of_a_repeated_form_field() {
        let body = Body { fields: multipart::urlencoded(&Bytes::from_static(b"a=1&a=2+3&b=%zz")).unwrap() };
        assert_eq!(body.value("a"), Some(&Value::Text("2 3".to_owned())));
    }
}
