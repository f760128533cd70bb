//! The description of the API, with the endpoints of the packages that are served.

use bytes::Bytes;
use serde_json::{Map, Value};

/// What each package adds: tags, paths, schemas and what these refer to.
const PACKAGES: [(&str, &str); 5] = [
    ("djoser", include_str!("../../../docs/openapi-djoser.json")),
    ("dj-rest-auth", include_str!("../../../docs/openapi-dj-rest-auth.json")),
    ("jwt", include_str!("../../../docs/openapi-jwt.json")),
    ("drf-jwt", include_str!("../../../docs/openapi-drf-jwt.json")),
    ("oauth", include_str!("../../../docs/openapi-oauth.json")),
];

/// Where the members of a package belong.
const PLACES: [(&str, &str); 4] = [
    ("paths", "/paths"),
    ("responses", "/components/responses"),
    ("schemas", "/components/schemas"),
    ("securitySchemes", "/components/securitySchemes"),
];

/// The description with what these packages add to it; as it is, where they add nothing.
pub(crate) fn with(packages: &[&str], page: &'static str) -> Bytes {
    let served = PACKAGES.iter().filter(|(name, _)| packages.contains(name));
    let added: Vec<Value> = served.filter_map(|(_, text)| read(text)).collect();
    match read(page) {
        Some(mut page) if !added.is_empty() => {
            added.into_iter().for_each(|package| add(&mut page, package));
            page.to_string().into()
        }
        _ => Bytes::from_static(page.as_bytes()),
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
    for (name, place) in PLACES {
        if let (Some(members), Some(Value::Object(more))) = (members(page, place), taken(name)) {
            members.extend(more);
        }
    }
}

fn members<'p>(page: &'p mut Value, place: &str) -> Option<&'p mut Map<String, Value>> {
    page.pointer_mut(place).and_then(Value::as_object_mut)
}
