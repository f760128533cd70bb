//! The description of the API, with the endpoints of ACCOUNTS where they are served.

use bytes::Bytes;
use serde_json::{Map, Value};

/// What djoser's endpoints add: tags, paths and schemas.
const DJOSER: &str = include_str!("../../../docs/openapi-djoser.json");

/// What those of dj-rest-auth add.
const REST_AUTH: &str = include_str!("../../../docs/openapi-dj-rest-auth.json");

/// The packages of ACCOUNTS whose endpoints are served.
#[derive(Clone, Copy, Debug, Default)]
pub struct Packages {
    /// djoser's.
    pub djoser: bool,
    /// dj-rest-auth's.
    pub rest_auth: bool,
}

impl Packages {
    /// The description with what these packages add to it; as it is, where they add nothing.
    pub(crate) fn described(self, page: &'static str) -> Bytes {
        let added = [(self.djoser, DJOSER), (self.rest_auth, REST_AUTH)];
        let added: Vec<Value> =
            added.into_iter().filter(|(is_served, _)| *is_served).filter_map(|(_, text)| read(text)).collect();
        match read(page) {
            Some(mut page) if !added.is_empty() => {
                added.into_iter().for_each(|package| add(&mut page, package));
                page.to_string().into()
            }
            _ => Bytes::from_static(page.as_bytes()),
        }
    }
}

fn read(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

fn add(page: &mut Value, mut package: Value) {
    let mut taken = |name: &str| package.get_mut(name).map(Value::take);
    if let (Some(tags), Some(Value::Array(more))) = (page.get_mut("tags").and_then(Value::as_array_mut), taken("tags"))
    {
        tags.extend(more);
    }
    for (place, name) in [("/paths", "paths"), ("/components/schemas", "schemas")] {
        if let (Some(members), Some(Value::Object(more))) = (members(page, place), taken(name)) {
            members.extend(more);
        }
    }
}

fn members<'p>(page: &'p mut Value, place: &str) -> Option<&'p mut Map<String, Value>> {
    page.pointer_mut(place).and_then(Value::as_object_mut)
}
