//! What the console of local mode shows a superuser beside the API: the mails of the outbox and the last events. A deployed
//! stack has none of it: there `latchkey mail` and `latchkey events` ask with the rights of an operator.

use crate::engine::Storage;
use api::Problem;
use mail::{Composed, Message, compose};
use serde_json::{Value, json};
use settings::{Settings, file::EVENTS};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use store::{Addressee, Mail, MailState, Store};
use token::KeySet;

/// How many mails, and how many events, are shown: the last ones.
const SHOWN: usize = 50;

/// What is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Asked {
    /// `GET /operator/events`
    Events,
    /// `GET /operator/mails`
    Mails,
}

/// Where it is found.
pub(crate) struct Operator {
    store: Store,
    /// The file of events; a service in memory has none.
    events: Option<PathBuf>,
}

impl Asked {
    /// What a path names.
    pub(crate) fn at(path: &str) -> Option<Self> {
        match path.trim_end_matches('/') {
            "/operator/events" => Some(Self::Events),
            "/operator/mails" => Some(Self::Mails),
            _ => None,
        }
    }
}

impl Operator {
    pub(crate) fn new(store: Store, events: Option<PathBuf>) -> Self {
        Self { store, events }
    }

    /// The file of events of a service that is kept in a folder.
    pub(crate) fn events_beside(place: &Storage) -> Option<PathBuf> {
        match place {
            Storage::File(database) => database.parent().map(|folder| folder.join(EVENTS)),
            Storage::Memory => None,
        }
    }

    /// A JSON list, the latest first.
    pub(crate) async fn answer(&self, asked: Asked, keys: &KeySet, settings: &Settings) -> Result<Value, Problem> {
        match asked {
            Asked::Events => self.events().map_err(|cause| Problem::Unavailable(cause.to_string())),
            Asked::Mails => self.mails(keys, settings).await,
        }
    }

    fn events(&self) -> io::Result<Value> {
        let text = self.events.as_deref().map_or(Ok(String::new()), text_of)?;
        let events = text.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        Ok(events.take(SHOWN).collect())
    }

    async fn mails(&self, keys: &KeySet, settings: &Settings) -> Result<Value, Problem> {
        let mut shown = Vec::new();
        for (mail, state) in self.latest().await? {
            let composed = compose(&mail, &self.store, &keys.link_secrets(mail.created_at), settings).await;
            // One row that cannot be read hides no other.
            let composed = composed.unwrap_or_else(|cause| Composed::Faulty(cause.to_string()));
            shown.push(json!({
                "id": mail.id, "kind": mail.kind.word(), "created_at": mail.created_at, "state": state.word(),
                "asked_for": asked_for(&mail), "messages": messages(composed),
            }));
        }
        Ok(shown.into())
    }

    async fn latest(&self) -> Result<Vec<(Mail, MailState)>, Problem> {
        let (mut mails, mut from) = (Vec::new(), None);
        loop {
            let page = self.store.mails(from.as_deref()).await?;
            mails.extend(page.mails);
            from = page.next;
            if from.is_none() {
                break;
            }
        }
        mails.sort_by(|(one, _), (other, _)| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
        mails.truncate(SHOWN);
        Ok(mails)
    }
}

/// What is in the file; none yet is no fault.
fn text_of(path: &Path) -> io::Result<String> {
    match fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(cause) => Err(cause),
    }
}

/// The address or the id that the request named.
fn asked_for(mail: &Mail) -> &str {
    match &mail.to {
        Addressee::Address(address) => address,
        Addressee::User(id) => id,
    }
}

/// The mails as they would be sent; none where nobody would get one.
fn messages(composed: Composed) -> Value {
    match composed {
        Composed::Messages(messages) => messages.iter().map(shown).collect(),
        Composed::Nobody => json!([]),
        Composed::Faulty(cause) => json!([{"to": "", "subject": "It cannot be written", "text": cause}]),
    }
}

fn shown(Message { to, subject, text, .. }: &Message) -> Value {
    json!({"to": to, "subject": subject, "text": text})
}
