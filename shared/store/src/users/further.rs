//! The further fields of a user, as an item has them: one map.

use crate::{
    dynamodb::{
        item::{Item, Reader},
        names::USER_ATTRIBUTES,
    },
    error::Error,
};
use attributes::{Attribute, Attributes, Number};
use aws_sdk_dynamodb::types::AttributeValue;

/// The map; `None` where there is no field, so that a row without fields stays as it always was.
pub(crate) fn written(attributes: &Attributes) -> Option<AttributeValue> {
    let members = attributes.iter().map(|(name, attribute)| (name.to_owned(), value(attribute)));
    (!attributes.is_empty()).then(|| AttributeValue::M(members.collect()))
}

/// The fields of a row.
pub(crate) fn read(row: &Item) -> Result<Attributes, Error> {
    let mut attributes = Attributes::default();
    for (name, value) in Reader(row).map(USER_ATTRIBUTES)?.into_iter().flatten() {
        let corrupt = || Error::corrupt(format!("{USER_ATTRIBUTES} has a {name} of the wrong type"));
        let attribute = attribute(value).ok_or_else(corrupt)?;
        attributes.put(name, attribute).map_err(|fault| Error::corrupt(fault.to_string()))?;
    }
    Ok(attributes)
}

fn value(attribute: &Attribute) -> AttributeValue {
    match attribute {
        Attribute::Bool(truth) => AttributeValue::Bool(*truth),
        Attribute::List(texts) => AttributeValue::L(texts.iter().cloned().map(AttributeValue::S).collect()),
        Attribute::Number(number) => AttributeValue::N(number.to_string()),
        Attribute::Text(text) => AttributeValue::S(text.clone()),
    }
}

fn attribute(value: &AttributeValue) -> Option<Attribute> {
    match value {
        AttributeValue::Bool(truth) => Some(Attribute::Bool(*truth)),
        AttributeValue::L(values) => {
            values.iter().map(|value| value.as_s().ok().cloned()).collect::<Option<_>>().map(Attribute::List)
        }
        AttributeValue::N(text) => Number::parse(text).map(Attribute::Number),
        AttributeValue::S(text) => Some(Attribute::Text(text.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::item::item;
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    fn values() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e30..1e30).prop_map(|number: f64| Value::from(number)),
            ".{0,40}".prop_map(Value::from),
            proptest::collection::vec(".{0,10}", 0..5).prop_map(Value::from),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_into_an_item_is_read_from_it(
            members in proptest::collection::btree_map("[a-z_]{1,12}x", values(), 0..12)
        ) {
            let members: Map<String, Value> = members.into_iter().collect();
            let attributes = Attributes::of_json(&members).unwrap();
            let row = item("user#7".to_owned(), [(USER_ATTRIBUTES, written(&attributes))]);
            prop_assert_eq!(read(&row), Ok(attributes));
        }
    }

    #[test]
    fn dd_23_a_field_of_another_type_is_corrupt() {
        for value in [AttributeValue::Null(true), AttributeValue::L(vec![AttributeValue::Bool(true)])] {
            let map = AttributeValue::M([("role".to_owned(), value)].into());
            let fault = read(&item("user#7".to_owned(), [(USER_ATTRIBUTES, Some(map))])).unwrap_err();
            assert_eq!(fault, Error::corrupt("user_attributes has a role of the wrong type"));
        }
    }
}
