//! What an endpoint says of itself on `OPTIONS`.

use crate::{
    endpoint::Endpoint,
    view::{Field, View},
};
use serde_json::{Map, Value, json};
use settings::Settings;

/// Django REST framework's `SimpleMetadata`.
pub(crate) fn of<E: Endpoint>(settings: &Settings) -> Value {
    let View { name, description, allow, .. } = E::view(settings);
    let mut metadata = json!({
        "name": name,
        "description": description,
        "renders": ["application/json", "text/html"],
        "parses": ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
    });
    let fields: Map<String, Value> = E::fields(settings).iter().map(describe).collect();
    if let (false, Some(metadata)) = (fields.is_empty(), metadata.as_object_mut()) {
        let action = if allow.contains("POST") { "POST" } else { "PUT" };
        metadata.insert("actions".to_owned(), json!({action: fields}));
    }
    metadata
}

fn describe(field: &Field<'_>) -> (String, Value) {
    let mut label = field.name.replace('_', " ");
    if let Some(first) = label.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let Field { kind, name, read_only, required } = field;
    let description = json!({"type": kind, "required": required, "read_only": read_only, "label": label});
    ((*name).to_owned(), description)
}
