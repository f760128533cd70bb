//! What the service tells while it is tested: every event of this process, before a host makes a line of it.

use serde_json::{Map, Value};
use std::{
    fmt::Debug,
    sync::{Mutex, PoisonError},
};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// What our own crates are called. The hosts hear others only when they warn, whatever the environment says.
const OURS: [&str; 9] = ["api", "breach", "keys", "lambda", "local", "password", "settings", "store", "token"];

static HEARD: Mutex<Vec<Value>> = Mutex::new(Vec::new());

/// Hears every event of the service at every level from now on, and what others warn of.
pub fn listen() {
    // A second start, in another test, changes nothing.
    let _ = tracing::subscriber::set_global_default(Listener);
}

/// What was heard so far of this name, with this value of this field, in order.
pub fn heard(event: &str, field: &str, value: &str) -> Vec<Value> {
    let heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
    let is_meant = |told: &&Value| {
        told.get("event").is_some_and(|name| name == event) && told.get(field).is_some_and(|found| found == value)
    };
    heard.iter().filter(is_meant).cloned().collect()
}

/// All that was heard so far, a line for each event.
pub fn everything() -> String {
    let heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
    heard.iter().map(|told| format!("{told}\n")).collect()
}

struct Listener;

impl Listener {
    fn keep(&self, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(Map::new());
        record(&mut fields);
        HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(Value::Object(fields.0));
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let crate_name = metadata.target().split("::").next().unwrap_or_default();
        OURS.contains(&crate_name) || *metadata.level() <= Level::WARN
    }

    fn event(&self, event: &Event<'_>) {
        self.keep(|fields| event.record(fields));
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        self.keep(|fields| span.record(fields));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        self.keep(|fields| values.record(fields));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}").into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}
