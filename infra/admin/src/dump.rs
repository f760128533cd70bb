//! What `manage.py dumpdata auth.user auth.group` writes, read as users of ours.

use aws_sdk_cloudformation::primitives::{DateTime, DateTimeFormat};
use serde_json::{Deserializer, Map, Value};
use std::collections::BTreeMap;
use store::User;

/// How the dump names things, and the second that stands for a missing date of joining.
pub(crate) struct Naming<'a> {
    /// The model of the users: `auth.user`.
    pub(crate) model: &'a str,
    /// The field that users log in with: `username`.
    pub(crate) username_field: &'a str,
    pub(crate) now: i64,
}

/// A whole dump.
pub(crate) struct Dump {
    /// In the order of the file.
    pub(crate) rows: Vec<Row>,
    /// How many objects of each other model were passed over.
    pub(crate) skipped: BTreeMap<String, usize>,
}

/// One user of the dump.
pub(crate) struct Row {
    /// The place of the object in the file, counted from 0.
    pub(crate) index: usize,
    /// The user, or why it is none.
    pub(crate) user: Result<User, String>,
}

/// Names of groups by their primary keys, as text.
type Groups = BTreeMap<String, String>;

/// Reads a dump in Django's JSON or JSONL format.
///
/// # Errors
/// A sentence, when the text is neither.
pub(crate) fn read(text: &str, naming: &Naming<'_>) -> Result<Dump, String> {
    let objects = objects_of(text)?;
    let groups = groups_of(&objects);
    let mut dump = Dump { rows: Vec::new(), skipped: BTreeMap::new() };
    for (index, object) in objects.iter().enumerate() {
        match model_of(object) {
            Some(model) if model.eq_ignore_ascii_case(naming.model) => {
                dump.rows.push(Row { index, user: user_of(object, &groups, naming) });
            }
            Some(model) => *dump.skipped.entry(model.to_owned()).or_default() += 1,
            None => dump.rows.push(Row { index, user: Err("is no object of a dump: it has no model".to_owned()) }),
        }
    }
    Ok(dump)
}

/// Writes Unix seconds as RFC 3339 in UTC, such as `2026-11-22T09:30:00Z`.
pub(crate) fn date(seconds: i64) -> String {
    DateTime::from_secs(seconds).fmt(DateTimeFormat::DateTime).unwrap_or_else(|_| seconds.to_string())
}

/// One array (`--format json`), or one object a line (`--format jsonl`).
fn objects_of(text: &str) -> Result<Vec<Value>, String> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let read = if text.starts_with('[') {
        serde_json::from_str(text)
    } else {
        Deserializer::from_str(text).into_iter().collect()
    };
    match read {
        Ok(objects) if text.starts_with(['[', '{']) => Ok(objects),
        Ok(_) => Err("is not a dump: it holds no JSON list".to_owned()),
        Err(cause) => Err(format!("is not JSON: {cause}")),
    }
}

fn groups_of(objects: &[Value]) -> Groups {
    let named = objects.iter().filter(|object| model_of(object) == Some("auth.group")).filter_map(|object| {
        let name = object.get("fields")?.get("name")?.as_str()?;
        Some((key_of(object.get("pk")?)?, name.to_owned()))
    });
    named.collect()
}

fn model_of(object: &Value) -> Option<&str> {
    object.get("model")?.as_str()
}

fn user_of(object: &Value, groups: &Groups, naming: &Naming<'_>) -> Result<User, String> {
    let fields = object.get("fields").and_then(Value::as_object).ok_or("has no fields")?;
    let id = object.get("pk").and_then(key_of).ok_or("has no pk; dump without --natural-primary")?;
    let username = text(fields, naming.username_field)?;
    if username.trim().is_empty() {
        return Err(format!("has no {}; name the right field with --username-field", naming.username_field));
    }
    let joined = time(fields, "date_joined")?;
    Ok(User {
        id,
        username,
        password: stored_password(fields)?,
        email: text(fields, "email")?,
        first_name: text(fields, "first_name")?,
        last_name: text(fields, "last_name")?,
        // A user model of one's own may lack the field: Django's AbstractBaseUser says True then.
        is_active: flag(fields, "is_active", true)?,
        is_staff: flag(fields, "is_staff", false)?,
        is_superuser: flag(fields, "is_superuser", false)?,
        groups: names(fields, groups)?,
        last_login: time(fields, "last_login")?,
        created_at: joined.unwrap_or(naming.now),
        // Tokens that Django has issued stay good.
        epoch: joined.unwrap_or_default(),
    })
}

