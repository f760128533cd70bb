//! An object of Django, and which of them are asked for.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What every source calls the primary key.
pub(crate) const KEY: &str = "pk";

/// Which rows: those of a model, such as `auth.user`, whose table a database may call otherwise than Django does.
#[derive(Clone, Copy)]
pub(crate) struct Model<'a> {
    pub(crate) label: &'a str,
    pub(crate) table: Option<&'a str>,
}

/// How a source is to be read.
#[derive(Clone, Copy, Default)]
pub(crate) struct Reading<'a> {
    /// The encoding of a file, where it does not show.
    pub(crate) encoding: Option<&'a str>,
    /// The field that is the id, in place of the primary key.
    pub(crate) id_field: Option<&'a str>,
    /// The field that users log in with.
    pub(crate) username_field: &'a str,
}

/// What `dumpdata` calls an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Object {
    /// What the primary key is called: `pk` in a dump.
    pub(crate) key: String,
    /// The primary key.
    pub(crate) pk: Value,
    pub(crate) fields: Map<String, Value>,
}

/// What should have been an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Broken {
    /// Goes on after "line 7 ".
    pub(crate) reason: String,
    pub(crate) text: String,
}

/// Names of groups by their primary keys, as text.
pub(crate) type Groups = BTreeMap<String, String>;

impl Object {
    /// A field; the primary key by its name or by `pk`.
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        if self.is_key(name) { Some(&self.pk) } else { self.fields.get(name) }
    }

    pub(crate) fn is_key(&self, name: &str) -> bool {
        name == self.key || name == KEY
    }
}

impl Model<'_> {
    /// Django's name of a table: `auth.User` is `auth_user`.
    pub(crate) fn table(self) -> String {
        self.table.map_or_else(|| self.label.replace('.', "_").to_lowercase(), str::to_owned)
    }
}
