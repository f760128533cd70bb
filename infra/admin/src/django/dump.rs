//! What `manage.py dumpdata` writes: one JSON list (`--format json`), or one object a line (`--format jsonl`).
//!
//! It is read twice, an object at a time: once for the names of the groups, which may stand behind the users, and for how many
//! objects of each model there are; then for the rows.

use crate::{
    django::{
        fields,
        object::{Broken, Groups, KEY, Object},
        rows::{Row, Rows},
        text::{Text, unreadable},
    },
    fault::Fault,
};
use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, SeqAccess, Visitor},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::{self, BufRead, BufReader, Read},
};

/// A dump, looked through once.
pub(crate) struct Dump {
    place: String,
    text: Text,
    pub(super) groups: Groups,
    /// How many objects each model has. Those that say no model count as `None`.
    models: BTreeMap<Option<String>, u64>,
    /// The models of objects that have a password.
    with_passwords: BTreeSet<String>,
}

impl Dump {
    /// # Errors
    /// The file is no dump. What is wrong with one object, or one line, is not.
    pub(super) fn open(place: &str, text: Text) -> Result<Self, Fault> {
        let (mut groups, mut models, mut with_passwords) = (Groups::new(), BTreeMap::new(), BTreeSet::new());
        each(place, text.clone(), &mut |_, read| {
            let model = read.as_ref().ok().and_then(model_of);
            if model == Some("auth.group") {
                groups.extend(read.as_ref().ok().and_then(group_of));
            }
            let model = model.map(str::to_lowercase);
            if let (Some(model), Ok(object)) = (&model, &read)
                && object.pointer("/fields/password").is_some()
            {
                with_passwords.insert(model.clone());
            }
            *models.entry(model).or_default() += 1;
            Ok(())
        })?;
        Ok(Self { place: place.to_owned(), text, groups, models, with_passwords })
    }

    pub(super) fn rows(&self, model: &str) -> Rows {
        let (place, text, model) = (self.place.clone(), self.text.clone(), model.to_lowercase());
        let of = |model: Option<String>| self.models.get(&model).copied().unwrap_or_default();
        let total = of(Some(model.clone())) + of(None);
        Rows::read(total, move |put| {
            each(&place, text, &mut |at, read| match read.as_ref().ok().and_then(model_of) {
                Some(other) if !other.eq_ignore_ascii_case(&model) => Ok(()),
                _ => put(Row { at, object: read.and_then(object_of) }),
            })
        })
    }

    pub(super) fn others(&self, model: &str) -> BTreeMap<String, u64> {
        let named = self.models.iter().filter_map(|(name, count)| Some((name.clone()?, *count)));
        named.filter(|(name, _)| !name.eq_ignore_ascii_case(model)).collect()
    }

    pub(super) fn with_passwords(&self, model: &str) -> Vec<String> {
        self.with_passwords.iter().filter(|name| !name.eq_ignore_ascii_case(model)).cloned().collect()
    }
}

type Take<'a> = dyn FnMut(String, Result<Value, Broken>) -> io::Result<()> + 'a;

/// BatchWriter over one object after the other.
fn each(place: &str, text: Text, take: &mut Take<'_>) -> Result<(), Fault> {
    let mut reader = BufReader::with_capacity(1 << 16, text);
    let read = match first_byte(&mut reader).map_err(|cause| unreadable(place, &cause))? {
        Some(b'[') => list(reader, take),
        _ => lines(reader, take),
    };
    read.map_err(|cause| {
        Fault::refused(format!("{place} is not JSON: {cause}")).next(
            "it may be cut off, or in another encoding (--encoding): make it again with dumpdata --output users.json",
        )
    })
}

/// The first byte that is no blank and no mark of the byte order. It stays in the reader.
fn first_byte(reader: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let Some(byte) = reader.fill_buf()?.first().copied() else { return Ok(None) };
        if !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(&byte) {
            return Ok(Some(byte));
        }
        reader.consume(1);
    }
}

fn lines(mut reader: impl BufRead, take: &mut Take<'_>) -> Result<(), serde_json::Error> {
    let (mut line, mut number) = (Vec::new(), 0);
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(serde_json::Error::io)? == 0 {
            return Ok(());
        }
        number += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let read = serde_json::from_slice(&line).map_err(|cause| {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            Broken { reason: format!("is not JSON: {cause}"), text }
        });
        take(format!("line {number}"), read).map_err(serde_json::Error::io)?;
    }
}

