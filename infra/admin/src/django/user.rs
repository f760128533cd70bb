//! An object of Django, read as a user of ours.

use crate::django::{
    activity::{Activity, active, is_nothing},
    fields::{flag, key, number, text, time},
    object::{Groups, KEY, Object},
};
use attributes::{Attribute, Attributes};
use serde_json::{Map, Value};
use store::{NewUser, User};

/// A field that only our own export writes: no session from before this second lives.
pub(crate) const EPOCH: &str = "latchkey_epoch";
/// Another, for the users who share an address that somebody else logs in with.
pub(crate) const OWNS_EMAIL: &str = "latchkey_owns_email";

/// A third, for the further fields of a user where a table has no room for their types: a JSON object.
pub(crate) const ATTRIBUTES: &str = "latchkey_attributes";

/// The most that one user may take. DynamoDB would take more; nobody has a name of that size.
const LARGEST: usize = 32 * 1024;

/// The fields that are taken over, under Django's names and ours. Every other one is told of.
pub(crate) const TAKEN: [&str; 14] = [
    "username",
    "password",
    "email",
    "first_name",
    "last_name",
    "is_active",
    "is_staff",
    "is_superuser",
    "groups",
    "last_login",
    "date_joined",
    EPOCH,
    OWNS_EMAIL,
    ATTRIBUTES,
];

/// Which fields of the team's own are taken over as attributes.
#[derive(Clone, Copy)]
pub(crate) enum Further<'a> {
    /// All that an attribute can be.
    All,
    /// Those of these names.
    Named(&'a [String]),
}

/// How the source names things, and the second that stands for a missing date of joining.
pub(crate) struct Naming<'a> {
    /// The field that users log in with: `username`, or `pk` for the primary key.
    pub(crate) username_field: &'a str,
    /// The field that is the id, in place of the primary key.
    pub(crate) id_field: Option<&'a str>,
    pub(crate) activity: Activity<'a>,
    pub(crate) further: Further<'a>,
    pub(crate) groups: &'a Groups,
    pub(crate) now: i64,
}

/// The user in an object.
///
/// # Errors
/// Why it is none; goes on after the place of the row.
pub(crate) fn newcomer(object: &Object, naming: &Naming<'_>) -> Result<NewUser, String> {
    let fields = &object.fields;
    let joined = time(fields, "date_joined")?;
    let user = User {
        id: id(object, naming)?,
        username: username(object, naming)?,
        password: stored_password(fields)?,
        email: text(fields, "email")?,
        first_name: text(fields, "first_name")?,
        last_name: text(fields, "last_name")?,
        is_active: active(fields, naming.activity)?,
        is_staff: flag(fields, "is_staff", false)?,
        is_superuser: flag(fields, "is_superuser", false)?,
        groups: names(fields, naming.groups)?,
        attributes: further(object, naming)?,
        last_login: time(fields, "last_login")?,
        created_at: joined.unwrap_or(naming.now),
        // Tokens that Django has issued stay good.
        epoch: number(fields, EPOCH)?.or(joined).unwrap_or_default(),
        named_since: None,
    };
    if size(&user) > LARGEST {
        return Err("is larger than 32 KiB".to_owned());
    }
    Ok(NewUser { user, claims_email: flag(fields, OWNS_EMAIL, true)? })
}

/// The names of the fields that hold something and are not taken over.
pub(crate) fn lost<'a>(object: &'a Object, naming: &Naming<'a>) -> impl Iterator<Item = &'a str> {
    let further = wanted(object, naming);
    let lost =
        unread(object, naming).filter(move |(name, value)| !is_nothing(value) && !is_taken(further, name, value));
    lost.map(|(name, _)| name)
}

/// The fields that become no field that every user has.
fn unread<'a>(object: &'a Object, naming: &Naming<'a>) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let activity = match naming.activity {
        Activity::Active(name) | Activity::Inactive(name) => name,
        Activity::All => "is_active",
    };
    let (username, id) = (naming.username_field, naming.id_field.unwrap_or_default());
    let is_read = move |name: &str| match name {
        "username" => username == name,
        "is_active" => activity == name,
        name => TAKEN.contains(&name) || [username, id, activity].contains(&name),
    };
    object.fields.iter().map(|(name, value)| (name.as_str(), value)).filter(move |(name, _)| !is_read(name))
}

/// Our own export says in every row what it is, and every further field of it is one.
fn wanted<'a>(object: &Object, naming: &Naming<'a>) -> Further<'a> {
    if object.fields.contains_key(EPOCH) { Further::All } else { naming.further }
}

fn is_taken(further: Further<'_>, name: &str, value: &Value) -> bool {
    match further {
        Further::All => attributes::is_name(name) && Attribute::of_json(value).is_some(),
        Further::Named(names) => names.iter().any(|wanted| wanted == name),
    }
}