/// Django compares nothing with an empty hash either; its own sign for that is `!`.
fn stored_password(fields: &Map<String, Value>) -> Result<String, String> {
    let encoded = text(fields, "password")?;
    Ok(if encoded.is_empty() { "!".to_owned() } else { encoded })
}

/// A primary key is a whole number or a text (UUIDs, too).
fn key_of(key: &Value) -> Option<String> {
    match key {
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

fn text(fields: &Map<String, Value>, name: &str) -> Result<String, String> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("has a {name} that is not text")),
    }
}

fn flag(fields: &Map<String, Value>, name: &str, missing: bool) -> Result<bool, String> {
    match fields.get(name) {
        None => Ok(missing),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(format!("has an {name} that is neither true nor false")),
    }
}

/// Groups come as primary keys, or as `["name"]` with `--natural-foreign`. A key whose group is not in the dump stays a number.
fn names(fields: &Map<String, Value>, groups: &Groups) -> Result<Vec<String>, String> {
    let Some(listed) = fields.get("groups") else { return Ok(Vec::new()) };
    let listed = listed.as_array().ok_or("has groups that are not a list")?;
    let name = |group: &Value| match group {
        Value::Array(natural) => natural.first().and_then(Value::as_str).map(str::to_owned),
        key => key_of(key).map(|key| groups.get(&key).cloned().unwrap_or(key)),
    };
    listed.iter().map(|group| name(group).ok_or_else(|| "has a group without name and key".to_owned())).collect()
}

/// Django writes RFC 3339, and without any offset when `USE_TZ` is off: that is read as UTC.
fn time(fields: &Map<String, Value>, name: &str) -> Result<Option<i64>, String> {
    let written = text(fields, name)?;
    if written.is_empty() {
        return Ok(None);
    }
    let written = written.replacen(' ', "T", 1);
    let parsed = parse(&written).or_else(|| parse(&format!("{written}Z")));
    parsed.map(Some).ok_or_else(|| format!("has a {name} that is not a date and time"))
}

