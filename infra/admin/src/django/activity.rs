//! Whether a user may log in, by whatever the source has for it. Nobody comes alive because a field has another name.

use crate::django::{
    fields::{flag, time},
    object::Object,
};
use serde_json::{Map, Value};

/// What says whether a user may log in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Activity<'a> {
    /// A field that is true for those who may.
    Active(&'a str),
    /// A field that is true, or a time, for those who may not.
    Inactive(&'a str),
    /// Everyone may, unless an `is_active` says no.
    All,
}

/// Whether a field sounds as if it could keep somebody out.
pub(crate) fn may_disable(name: &str) -> bool {
    const STEMS: [&str; 14] = [
        "activ", "approv", "archiv", "ban", "block", "clos", "confirm", "delet", "disabl", "enabl", "lock", "stat",
        "suspend", "verif",
    ];
    let name = name.to_lowercase();
    name.split(['_', ' ', '-']).any(|word| STEMS.iter().any(|stem| word.starts_with(stem)))
        || name.starts_with("isactive")
}

/// What to say of a source whose first object does not tell whether its user may log in.
pub(crate) fn undecided(object: &Object, activity: Activity<'_>) -> Option<String> {
    let (Activity::Active(name) | Activity::Inactive(name)) = activity else { return None };
    if object.fields.get(name).is_some() {
        return None;
    }
    let others: Vec<&str> = object.fields.keys().map(String::as_str).filter(|name| may_disable(name)).collect();
    let others = if others.is_empty() { String::new() } else { format!(", but {}", others.join(", ")) };
    Some(format!("the users have no {name}{others}"))
}

/// Nobody who may not log in there may do so here because of a name: what does not say it is refused.
pub(super) fn active(fields: &Map<String, Value>, activity: Activity<'_>) -> Result<bool, String> {
    let missing = |name: &str| format!("has no {name}, which says whether the user may log in");
    match activity {
        Activity::All => flag(fields, "is_active", true),
        Activity::Active(name) if fields.get(name).is_none_or(is_nothing) => Err(missing(name)),
        Activity::Active(name) => flag(fields, name, false),
        Activity::Inactive(name) if !fields.contains_key(name) => Err(missing(name)),
        Activity::Inactive(name) if fields.get(name).is_some_and(is_nothing) => Ok(true),
        // A time is when the user was disabled.
        Activity::Inactive(name) if time(fields, name).is_ok_and(|since| since.is_some()) => Ok(false),
        Activity::Inactive(name) => flag(fields, name, true).map(|is_out| !is_out),
    }
}

/// What a field holds that holds nothing.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(items) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::django::object::KEY;
    use serde_json::json;

    #[test]
    fn nobody_is_made_alive_by_a_missing_field() {
        let says = |fields: Value, activity| active(fields.as_object().unwrap(), activity);
        let (active, inactive) = (Activity::Active("active"), Activity::Inactive("disabled_at"));
        for fields in [json!({}), json!({"active": null}), json!({"active": ""}), json!({"active": "yes"})] {
            assert!(says(fields.clone(), active).is_err(), "{fields}");
        }
        assert_eq!([0, 1].map(|flag| says(json!({"active": flag}), active)), [Ok(false), Ok(true)]);
        assert!(says(json!({}), inactive).is_err() && says(json!({"disabled_at": "soon"}), inactive).is_err());
        assert_eq!(says(json!({"disabled_at": null}), inactive), Ok(true));
        for since in [json!("2024-02-29T23:59:59Z"), json!("t"), json!(1)] {
            assert_eq!(says(json!({"disabled_at": since}), inactive), Ok(false));
        }
        assert_eq!(says(json!({}), Activity::All), Ok(true));
        assert_eq!(says(json!({"is_active": false}), Activity::All), Ok(false));
    }

    #[test]
    fn a_source_that_does_not_say_it_is_asked_about() {
        let fields = json!({"username": "a", "is_enabled": 1, "status": "banned"}).as_object().unwrap().clone();
        let object = Object { key: KEY.to_owned(), pk: json!(1), fields };
        let asked = undecided(&object, Activity::Active("is_active"));
        assert_eq!(asked.as_deref(), Some("the users have no is_active, but is_enabled, status"));
        assert_eq!(undecided(&object, Activity::Active("is_enabled")), None);
        assert_eq!(undecided(&object, Activity::All), None);
    }

    #[test]
    fn a_field_may_sound_as_if_it_kept_somebody_out() {
        for name in ["active", "isActive", "is_disabled", "Enabled", "status", "banned_at", "email_verified", "deleted"]
        {
            assert!(may_disable(name), "{name}");
        }
        for name in ["role", "phone", "username", "is_staff", "last_login", "user_permissions"] {
            assert!(!may_disable(name), "{name}");
        }
    }
}
