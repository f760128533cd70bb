//! One JSON object a line on standard error, which is where CloudWatch reads.

use std::{
    fmt::Debug,
    io::Write,
    sync::{Mutex, PoisonError},
};

use serde_json::{Map, Value};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// What our own crates are called. Others are heard only when they warn: the AWS SDK's lower levels hold secrets.
const OURS: [&str; 5] = ["api", "lambda", "settings", "store", "token"];

/// The request that this environment serves; it serves one at a time.
static REQUEST: Mutex<String> = Mutex::new(String::new());

/// Turns every event of this process into a line of the log, from now on.
pub(crate) fn start() {
    // A second start, in a test, changes nothing.
    let _ = tracing::subscriber::set_global_default(Lines);
}

/// Says whose request the next lines are about.
pub(crate) fn begin(request_id: &str) {
    let mut request = REQUEST.lock().unwrap_or_else(PoisonError::into_inner);
    request.clear();
    request.push_str(request_id);
}

struct Lines;

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let crate_name = metadata.target().split("::").next().unwrap_or_default();
        *metadata.level() <= if OURS.contains(&crate_name) { Level::INFO } else { Level::WARN }
    }

    fn event(&self, event: &Event<'_>) {
        // A log that cannot be written is no reason to fail a request.
        let _ = std::io::stderr().lock().write_all(line(event).as_bytes());
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

fn line(event: &Event<'_>) -> String {
    let mut fields = Fields(Map::new());
    fields.set("level", event.metadata().level().as_str());
    fields.set("target", event.metadata().target());
    let request = REQUEST.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if !request.is_empty() {
        fields.set("request_id", &request);
    }
    event.record(&mut fields);
    format!("{}\n", Value::Object(fields.0))
}

struct Fields(Map<String, Value>);

impl Fields {
    fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), Value::String(value.to_owned()));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field.name(), &format!("{value:?}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Everything that `run` logs, by the same rules, kept instead of written.
    fn lines(run: impl FnOnce()) -> Vec<String> {
        let kept = Arc::new(Mutex::new(Vec::new()));
        tracing::subscriber::with_default(Kept(Arc::clone(&kept)), run);
        let lines = kept.lock().unwrap();
        lines.clone()
    }

    struct Kept(Arc<Mutex<Vec<String>>>);

    impl Subscriber for Kept {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            Lines.enabled(metadata)
        }

        fn event(&self, event: &Event<'_>) {
            self.0.lock().unwrap().push(line(event));
        }

        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }

        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }

    #[test]
    fn writes_one_line_whatever_a_client_put_into_it() {
        let lines = lines(|| tracing::error!(event = "unavailable", cause = "a\r\n{\"level\":\"INFO\"}\u{1b}[0m"));
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(line.matches('\n').count(), 1);
        let read: Value = serde_json::from_str(line).unwrap();
        assert_eq!((&read["level"], &read["event"]), (&"ERROR".into(), &"unavailable".into()));
    }

    #[test]
    fn hears_others_only_when_they_warn() {
        let lines = lines(|| {
            tracing::info!(target: "aws_sigv4::http_request", "canonical request");
            tracing::debug!(target: "store", "too low");
            tracing::warn!(target: "aws_smithy_runtime::client", "heard");
            tracing::info!(target: "store::sessions", "heard");
        });
        assert_eq!(lines.len(), 2);
    }
}