fn parse(text: &str) -> Option<i64> {
    Some(DateTime::from_str(text, DateTimeFormat::DateTimeWithOffset).ok()?.secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NAMING: Naming<'_> = Naming { model: "auth.user", username_field: "username", now: 1_700_000_000 };

    fn user(fields: &Value) -> Result<User, String> {
        let object = json!([{"model": "auth.user", "pk": 1, "fields": fields}]).to_string();
        read(&object, &NAMING).unwrap().rows.remove(0).user
    }

    fn one(pk: &Value) -> Result<User, String> {
        let object = json!([{"model": "auth.user", "pk": pk, "fields": {"username": "a"}}]).to_string();
        read(&object, &NAMING).unwrap().rows.remove(0).user
    }

    #[test]
    fn every_field_is_kept() {
        let user = user(&json!({
            "username": "alice", "password": "md5$a$b", "email": "a@example.org", "first_name": "A", "last_name": "L",
            "is_active": false, "is_staff": true, "is_superuser": true, "groups": [["editors"]], "user_permissions": [],
            "last_login": "2024-02-29T23:59:59.123Z", "date_joined": "2020-01-02T03:04:05+02:00"
        }))
        .unwrap();
        assert_eq!((user.id.as_str(), user.username.as_str(), user.password.as_str()), ("1", "alice", "md5$a$b"));
        assert_eq!(
            (user.email.as_str(), user.first_name.as_str(), user.last_name.as_str()),
            ("a@example.org", "A", "L")
        );
        assert_eq!((user.is_active, user.is_staff, user.is_superuser), (false, true, true));
        assert_eq!(
            (user.groups, user.last_login, user.created_at),
            (vec!["editors".to_owned()], Some(1_709_251_199), 1_577_927_045)
        );
        assert_eq!(user.epoch, user.created_at, "tokens that Django has issued stay good");
    }

    #[test]
    fn missing_fields_are_djangos_defaults() {
        let user = user(&json!({"username": "a", "last_login": null})).unwrap();
        assert!(user.is_active && !user.is_staff && !user.is_superuser && user.groups.is_empty());
        assert_eq!((user.password.as_str(), user.last_login, user.created_at), ("!", None, NAMING.now));
        assert_eq!(user.epoch, 0, "nobody knows since when there are tokens of this user");
    }

    #[test]
    fn ids_are_numbers_or_text() {
        assert_eq!(one(&json!(7)).unwrap().id, "7");
        assert_eq!(
            one(&json!("0191e1f4-7f7e-7abc-8def-0123456789ab")).unwrap().id,
            "0191e1f4-7f7e-7abc-8def-0123456789ab"
        );
        for pk in [json!(null), json!(""), json!(1.5), json!(true), json!([1])] {
            assert!(one(&pk).is_err(), "{pk}");
        }
    }

    #[test]
    fn groups_get_their_names_from_the_same_dump() {
        let dump = json!([
            {"model": "auth.user", "pk": 1, "fields": {"username": "a", "groups": [2, 3]}},
            {"model": "auth.group", "pk": 2, "fields": {"name": "editors"}}
        ]);
        let dump = read(&dump.to_string(), &NAMING).unwrap();
        assert_eq!(dump.rows[0].user.as_ref().unwrap().groups, ["editors", "3"]);
        assert_eq!(dump.skipped, BTreeMap::from([("auth.group".to_owned(), 1)]));
    }

    #[test]
    fn a_date_without_offset_is_utc() {
        for written in ["2024-02-29T23:59:59", "2024-02-29 23:59:59.5", "2024-02-29T23:59:59+00:00"] {
            let user = user(&json!({"username": "a", "date_joined": written})).unwrap();
            assert_eq!(user.created_at, 1_709_251_199, "{written}");
        }
        assert_eq!(date(1_709_251_199), "2024-02-29T23:59:59Z");
    }

    #[test]
    fn a_bad_row_says_what_is_wrong_with_it() {
        for (fields, reason) in [
            (json!({}), "has no username; name the right field with --username-field"),
            (json!({"username": "  "}), "has no username; name the right field with --username-field"),
            (json!({"username": 7}), "has a username that is not text"),
            (json!({"username": "a", "password": 7}), "has a password that is not text"),
            (json!({"username": "a", "is_active": "yes"}), "has an is_active that is neither true nor false"),
            (json!({"username": "a", "date_joined": "soon"}), "has a date_joined that is not a date and time"),
            (json!({"username": "a", "groups": 1}), "has groups that are not a list"),
            (json!({"username": "a", "groups": [[]]}), "has a group without name and key"),
            (json!(null), "has no fields"),
        ] {
            assert_eq!(user(&fields).unwrap_err(), reason, "{fields}");
        }
    }

    #[test]
    fn lines_of_objects_are_a_dump_too_and_other_text_is_none() {
        let line = json!({"model": "auth.user", "pk": 1, "fields": {"username": "a"}});
        assert_eq!(read(&format!("{line}\n{line}\n"), &NAMING).unwrap().rows.len(), 2);
        assert_eq!(read("[]", &NAMING).unwrap().rows.len(), 0);
        for text in ["", "7", "\"a\"", "username,password", "[{]", "{\"a\": 1} x"] {
            assert!(read(text, &NAMING).is_err(), "{text}");
        }
        assert!(read("[7]", &NAMING).unwrap().rows[0].user.is_err());
    }
}
