//! The further fields of a user: what a team's own user model has beside Django's.
//!
//! A field is a text, a number, a truth or a list of texts. All fields of a user take at most [`LARGEST`] bytes, as JSON. No field
//! has the name of one that every user has. What is read here can be written as JSON and as a number of DynamoDB without loss.

mod attribute;
mod name;
mod number;

pub use attribute::Attribute;
pub use name::is_name;
pub use number::Number;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt};

/// The most bytes that the fields of one user take, as JSON. DynamoDB would take 400 KB; each 4 KB of a row cost a unit at each read.
pub const LARGEST: usize = 16 * 1024;

/// The further fields of one user by their names.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Attributes(BTreeMap<String, Attribute>);

/// Why a field cannot be kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The name is none that a field can have.
    Name(String),
    /// All fields together take more than [`LARGEST`] bytes.
    Size,
    /// The field has no text, no number, no truth and no list of texts.
    Type(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                out,
                "{name:?} is not the name of an attribute; use up to 64 letters, digits and _, and none of the names that every user has"
            ),
            Self::Size => write!(out, "the attributes take more than {} KiB together", LARGEST / 1024),
            Self::Type(name) => {
                write!(out, "{name} is neither a text, nor a number, nor true or false, nor a list of texts")
            }
        }
    }
}

impl std::error::Error for Fault {}

impl Attributes {
    /// Reads the members of a JSON object; one that is `null` is not there.
    ///
    /// # Errors
    /// The first member that cannot be kept.
    pub fn of_json(members: &Map<String, Value>) -> Result<Self, Fault> {
        let mut attributes = Self::default();
        for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            let attribute = Attribute::of_json(value).ok_or_else(|| Fault::Type(name.clone()))?;
            attributes.put(name, attribute)?;
        }
        attributes.within_bounds()
    }

    /// The members of a JSON object, in the order of their names.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        self.0.iter().map(|(name, attribute)| (name.clone(), attribute.to_json())).collect()
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Attribute> {
        self.0.get(name)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every field, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Attribute)> {
        self.0.iter().map(|(name, attribute)| (name.as_str(), attribute))
    }

    /// Sets a field. Whether all of them still fit, [`Attributes::within_bounds`] says.
    ///
    /// # Errors
    /// [`Fault::Name`].
    pub fn put(&mut self, name: &str, attribute: Attribute) -> Result<(), Fault> {
        if !is_name(name) {
            return Err(Fault::Name(name.to_owned()));
        }
        self.0.insert(name.to_owned(), attribute);
        Ok(())
    }

    /// Takes a field away.
    pub fn remove(&mut self, name: &str) -> Option<Attribute> {
        self.0.remove(name)
    }

    /// These fields, if a row can keep them.
    ///
    /// # Errors
    /// [`Fault::Size`].
    pub fn within_bounds(self) -> Result<Self, Fault> {
        let is_too_large = Value::Object(self.to_json()).to_string().len() > LARGEST;
        if is_too_large { Err(Fault::Size) } else { Ok(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(value: &Value) -> Result<Attributes, Fault> {
        Attributes::of_json(value.as_object().unwrap())
    }

    #[test]
    fn four_types_are_kept_and_null_is_nothing() {
        let fields = json!({"beta": true, "level": 3, "role": "editor", "tags": ["a", "b"]});
        assert_eq!(Value::Object(of(&fields).unwrap().to_json()), fields);
        assert!(of(&json!({"role": null})).unwrap().is_empty());
    }

    #[test]
    fn what_has_another_type_is_refused_by_its_name() {
        for value in [json!({}), json!([1]), json!([["a"]]), json!([null])] {
            assert_eq!(of(&json!({"x": value})), Err(Fault::Type("x".to_owned())));
        }
    }

    #[test]
    fn no_field_takes_the_name_of_one_that_every_user_has() {
        for name in ["id", "password", "is_staff", "groups", "epoch", "pk", "user_permissions"] {
            assert_eq!(of(&json!({name: "x"})), Err(Fault::Name(name.to_owned())));
        }
    }

    #[test]
    fn sixteen_kilobytes_are_enough() {
        let frame = json!({"x": ""}).to_string().len();
        assert!(of(&json!({"x": "a".repeat(LARGEST - frame)})).is_ok());
        assert_eq!(of(&json!({"x": "a".repeat(LARGEST - frame + 1)})), Err(Fault::Size));
    }
}
