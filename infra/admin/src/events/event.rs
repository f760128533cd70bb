//! One event: whether it is wanted, and how it is printed.

use crate::terminal::{date::date, printable};
use serde_json::{Map, Value};
use store::User;

/// The fields of an event, by their names.
pub(super) type Event = Map<String, Value>;

/// What stands before the other fields, or says nothing to people.
const TOLD: [&str; 5] = ["at", "event", "level", "target", "timestamp"];

/// What events have of one user.
pub(super) struct OfUser {
    pub(super) id: String,
    /// The username and the address, as a login that failed has them.
    pub(super) names: Vec<String>,
}

impl From<&User> for OfUser {
    fn from(user: &User) -> Self {
        let names = [&user.username, &user.email].into_iter().filter(|name| !name.is_empty());
        Self { id: user.id.clone(), names: names.map(|name| api::masked(name)).collect() }
    }
}

impl OfUser {
    fn is_in(&self, event: &Event) -> bool {
        let text = |field: &str| event.get(field).and_then(Value::as_str);
        text("user_id") == Some(&self.id) || text("name").is_some_and(|name| self.names.iter().any(|own| own == name))
    }
}

/// Which events are wanted.
pub(super) struct Wanted {
    pub(super) user: Option<OfUser>,
    pub(super) event: Option<String>,
    /// Unix seconds of the earliest.
    pub(super) after: i64,
    /// How many of those that took place, at most: the last ones.
    pub(super) limit: usize,
}

impl Wanted {
    pub(super) fn has(&self, event: &Event) -> bool {
        let name = event.get("event").and_then(Value::as_str);
        let is_named = self.event.as_deref().is_none_or(|wanted| name == Some(wanted));
        is_named && self.user.as_ref().is_none_or(|user| user.is_in(event)) && at(event) >= self.after
    }

    /// Drops what comes before the last ones.
    pub(super) fn bound<T>(&self, events: &mut Vec<T>) {
        events.drain(..events.len().saturating_sub(self.limit));
    }
}

/// When it took place, in Unix seconds.
fn at(event: &Event) -> i64 {
    let stamped = || event.get("timestamp")?.as_str()?.parse().ok();
    event.get("at").and_then(Value::as_i64).or_else(stamped).unwrap_or_default()
}

/// `2026-11-22T09:30:00Z INFO  login  user_id=…`
pub(super) fn line(event: &Event) -> String {
    let text = |field: &str| event.get(field).and_then(Value::as_str).unwrap_or_default();
    let others = event.iter().filter(|(name, value)| !TOLD.contains(&name.as_str()) && !value.is_null());
    let others: String = others
        .map(|(name, value)| format!(" {name}={}", value.as_str().map_or(value.to_string(), str::to_owned)))
        .collect();
    format!("{} {:5} {}{}\n", date(at(event)), text("level"), printable(text("event")), printable(&others))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_obeys_no_control_character() {
        let event =
            serde_json::json!({"timestamp": "0", "level": "WARN", "event": "x", "cause": "a\u{1b}[2Jb", "ip": null});
        assert_eq!(line(event.as_object().unwrap()), "1970-01-01T00:00:00Z WARN  x cause=a\u{fffd}[2Jb\n");
    }
}