/// The further fields of an object, and those that our own export has in one.
fn further(object: &Object, naming: &Naming<'_>) -> Result<Attributes, String> {
    let wanted = wanted(object, naming);
    let mut members: Map<String, Value> = unread(object, naming)
        .filter(|(name, value)| is_taken(wanted, name, value))
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    let nested = text(&object.fields, ATTRIBUTES)?;
    if !nested.is_empty() {
        let nested: Map<String, Value> =
            serde_json::from_str(&nested).map_err(|cause| format!("has {ATTRIBUTES} that are not JSON: {cause}"))?;
        members.extend(nested);
    }
    Attributes::of_json(&members).map_err(|fault| format!("cannot be taken with all its attributes: {fault}"))
}

fn id(object: &Object, naming: &Naming<'_>) -> Result<String, String> {
    match naming.id_field {
        None => Ok(key(&object.pk).ok_or("has no pk; dump without --natural-primary")?),
        Some(name) => object
            .field(name)
            .and_then(key)
            .ok_or_else(|| format!("has no {name}; name the right field with --id-field")),
    }
}

fn username(object: &Object, naming: &Naming<'_>) -> Result<String, String> {
    let field = naming.username_field;
    let name = if object.is_key(field) { key(&object.pk).unwrap_or_default() } else { text(&object.fields, field)? };
    if name.trim().is_empty() {
        let way_out = "name the right field with --username-field, or pk where the primary key is the name";
        return Err(format!("has no {field}; {way_out}"));
    }
    Ok(name)
}

/// The object in which [`newcomer`] finds this user again: what `dumpdata --natural-foreign` writes, and what only we know.
pub(crate) fn object(newcomer: &NewUser) -> Object {
    let User { id, username, password, email, first_name, last_name, is_active, is_staff, is_superuser, .. } =
        &newcomer.user;
    let user = &newcomer.user;
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("username", username.as_str().into());
    put("password", password.as_str().into());
    put("email", email.as_str().into());
    put("first_name", first_name.as_str().into());
    put("last_name", last_name.as_str().into());
    put("is_active", (*is_active).into());
    put("is_staff", (*is_staff).into());
    put("is_superuser", (*is_superuser).into());
    put("groups", user.groups.iter().map(|name| Value::from(vec![name.as_str()])).collect());
    put("last_login", user.last_login.map(crate::terminal::date::date).into());
    put("date_joined", crate::terminal::date::date(user.created_at).into());
    put(EPOCH, user.epoch.into());
    if !newcomer.claims_email {
        put(OWNS_EMAIL, false.into());
    }
    fields.extend(user.attributes.to_json());
    Object { key: KEY.to_owned(), pk: pk(id), fields }
}

/// A number where it is one, as Django has it.
fn pk(id: &str) -> Value {
    match id.parse::<i64>() {
        Ok(number) if number.to_string() == id => number.into(),
        _ => id.into(),
    }
}

fn size(user: &User) -> usize {
    let texts = [&user.id, &user.username, &user.password, &user.email, &user.first_name, &user.last_name];
    texts.into_iter().chain(&user.groups).map(String::len).sum()
}

/// Django compares nothing with an empty hash either; its own sign for that is `!`.
fn stored_password(fields: &Map<String, Value>) -> Result<String, String> {
    let encoded = text(fields, "password")?;
    Ok(if encoded.is_empty() { "!".to_owned() } else { encoded })
}

