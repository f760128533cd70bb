//! What the service tells while it is tested: every event of this process, before a host makes a line of it.

use std::{
    fmt::Debug,
    sync::{Mutex, PoisonError},
};

use serde_json::{Map, Value};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

static HEARD: Mutex<Vec<Value>> = Mutex::new(Vec::new());

/// Hears every event of the service from now on.
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

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("api") && *metadata.level() <= Level::INFO
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(Map::new());
        event.record(&mut fields);
        HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(Value::Object(fields.0));
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
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
