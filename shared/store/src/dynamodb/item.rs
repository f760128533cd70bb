//! Items as DynamoDB has them, written and read with a type for every attribute.

use crate::{dynamodb::names::PK, error::Error};
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

/// An item: attribute names and values.
pub(crate) type Item = HashMap<String, AttributeValue>;

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(crate) fn flag(value: bool) -> AttributeValue {
    AttributeValue::Bool(value)
}

/// A set of one text, to be added to another: what is in it twice is in it once.
pub(crate) fn set_of(value: impl Into<String>) -> AttributeValue {
    AttributeValue::Ss(vec![value.into()])
}

/// A set of texts; DynamoDB takes none that is empty.
pub(crate) fn set(values: &[String]) -> AttributeValue {
    AttributeValue::Ss(values.to_vec())
}

/// A list, not a set: it keeps its order and may be empty.
pub(crate) fn texts(values: &[String]) -> AttributeValue {
    AttributeValue::L(values.iter().map(text).collect())
}

/// The item with this key and these attributes; those without a value are left out.
pub(crate) fn item<const N: usize>(pk: String, attributes: [(&str, Option<AttributeValue>); N]) -> Item {
    let present = attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    present.chain([(PK.to_owned(), text(pk))]).collect()
}

/// Reads an item, and refuses what is not as it must be.
pub(crate) struct Reader<'a>(pub(crate) &'a Item);

impl<'a> Reader<'a> {
    /// The item, if its key is the one that was asked for.
    pub(crate) fn of(self, pk: &str) -> Result<Self, Error> {
        if self.text(PK)? == pk {
            Ok(self)
        } else {
            Err(Error::corrupt(format!("{pk} was asked for and another came")))
        }
    }

    pub(crate) fn text(&self, name: &str) -> Result<String, Error> {
        self.required(name, self.optional_text(name)?)
    }

    pub(crate) fn optional_text(&self, name: &str) -> Result<Option<String>, Error> {
        self.optional(name, |value| value.as_s().ok().cloned())
    }

    pub(crate) fn number(&self, name: &str) -> Result<i64, Error> {
        self.required(name, self.optional_number(name)?)
    }

    pub(crate) fn optional_number(&self, name: &str) -> Result<Option<i64>, Error> {
        self.optional(name, |value| value.as_n().ok()?.parse().ok())
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, Error> {
        self.required(name, self.optional(name, |value| value.as_bool().ok().copied())?)
    }

    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        let list = |value: &AttributeValue| value.as_l().ok()?.iter().map(|each| each.as_s().ok().cloned()).collect();
        self.required(name, self.optional(name, list)?)
    }

    pub(crate) fn map(&self, name: &str) -> Result<Option<&'a Item>, Error> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => value.as_m().map(Some).map_err(|_| self.fault(name, "has the wrong type")),
        }
    }

    /// The texts of a set; none where there is no set.
    pub(crate) fn set(&self, name: &str) -> Result<Vec<String>, Error> {
        Ok(self.optional(name, |value| value.as_ss().ok().cloned())?.unwrap_or_default())
    }

    /// How many texts are in a set; none where there is no set.
    pub(crate) fn size_of_set(&self, name: &str) -> Result<u64, Error> {
        let size = self.optional(name, |value| u64::try_from(value.as_ss().ok()?.len()).ok())?;
        Ok(size.unwrap_or_default())
    }

    fn optional<T>(&self, name: &str, read: impl Fn(&AttributeValue) -> Option<T>) -> Result<Option<T>, Error> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.fault(name, "has the wrong type")),
        }
    }

    fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, Error> {
        value.ok_or_else(|| self.fault(name, "is missing"))
    }

    fn fault(&self, name: &str, what: &str) -> Error {
        let key = self.0.get(PK).and_then(|key| key.as_s().ok()).map_or("an item without a key", String::as_str);
        Error::corrupt(format!("{name} of {key} {what}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Item {
        item("user#7".to_owned(), [("name", Some(text("a"))), ("age", Some(number(-5))), ("gone", None)])
    }

    #[test]
    fn what_is_written_is_read() {
        let row = row();
        let reader = Reader(&row).of("user#7").unwrap();
        assert_eq!((reader.text("name"), reader.number("age")), (Ok("a".to_owned()), Ok(-5)));
        assert_eq!(reader.optional_text("gone"), Ok(None));
    }

    #[test]
    fn dd_23_another_type_is_corrupt() {
        let row = row();
        let fault = Reader(&row).number("name").unwrap_err();
        assert_eq!(fault, Error::corrupt("name of user#7 has the wrong type"));
        assert!(Reader(&row).optional_number("name").is_err());
    }

    #[test]
    fn dd_23_a_missing_attribute_is_corrupt() {
        assert_eq!(Reader(&row()).flag("staff"), Err(Error::corrupt("staff of user#7 is missing")));
    }

    #[test]
    fn dd_23_another_row_is_corrupt() {
        assert!(Reader(&row()).of("user#8").is_err());
    }
}