/// Groups come as primary keys, or as `["name"]` with `--natural-foreign`. A key without a group stays a key.
fn names(fields: &Map<String, Value>, groups: &Groups) -> Result<Vec<String>, String> {
    let listed = match fields.get("groups") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(listed) => listed.as_array().ok_or("has groups that are not a list")?,
    };
    let name = |group: &Value| match group {
        Value::Array(natural) => natural.first().and_then(Value::as_str).map(str::to_owned),
        group => key(group).map(|key| groups.get(&key).cloned().unwrap_or(key)),
    };
    listed.iter().map(|group| name(group).ok_or_else(|| "has a group without name and key".to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_700_000_000;

    fn read(pk: Value, fields: Value) -> Result<NewUser, String> {
        let fields = fields.as_object().unwrap().clone();
        let groups = Groups::from([("2".to_owned(), "editors".to_owned())]);
        newcomer(&Object { key: KEY.to_owned(), pk, fields }, &naming(&groups))
    }

    fn naming(groups: &Groups) -> Naming<'_> {
        let activity = Activity::Active("is_active");
        Naming { username_field: "username", id_field: None, activity, further: Further::Named(&[]), groups, now: NOW }
    }

    /// Of somebody active, if nothing else is said.
    fn user(mut fields: Value) -> Result<User, String> {
        if fields.get("is_active").is_none() {
            fields["is_active"] = true.into();
        }
        Ok(read(json!(1), fields)?.user)
    }

    #[test]
    fn every_field_is_kept() {
        let user = user(json!({
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
        let user = user(json!({"username": "a", "last_login": null})).unwrap();
        assert!(user.is_active && !user.is_staff && !user.is_superuser && user.groups.is_empty());
        assert_eq!((user.password.as_str(), user.last_login, user.created_at), ("!", None, NOW));
        assert_eq!(user.epoch, 0, "nobody knows since when there are tokens of this user");
    }

    #[test]
    fn ids_are_numbers_or_text() {
        let fields = json!({"username": "a", "is_active": true});
        let one = |pk: &Value| read(pk.clone(), fields.clone()).map(|newcomer| newcomer.user.id);
        let uuid = "0191e1f4-7f7e-7abc-8def-0123456789ab";
        assert_eq!((one(&json!(7)).as_deref(), one(&json!(uuid)).as_deref()), (Ok("7"), Ok(uuid)));
        for pk in [json!(null), json!(""), json!(1.5), json!(true), json!([1])] {
            assert!(one(&pk).is_err(), "{pk}");
        }
    }

    #[test]
    fn the_key_may_be_the_name_and_a_field_the_id() {
        let groups = Groups::new();
        let object = |key: &str| {
            let fields = json!({"uuid": "u-1", "is_active": true}).as_object().unwrap().clone();
            Object { key: key.to_owned(), pk: json!("alice"), fields }
        };
        for (key, field) in [("pk", "pk"), ("login", "pk"), ("login", "login")] {
            let naming = Naming { username_field: field, id_field: Some("uuid"), ..naming(&groups) };
            let user = newcomer(&object(key), &naming).unwrap().user;
            assert_eq!((user.id.as_str(), user.username.as_str()), ("u-1", "alice"));
        }
        let naming = Naming { username_field: "pk", id_field: Some("uid"), ..naming(&groups) };
        assert_eq!(newcomer(&object("pk"), &naming).unwrap_err(), "has no uid; name the right field with --id-field");
    }

    #[test]
    fn what_is_not_taken_over_is_known() {
        let fields = json!({
            "username": "a", "is_active": true, "role": "editor", "phone": "", "nick": null, "user_permissions": [], "active": 0,
        });
        let object = Object { key: KEY.to_owned(), pk: json!(1), fields: fields.as_object().unwrap().clone() };
        let groups = Groups::new();
        assert_eq!(lost(&object, &naming(&groups)).collect::<Vec<_>>(), ["role", "active"]);
        let by_active = Naming { activity: Activity::Active("active"), username_field: "role", ..naming(&groups) };
        assert_eq!(lost(&object, &by_active).collect::<Vec<_>>(), ["username", "is_active"]);
    }

    #[test]
    fn groups_have_names_or_stay_keys() {
        let groups = |listed: Value| user(json!({"username": "a", "groups": listed})).unwrap().groups;
        assert_eq!(groups(json!([2, 3])), ["editors", "3"]);
        assert_eq!(groups(json!([["2"]])), ["2"], "a name, not a key");
    }

    #[test]
    fn what_is_written_is_read() {
        for id in [json!(7), json!("007"), json!("-0"), json!("0191e1f4-7f7e-7abc-8def-0123456789ab")] {
            let mut fields = json!({
                "username": " Zoë\n", "password": "!", "email": "z@example.org", "groups": [["a,b"], ["2"]],
                "is_active": false, "date_joined": "2020-01-02T03:04:05Z", "latchkey_epoch": -7,
            });
            for owns in [true, false] {
                fields[OWNS_EMAIL] = owns.into();
                let first = read(id.clone(), fields.clone()).unwrap();
                let object = object(&first);
                assert_eq!(read(object.pk, object.fields.into()).unwrap(), first);
            }
        }
    }

    const NO_NAME: &str =
        "has no username; name the right field with --username-field, or pk where the primary key is the name";

    #[test]
    fn a_bad_row_says_what_is_wrong_with_it() {
        for (fields, reason) in [
            (json!({}), NO_NAME),
            (json!({"username": "  "}), NO_NAME),
            (json!({"username": 7}), "has a username that is not text"),
            (json!({"username": "a", "password": 7}), "has a password that is not text"),
            (json!({"username": "a", "is_active": "yes"}), "has an is_active that is neither true nor false"),
            (
                json!({"username": "a", "date_joined": "soon"}),
                "has a date_joined that is not a date and time; write it like 2024-05-01T10:00:00Z",
            ),
            (json!({"username": "a", "groups": 1}), "has groups that are not a list"),
            (json!({"username": "a", "groups": [[]]}), "has a group without name and key"),
            (json!({"username": "a", "latchkey_epoch": "x"}), "has a latchkey_epoch that is not a whole number"),
            (json!({"username": "a".repeat(LARGEST)}), "is larger than 32 KiB"),
        ] {
            assert_eq!(user(fields).unwrap_err(), reason);
        }
    }
}