fn list(reader: impl Read, take: &mut Take<'_>) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    Each(take).deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Takes the items of a list one by one, instead of collecting them.
struct Each<'a, 'b>(&'a mut Take<'b>);

impl<'de> DeserializeSeed<'de> for Each<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Each<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(item) = items.next_element::<Value>()? {
            number += 1;
            (self.0)(format!("object {number}"), Ok(item)).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

fn model_of(value: &Value) -> Option<&str> {
    value.get("model")?.as_str()
}

fn object_of(mut value: Value) -> Result<Object, Broken> {
    let broken = |reason: &str, value: &Value| Broken { reason: reason.to_owned(), text: value.to_string() };
    if model_of(&value).is_none() {
        return Err(broken("is no object of a dump: it has no model", &value));
    }
    let pk = value.get("pk").cloned().unwrap_or_default();
    match value.get_mut("fields") {
        Some(Value::Object(fields)) => Ok(Object { key: KEY.to_owned(), pk, fields: std::mem::take(fields) }),
        _ => Err(broken("has no fields", &value)),
    }
}

fn group_of(value: &Value) -> Option<(String, String)> {
    let name = value.get("fields")?.get("name")?.as_str()?;
    Some((fields::key(value.get("pk")?)?, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::io::Write;

    fn dump(text: &str) -> Result<Dump, Fault> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Dump::open("it", Text::new(file))
    }

    /// Where each row stands, and its key or what is wrong with it.
    async fn rows(text: &str) -> Vec<(String, String)> {
        let mut rows = dump(text).unwrap().rows("auth.User");
        let mut found = Vec::new();
        while let Some(row) = rows.next().await.unwrap() {
            found.push((row.at, row.object.map_or_else(|broken| broken.reason, |object| object.pk.to_string())));
        }
        assert_eq!(rows.total, found.len() as u64);
        found
    }

    fn told(rows: &[(&str, &str)]) -> Vec<(String, String)> {
        rows.iter().map(|(at, what)| ((*at).to_owned(), (*what).to_owned())).collect()
    }

    #[tokio::test]
    async fn a_list_and_lines_hold_the_same_objects() {
        let user = |pk: u64| json!({"model": "auth.user", "pk": pk, "fields": {"username": "a"}});
        let group = json!({"model": "auth.group", "pk": 2, "fields": {"name": "editors"}});
        let list = json!([user(1), group, 7, user(3), {"model": "auth.user", "pk": 4, "fields": null}]);
        let expected = [
            ("object 1", "1"),
            ("object 3", "is no object of a dump: it has no model"),
            ("object 4", "3"),
            ("object 5", "has no fields"),
        ];
        assert_eq!(rows(&format!("\u{feff} {list}\n")).await, told(&expected));
        let lines = format!("{}\n\n{group}\n{}", user(1), user(3));
        assert_eq!(rows(&lines).await, told(&[("line 1", "1"), ("line 4", "3")]));
        let dump = dump(&lines).unwrap();
        assert_eq!(dump.groups, Groups::from([("2".to_owned(), "editors".to_owned())]));
        assert_eq!(dump.others("auth.user"), BTreeMap::from([("auth.group".to_owned(), 1)]));
    }

    #[tokio::test]
    async fn a_broken_line_is_a_row_and_keeps_its_text() {
        let text = "{\"model\": \"auth.user\", \"pk\": 1, \"fields\": {}}\n{\"model\": \n";
        let mut rows = dump(text).unwrap().rows("auth.user");
        assert!(rows.next().await.unwrap().unwrap().object.is_ok());
        let row = rows.next().await.unwrap().unwrap();
        let broken = row.object.unwrap_err();
        assert_eq!((row.at.as_str(), broken.text.as_str()), ("line 2", "{\"model\":"));
        assert!(broken.reason.starts_with("is not JSON: EOF"), "{}", broken.reason);
    }

    #[test]
    fn a_broken_list_is_refused_as_a_whole() {
        for text in ["[", "[{]", "[{\"model\": \"auth.user\"}", "[] x"] {
            assert!(dump(text).is_err(), "{text}");
        }
    }
}
