//! One further field of a user.

use crate::number::Number;
use serde_json::Value;

/// The value of one further field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Attribute {
    /// True or false.
    Bool(bool),
    /// Texts in their order; there may be none.
    List(Vec<String>),
    /// A number.
    Number(Number),
    /// A text, which may be empty.
    Text(String),
}

impl Attribute {
    /// Reads a JSON value; `None` for `null`, for an object, for a list of anything but texts, and for a number that is not kept.
    #[must_use]
    pub fn of_json(value: &Value) -> Option<Self> {
        match value {
            Value::Array(values) => {
                let texts = values.iter().map(|value| value.as_str().map(str::to_owned));
                texts.collect::<Option<_>>().map(Self::List)
            }
            Value::Bool(truth) => Some(Self::Bool(*truth)),
            Value::Null | Value::Object(_) => None,
            Value::Number(number) => Number::of_json(number).map(Self::Number),
            Value::String(text) => Some(Self::Text(text.clone())),
        }
    }

    /// The same as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Bool(truth) => Value::Bool(*truth),
            Self::List(texts) => texts.iter().map(String::as_str).collect(),
            Self::Number(number) => Value::Number(number.to_json()),
            Self::Text(text) => Value::String(text.clone()),
        }
    }

    /// The type in a word, for messages.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "boolean",
            Self::List(_) => "list",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
        }
    }
}
