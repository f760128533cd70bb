//! Bodies become fields, fields become text or a message: Django REST framework's parsers and `CharField`.

use crate::{problem::Problem, request::json};
use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8};
use http::{HeaderMap, header::CONTENT_TYPE};

/// The longest body that is read, in bytes. Tokens and passwords need a tenth of it.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// Form fields beyond this number are an attack on whoever loops over them (Django: DATA_UPLOAD_MAX_NUMBER_FIELDS).
const MAX_FIELDS: usize = 1000;

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

/// What a client sent for one field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    NotAString,
    Null,
    Surrogate(u16),
    Text(String),
}

/// The longest Content-Type that Django reads, in bytes; a longer one is of no type for Django REST framework.
const LONGEST_CONTENT_TYPE: usize = 10_000;

/// The fields of a body.
#[derive(Debug, Default)]
pub(crate) struct Body {
    fields: Vec<(String, Value)>,
}

impl Body {
    pub(crate) fn new(fields: Vec<(String, Value)>) -> Self {
        Self { fields }
    }

    /// Reads a body by its Content-Type. An empty one has no fields, whatever its type.
    pub(crate) async fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, Problem> {
        if body.len() > MAX_BODY {
            return Err(Problem::BodyTooLarge);
        }
        if body.is_empty() {
            return Ok(Self::default());
        }
        let content_type = headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let content_type = content_type.unwrap_or_default();
        if content_type.len() > LONGEST_CONTENT_TYPE {
            return Err(Problem::UnsupportedMediaType(content_type.into_owned()));
        }
        match content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/json" | "application/*" | "*/*" => json::read(&decode(&content_type, body)?),
            "application/x-www-form-urlencoded" => urlencoded(body),
            "multipart/form-data" => multipart(&content_type, body.clone()).await,
            _ => Err(Problem::UnsupportedMediaType(content_type.into_owned())),
        }
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

/// A character field: every value is text, and what is only white space is blank.
#[derive(Clone, Copy)]
pub(crate) struct Char<'a> {
    longest: usize,
    may_be_blank: bool,
    may_be_missing: bool,
    name: &'a str,
    trim: bool,
}

impl<'a> Char<'a> {
    /// A field whose outer white space means nothing, as in Django REST framework.
    pub(crate) fn trimmed(name: &'a str) -> Self {
        Self { longest: usize::MAX, may_be_blank: false, may_be_missing: false, name, trim: true }
    }

    /// A field that is taken as it was typed: a password may begin with a space.
    pub(crate) fn exact(name: &'a str) -> Self {
        Self { trim: false, ..Self::trimmed(name) }
    }

    /// `allow_blank`.
    pub(crate) fn or_blank(self) -> Self {
        Self { may_be_blank: true, ..self }
    }

    /// Not `required`, where that is so.
    pub(crate) fn or_missing(self, may_be_missing: bool) -> Self {
        Self { may_be_missing, ..self }
    }

    /// `max_length`, in characters.
    pub(crate) fn up_to(self, longest: usize) -> Self {
        Self { longest, ..self }
    }

    fn read(self, value: Option<&Value>) -> Result<Option<String>, String> {
        match value {
            None if self.may_be_missing => Ok(None),
            given => self.given(given).map(Some),
        }
    }

    fn given(self, value: Option<&Value>) -> Result<String, String> {
        match value {
            None => Err("This field is required.".to_owned()),
            Some(Value::Null) => Err("This field may not be null.".to_owned()),
            Some(Value::NotAString) => Err("Not a valid string.".to_owned()),
            Some(Value::Surrogate(unit)) => Err(format!("Surrogate characters are not allowed: U+{unit:X}.")),
            Some(Value::Text(text)) if is_blank(text) && !self.may_be_blank => {
                Err("This field may not be blank.".to_owned())
            }
            Some(Value::Text(text)) if text.contains('\0') => Err("Null characters are not allowed.".to_owned()),
            Some(Value::Text(text)) if self.trim => self.within(text.trim_matches(is_space)),
            Some(Value::Text(text)) => self.within(text),
        }
    }

    fn within(self, text: &str) -> Result<String, String> {
        if text.chars().count() > self.longest {
            return Err(format!("Ensure this field has no more than {} characters.", self.longest));
        }
        Ok(text.to_owned())
    }
}

fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// Python's `str.isspace`: Unicode's white space and the four separators of ASCII.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
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

fn urlencoded(body: &Bytes) -> Result<Body, Problem> {
    let fields: Vec<_> = form_urlencoded::parse(body)
        .take(MAX_FIELDS + 1)
        .map(|(name, value)| (name.into_owned(), Value::Text(value.into_owned())))
        .collect();
    bounded(fields)
}

async fn multipart(content_type: &str, body: Bytes) -> Result<Body, Problem> {
    let boundary = multer::parse_boundary(content_type)
        .map_err(|_| Problem::FormParse("Invalid boundary in multipart: None".to_owned()))?;
    let whole = futures_util::stream::once(std::future::ready(Ok::<_, std::convert::Infallible>(body)));
    let mut parts = multer::Multipart::new(whole, boundary);
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some();
        let text = String::from_utf8_lossy(&part.bytes().await.map_err(unreadable)?).into_owned();
        fields.push((name, if is_file { Value::NotAString } else { Value::Text(text) }));
    }
    bounded(fields)
}

fn unreadable(fault: multer::Error) -> Problem {
    Problem::FormParse(fault.to_string())
}

fn bounded(fields: Vec<(String, Value)>) -> Result<Body, Problem> {
    if fields.len() > MAX_FIELDS {
        return Err(Problem::FormParse(format!("more than {MAX_FIELDS} fields")));
    }
    Ok(Body::new(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Body {
        Body::new(vec![("a".to_owned(), Value::Text(text.to_owned()))])
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
        let body = urlencoded(&Bytes::from_static(b"a=1&a=2+3&b=%zz")).unwrap();
        assert_eq!(body.value("a"), Some(&Value::Text("2 3".to_owned())));
    }
}
