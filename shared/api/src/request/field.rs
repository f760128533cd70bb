//! Fields become text or a message: Django REST framework's `CharField`.

/// The fields of a body, in its order: names and what was sent for them.
pub(crate) type Fields = Vec<(String, Value)>;

/// What a client sent for one field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    NotAString,
    Null,
    Surrogate(u16),
    Text(String),
}

/// A character field: every value is text, and what is only white space is blank.
#[derive(Clone, Copy)]
pub(crate) struct Char<'a> {
    longest: usize,
    may_be_blank: bool,
    may_be_missing: bool,
    pub(crate) name: &'a str,
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

    pub(crate) fn read(self, value: Option<&Value>) -> Result<Option<String>, String> {
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
