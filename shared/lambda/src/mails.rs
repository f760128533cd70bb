//! The environment of the function that sends mails. The stream of the outbox tells it of rows, some at a time and in order,
//! and tells it again from the first one on that it says was not done.

use crate::{connections, deadline, host, telemetry};
use ::keys::KeyProvider;
use api::Ambient;
use lambda_runtime::{Error, LambdaEvent};
use mail::{Delivered, Failure, Post, Sender, Times};
use serde_json::{Value, json};
use settings::{Deployment, Settings, environment};
use std::time::Instant;
use store::{Mail, Store};

/// What mails are sent with, from event to event.
pub(crate) struct Mailer {
    deployment: Deployment,
    from: String,
    keys: KeyProvider,
    settings: Settings,
    store: Store,
}

/// A row of the outbox, as the stream tells of it.
#[derive(Debug, Eq, PartialEq)]
pub struct Record<'e> {
    /// Its key.
    pub key: &'e str,
    /// Its place in the stream.
    pub place: &'e str,
    /// When it was put, or put again, in Unix seconds.
    pub since: i64,
}

impl Mailer {
    /// Reads the environment. Does no I/O.
    pub(crate) fn start() -> Result<Self, Error> {
        let (settings, deployment) = (host::settings()?, environment::deployment()?);
        let from = settings.mail_from.clone().ok_or("MAIL_FROM is not set: every mail is from somebody")?;
        deployment.outbox_table.as_ref().ok_or("OUTBOX_TABLE is not set: it names the table of mails")?;
        let http = connections::http_client(&deployment);
        let keys = crate::keys::provider(&settings, &deployment, || http.clone())?;
        let store = host::store(&deployment, http);
        Ok(Self { deployment, from, keys, settings, store })
    }

    /// Sends what the event tells of, and answers with the first that must be told of again.
    pub(crate) async fn answer(&self, event: LambdaEvent<Value>) -> Result<Value, Error> {
        telemetry::begin(&event.context.request_id);
        let records = records(&event.payload)?;
        let keys = self.keys.at(Ambient::time(), || None).await?;
        // Connections of this call alone: one that died while the environment was frozen would lose an answer, and with it
        // whether a message is out.
        let connections = connections::http_client(&self.deployment);
        let sender = Sender::new(&host::access(&self.deployment), connections, self.from.clone());
        let post = Post { store: &self.store, keys: &keys, settings: &self.settings, sender: &sender };
        Ok(sent(&post, &records, deadline::until(event.context.deadline)).await)
    }
}

/// Sends what the records tell of until `until`, in order, and names the first that must be told of again, in Lambda's words
/// for a partial batch response. What comes after it is told of again, too.
pub async fn sent(post: &Post<'_>, records: &[Record<'_>], until: Instant) -> Value {
    for record in records {
        let now = Ambient::time();
        let times = Times { now, since: record.since, until };
        let delivered = match Mail::id_of(record.key) {
            Some(id) => post.deliver(id, times).await,
            None => Delivered::Failed(Failure::Faulty, "a row of the outbox is no mail".to_owned()),
        };
        tell(record.key, now, &delivered);
        if matches!(delivered, Delivered::Postponed(_)) {
            return json!({"batchItemFailures": [{"itemIdentifier": record.place}]});
        }
    }
    json!({"batchItemFailures": []})
}

/// The records of an event of a DynamoDB stream.
///
/// # Errors
/// It is none.
pub fn records(event: &Value) -> Result<Vec<Record<'_>>, String> {
    let records = event.get("Records").and_then(Value::as_array).ok_or("not an event of a stream: Records")?;
    records.iter().map(record).collect::<Option<_>>().ok_or_else(|| "not an event of a DynamoDB stream".to_owned())
}

fn record(record: &Value) -> Option<Record<'_>> {
    let told = record.get("dynamodb")?;
    let since = told.get("ApproximateCreationDateTime").and_then(Value::as_f64);
    #[expect(clippy::cast_possible_truncation, reason = "a time in seconds, of which the fraction is left out")]
    let since = since.map(|since| since as i64)?;
    let key = told.pointer("/Keys/pk/S").and_then(Value::as_str)?;
    Some(Record { key, place: told.get("SequenceNumber").and_then(Value::as_str)?, since })
}

fn tell(key: &str, at: i64, delivered: &Delivered) {
    let mail = Mail::id_of(key).unwrap_or(key);
    match delivered {
        Delivered::Sent(kind, 0) => tracing::info!(event = "mail_unaddressed", kind = kind.word(), mail),
        Delivered::Sent(kind, messages) => {
            tracing::info!(event = "mail_sent", at, kind = kind.word(), mail, messages);
        }
        // Anybody can type an address, and must not be able to ring the alarm so.
        Delivered::Failed(Failure::Undeliverable, _) => tracing::warn!(event = "mail_undeliverable", at, mail),
        Delivered::Failed(failure, code) => {
            tracing::error!(event = "mail_failed", at, cause = failure.word(), code, mail);
        }
        Delivered::Postponed(reason) => tracing::warn!(event = "mail_postponed", reason, mail),
        Delivered::Settled => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_dynamodb_writes_it() {
        let event: Value = serde_json::from_str(include_str!("../../../events/mail.json")).unwrap();
        let since = 1_795_989_600;
        let key = "mail#0193ae2c-3f00-7c4e-9c51-0a5d2c1b7e10";
        assert_eq!(records(&event), Ok(vec![Record { key, place: "111", since }]));
    }

    #[test]
    fn what_is_no_stream_of_a_table_is_refused() {
        for event in [json!({}), json!({"Records": [{}]}), json!({"Records": [{"body": "x"}]}), json!([])] {
            assert!(records(&event).is_err(), "{event}");
        }
        assert_eq!(records(&json!({"Records": []})), Ok(Vec::new()));
    }
}
