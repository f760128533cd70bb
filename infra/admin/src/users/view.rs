//! How a user is shown: never with the password's hash, only with the name of its scheme.

use crate::terminal::{date::date, printable};
use attributes::Attribute;
use serde_json::{Value, json};
use store::User;

/// All there is to know, for scripts. Times are RFC 3339 in UTC.
pub(crate) fn json(user: &User) -> Value {
    json!({
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "is_active": user.is_active,
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
        "groups": user.groups,
        "attributes": user.attributes.to_json(),
        "password": scheme(user),
        "last_login": user.last_login.map(date),
        "created_at": date(user.created_at),
    })
}

/// The same for people, a field a line.
pub(crate) fn text(user: &User) -> String {
    let last_login = user.last_login.map_or_else(|| "never".to_owned(), date);
    let fields = [
        ("id", user.id.clone()),
        ("username", user.username.clone()),
        ("email", user.email.clone()),
        ("name", format!("{} {}", user.first_name, user.last_name).trim().to_owned()),
        ("active", yes(user.is_active)),
        ("staff", yes(user.is_staff)),
        ("superuser", yes(user.is_superuser)),
        ("groups", user.groups.join(", ")),
        ("password", scheme(user).to_owned()),
        ("last login", last_login),
        ("created", date(user.created_at)),
    ];
    let attributes = user.attributes.iter().map(|(name, value)| (name, shown(value)));
    let line = |(name, value): (&str, String)| format!("{name:<11} {}", printable(&value)).trim_end().to_owned() + "\n";
    fields.into_iter().chain(attributes).map(line).collect()
}

/// A text as it is, anything else as JSON.
fn shown(value: &Attribute) -> String {
    match value {
        Attribute::Text(text) => text.clone(),
        value => value.to_json().to_string(),
    }
}

/// One line of the list.
pub(crate) fn line(user: &User) -> String {
    let state = if user.is_active { "active" } else { "disabled" };
    let (id, name, email) = (printable(&user.id), printable(&user.username), printable(&user.email));
    format!("{id:<36}  {state:<8}  {name}{}{email}\n", if email.is_empty() { "" } else { "  " })
}

/// The scheme of the hash, `unusable`, or `unknown` when nobody can log in with it.
pub(crate) fn scheme(user: &User) -> &str {
    match password::scheme(&user.password) {
        _ if !password::is_usable(&user.password) => "unusable",
        Some(scheme) => scheme,
        None => "unknown",
    }
}

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}
