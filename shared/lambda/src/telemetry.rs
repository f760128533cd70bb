//! One JSON object a line on standard error, which is where CloudWatch reads.

use serde_json::{Map, Value, json};
use std::{
    fmt::Debug,
    io::Write,
    sync::{Mutex, PoisonError},
};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// What our own crates are called. Others are heard only when they warn: the AWS SDK's lower levels hold secrets.
const OURS: [&str; 6] = ["api", "keys", "lambda", "settings", "store", "token"];

/// Events that API Gateway and Lambda count already, as calls of their functions: a metric of one's own costs by the month.
const COUNTED_ELSEWHERE: [&str; 3] = ["logout", "refresh_refused", "refreshed"];

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
    count(&mut fields.0);
    format!("{}\n", Value::Object(fields.0))
}

/// Makes a metric of a line that says when its event took place, unless others count it, in CloudWatch's embedded metric format: the metric
/// `count` of the namespace `Latchkey`, by the name of the event, and by its cause where it has one.
fn count(fields: &mut Map<String, Value>) {
    let Some(at) = fields.get("at").and_then(Value::as_i64) else { return };
    let event = fields.get("event").and_then(Value::as_str).unwrap_or_default();
    if COUNTED_ELSEWHERE.contains(&event) {
        return;
    }
    let by_event = json!(["event"]);
    let dimensions =
        if fields.contains_key("cause") { json!([by_event, ["event", "cause"]]) } else { json!([by_event]) };
    let metric = json!({
        "Timestamp": at.saturating_mul(1000),
        "CloudWatchMetrics": [{
            "Namespace": "Latchkey",
            "Dimensions": dimensions,
            "Metrics": [{"Name": "count", "Unit": "Count"}],
        }],
    });
    fields.insert("_aws".to_owned(), metric);
    fields.insert("count".to_owned(), 1.into());
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
    use super::*;
    use std::sync::Arc;

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
    fn lg_05_counts_events_that_say_when_they_took_place() {
        let lines = lines(|| {
            let ip = Some("192.0.2.7");
            tracing::warn!(event = "refresh_reuse_detected", at = 1_700_000_000_i64, cause = "replayed", ip);
            tracing::error!(event = "unavailable", cause = "x");
            tracing::info!(event = "login", at = 1_700_000_000_i64);
            tracing::info!(event = "refreshed", at = 1_700_000_000_i64);
            tracing::info!(event = "refresh_grace_used", at = 1_700_000_000_i64, cause = "answer_lost");
        });
        assert!(!lines[3].contains("_aws") && lines[3].contains(r#""at":1700000000"#), "{}", lines[3]);
        let [reuse, unavailable, login, grace] =
            [&lines[0], &lines[1], &lines[2], &lines[4]].map(|line| serde_json::from_str::<Value>(line).unwrap());
        let metrics = &reuse["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(reuse["_aws"]["Timestamp"], 1_700_000_000_000_i64);
        assert_eq!((&metrics["Namespace"], &metrics["Metrics"][0]["Name"]), (&"Latchkey".into(), &"count".into()));
        assert_eq!((&reuse["count"], &reuse["event"]), (&1.into(), &"refresh_reuse_detected".into()));
        assert_eq!((&reuse["ip"], &reuse["cause"]), (&"192.0.2.7".into(), &"replayed".into()));
        assert_eq!(metrics["Dimensions"], json!([["event"], ["event", "cause"]]));
        assert_eq!(login["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([["event"]]));
        assert_eq!((&grace["count"], &grace["cause"]), (&1.into(), &"answer_lost".into()));
        assert_eq!(grace["_aws"]["CloudWatchMetrics"][0]["Dimensions"], metrics["Dimensions"]);
        assert_eq!(unavailable.get("_aws"), None);
    }

    #[test]
    fn numbers_stay_numbers() {
        let lines = lines(|| tracing::info!(event = "mail_sent", messages = 2_usize, offset = -1_i64));
        let read: Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!((&read["messages"], &read["offset"]), (&2.into(), &(-1).into()));
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
