//! What is read as a further field is written as it was read, whatever it is.

use attributes::{Attribute, Attributes, Number};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        (-1e30..1e30).prop_map(|number: f64| json!(number)),
        ".{0,40}".prop_map(Value::from),
        proptest::collection::vec(".{0,10}", 0..5).prop_map(Value::from),
        Just(Value::Null),
        Just(json!({"a": 1})),
    ]
}

fn members() -> impl Strategy<Value = Map<String, Value>> {
    proptest::collection::btree_map("[a-z_][a-z0-9_]{0,12}", value(), 0..12)
        .prop_map(|members| members.into_iter().collect())
}

proptest! {
    #[test]
    fn json_comes_back_as_it_went(members in members()) {
        if let Ok(attributes) = Attributes::of_json(&members) {
            let written = attributes.to_json();
            prop_assert_eq!(Attributes::of_json(&written), Ok(attributes));
            for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
                let same = written[name] == *value || written[name].as_f64() == value.as_f64();
                prop_assert!(same, "{} {}", written[name], value);
            }
        }
    }

    #[test]
    fn a_number_comes_back_from_its_text(double in any::<f64>(), whole in any::<i64>()) {
        for value in [json!(double), json!(whole)] {
            if let Some(Attribute::Number(number)) = Attribute::of_json(&value) {
                prop_assert_eq!(Number::parse(&number.to_string()), Some(number));
            }
        }
    }

    #[test]
    fn nothing_that_is_read_is_larger_than_a_row_takes(name in "[a-z]{1,64}", text in ".{0,9000}") {
        let members = Map::from_iter([(name, json!(text))]);
        if let Ok(attributes) = Attributes::of_json(&members) {
            prop_assert!(Value::Object(attributes.to_json()).to_string().len() <= attributes::LARGEST);
        }
    }
}
