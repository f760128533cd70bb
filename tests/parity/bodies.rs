//! Request bodies of the recordings, as the bytes that went over the wire.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::collections::BTreeMap;

/// The boundary that the recorder used for every multipart body.
const BOUNDARY: &str = "goldenboundary7MA4YWxkTrZu0gW";

/// Tokens and texts that the steps of a case gave a name.
pub(crate) type Names = BTreeMap<String, String>;

/// The bytes of a recorded body.
pub(crate) fn bytes(body: &Value, names: &Names) -> Vec<u8> {
    let Some((shape, content)) = body.as_object().and_then(|body| body.iter().next()) else {
        return Vec::new();
    };
    match shape.as_str() {
        "b64" => STANDARD.decode(content.as_str().unwrap()).unwrap(),
        "form" => form(content, names).into_bytes(),
        "json" => filled(content, names).to_string().into_bytes(),
        "latin1" => latin1(&filled_text(content.as_str().unwrap(), names)),
        "multipart" => multipart(content, names).into_bytes(),
        "repeat" => repeat(content).into_bytes(),
        "text" => filled_text(content.as_str().unwrap(), names).into_bytes(),
        "utf16" => utf16(&filled_text(content.as_str().unwrap(), names)),
        _ => panic!("a body of an unknown shape: {shape}"),
    }
}

/// The same JSON with `${name}` filled in everywhere and `{"$repeat": [text, n]}` written out.
pub(crate) fn filled(value: &Value, names: &Names) -> Value {
    match value {
        Value::String(text) => filled_text(text, names).into(),
        Value::Array(items) => items.iter().map(|item| filled(item, names)).collect(),
        Value::Object(fields) if fields.contains_key("$repeat") => repeated(&fields["$repeat"]).into(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), filled(value, names))).collect(),
        _ => value.clone(),
    }
}

/// The same text with `${name}` filled in.
pub(crate) fn filled_text(text: &str, names: &Names) -> String {
    let mut filled = text.to_owned();
    for (name, value) in names {
        filled = filled.replace(&format!("${{{name}}}"), value);
    }
    filled
}

/// `[unit, n]`: the unit n times.
pub(crate) fn repeated(parts: &Value) -> String {
    parts[0].as_str().unwrap().repeat(usize::try_from(parts[1].as_u64().unwrap()).unwrap())
}

/// One byte a letter, as HTTP header values are; UTF-8 where a letter does not fit into one.
pub(crate) fn latin1(text: &str) -> Vec<u8> {
    let letters: Option<_> = text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
    letters.unwrap_or_else(|| text.as_bytes().to_vec())
}

fn repeat(parts: &Value) -> String {
    let [before, after] = [&parts[0], &parts[3]].map(|part| part.as_str().unwrap());
    let units = repeated(&Value::Array(vec![parts[1].clone(), parts[2].clone()]));
    format!("{before}{units}{after}")
}

fn form(fields: &Value, names: &Names) -> String {
    let fields = fields.as_array().unwrap().iter();
    let pair = |field: &Value| {
        let value = filled_text(field[1].as_str().unwrap(), names);
        format!("{}={}", percent(field[0].as_str().unwrap()), percent(&value))
    };
    fields.map(pair).collect::<Vec<_>>().join("&")
}

fn percent(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => char::from(byte).to_string(),
        b' ' => "+".to_owned(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

fn multipart(parts: &Value, names: &Names) -> String {
    let mut body = String::new();
    for part in parts.as_array().unwrap() {
        let (name, value) = (part[0].as_str().unwrap(), filled_text(part[1].as_str().unwrap(), names));
        let more = part[2].as_str().unwrap_or_default();
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n");
        body.push_str(&format!("{head}{value}\r\n"));
    }
    body + &format!("--{BOUNDARY}--\r\n")
}

fn utf16(text: &str) -> Vec<u8> {
    let marked = std::iter::once(0xfeff).chain(text.encode_utf16());
    marked.flat_map(u16::to_le_bytes).collect()
}
