//! What an answer lets pages of other origins see.

use serde_json::{Map, Value};

const PREFIX: &str = "access-control-";

/// Every header of CORS that differs, and `Vary` where only one of both names the origin.
pub(crate) fn differences(recorded: &Value, ours: &Value) -> Vec<String> {
    let names = |headers: &Value| {
        let names = headers.as_object().into_iter().flat_map(Map::keys).filter(|name| name.starts_with(PREFIX));
        names.cloned().collect::<Vec<_>>()
    };
    let mut all = [names(recorded), names(ours)].concat();
    all.sort();
    all.dedup();
    let differing = all.into_iter().filter(|name| recorded[name] != ours[name]);
    let mut differences: Vec<String> =
        differing.map(|name| format!("{name}: want {}  got {}", recorded[&name], ours[&name])).collect();
    if varies(recorded) != varies(ours) {
        differences.push(format!("vary: want {}  got {}", recorded["vary"], ours["vary"]));
    }
    differences
}

/// Puts another origin into recorded headers, or none.
pub(crate) fn allow(headers: &mut Value, origin: Option<&str>) {
    let headers = headers.as_object_mut().unwrap();
    match origin {
        Some(origin) => _ = headers.insert(format!("{PREFIX}allow-origin"), origin.into()),
        None => headers.retain(|name, _| !name.starts_with(PREFIX)),
    }
}

fn varies(headers: &Value) -> bool {
    let names = headers["vary"].as_str().unwrap_or_default().split(',');
    names.into_iter().any(|name| name.trim().eq_ignore_ascii_case("origin"))
}
