//! What the operator's page asks for. The paths are the commands of `latchkey`, and the program that has the commands answers.

use api::Problem;
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response,
    header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::{collections::BTreeMap, future::Future, path::PathBuf, pin::Pin};
use store::Store;

/// What may be asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Act {
    /// Keep a user from logging in, and end all sessions of the user: `id`.
    DisableUser,
    /// Let a disabled user log in again: `id`.
    EnableUser,
    /// End all sessions of a user, or one of them: `id`, `session`.
    EndSessions,
    /// The sessions of a user: `id`.
    ListSessions,
    /// The users who have a text in one of their fields, a page of them: `search`, `page`.
    ListUsers,
    /// The last events, those of a user or all: `id`, `since`.
    ShowEvents,
    /// The mails of the outbox.
    ShowMails,
    /// Which service this is.
    ShowPlace,
    /// One user: `user`, which is a username, an id or an address, or `id`.
    ShowUser,
    /// Give a user a new password, which is told once: `id`.
    SetPassword,
    /// Let a user try again at once who failed to log in too often: `id`, `ip`.
    UnlockUser,
}

/// What is read is asked for by `GET`, with a query; what changes something by `POST`, with an object of texts in JSON.
const ACTS: [(Method, &str, Act); 11] = [
    (Method::GET, "/operator/events", Act::ShowEvents),
    (Method::GET, "/operator/mails", Act::ShowMails),
    (Method::GET, "/operator/place", Act::ShowPlace),
    (Method::GET, "/operator/sessions/list", Act::ListSessions),
    (Method::POST, "/operator/sessions/end", Act::EndSessions),
    (Method::GET, "/operator/users/list", Act::ListUsers),
    (Method::GET, "/operator/users/show", Act::ShowUser),
    (Method::POST, "/operator/users/disable", Act::DisableUser),
    (Method::POST, "/operator/users/enable", Act::EnableUser),
    (Method::POST, "/operator/users/set-password", Act::SetPassword),
    (Method::POST, "/operator/users/unlock", Act::UnlockUser),
];

/// What is asked for, and of what.
#[derive(Debug)]
pub struct Asked {
    /// What to do.
    pub act: Act,
    /// The name of the operator, where it is the service that knows who that is.
    pub operator: Option<String>,
    fields: BTreeMap<String, String>,
}

/// Why it is not done, in words for the operator.
#[derive(Debug)]
pub enum Refused {
    /// What was sent is wrong.
    Unfit(String),
    /// What is meant is not there.
    Unknown(String),
    /// The store, or the log, does not answer.
    Unavailable(String),
}

/// What comes of it, as JSON.
pub type Answering<'d> = Pin<Box<dyn Future<Output = Result<Value, Refused>> + Send + 'd>>;

/// Who does what operators ask for.
pub trait Backend: Send + Sync {
    /// Does it.
    fn answer(&self, asked: Asked) -> Answering<'_>;
}

/// Makes the backend of a service from its store, and from the folder that keeps its events, if one does.
pub type NewBackend = fn(Store, Option<PathBuf>) -> Box<dyn Backend>;

/// What operators of this service see and do beside the API.
pub(crate) struct Operator {
    pub(crate) backend: Box<dyn Backend>,
    /// Its mails, too, which no command makes links of.
    pub(crate) store: Store,
}

impl Act {
    /// What a request asks for.
    pub(crate) fn at(request: &Request<Bytes>) -> Option<Self> {
        let path = request.uri().path().trim_end_matches('/');
        let (.., act) = ACTS.iter().find(|(method, at, _)| method == request.method() && *at == path)?;
        Some(*act)
    }

    /// Whether one of them has this path, whatever the method.
    pub(crate) fn is_named_by(path: &str) -> bool {
        ACTS.iter().any(|(_, at, _)| *at == path.trim_end_matches('/'))
    }
}

impl Asked {
    /// # Errors
    /// The body is no object of texts in JSON, or does not say that it is JSON: a page of another origin could send it so without asking.
    pub(crate) fn of(act: Act, request: &Request<Bytes>, operator: Option<String>) -> Result<Self, Problem> {
        let fields = if request.method() == Method::GET {
            queried(request.uri().query().unwrap_or_default())
        } else {
            posted(request)?
        };
        Ok(Self { act, operator, fields })
    }

    /// A field that is given.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }
}

/// An answer that nobody keeps.
pub(crate) fn told(shown: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(shown.to_string()));
    let headers =
        [(CACHE_CONTROL, "no-store"), (CONTENT_TYPE, "application/json"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unavailable(words) => Self::OperatorUnavailable(words),
            Refused::Unfit(words) => Self::OperatorUnfit(words),
            Refused::Unknown(words) => Self::OperatorUnknown(words),
        }
    }
}

fn queried(query: &str) -> BTreeMap<String, String> {
    let text = |word: &str| percent_decode_str(&word.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (text(name), text(value))).collect()
}

fn posted(request: &Request<Bytes>) -> Result<BTreeMap<String, String>, Problem> {
    let media = media(request.headers());
    if media != "application/json" {
        return Err(Problem::UnsupportedMediaType(media));
    }
    serde_json::from_slice(request.body()).map_err(|cause| Problem::JsonParse(cause.to_string()))
}

fn media(headers: &HeaderMap) -> String {
    let given = headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase());
    given.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: Method, uri: &str, media: &str, body: &'static str) -> Option<Result<Asked, Problem>> {
        let request = Request::builder().method(method).uri(uri).header(CONTENT_TYPE, media);
        let request = request.body(Bytes::from_static(body.as_bytes())).unwrap();
        Act::at(&request).map(|act| Asked::of(act, &request, None))
    }

    #[test]
    fn what_changes_something_is_posted_as_json() {
        let body = r#"{"id": "7"}"#;
        let asked = |method, media, body| asked(method, "/operator/users/disable", media, body);
        let posted = asked(Method::POST, "application/json; charset=utf-8", body).unwrap().unwrap();
        assert_eq!((posted.act, posted.field("id"), posted.field("ip")), (Act::DisableUser, Some("7"), None));
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::OPTIONS] {
            assert!(asked(method, "application/json", body).is_none());
        }
        for (media, body) in
            [("text/plain", body), ("", body), ("application/json", "[]"), ("application/json", r#"{"id": 7}"#)]
        {
            assert!(asked(Method::POST, media, body).unwrap().is_err(), "{media} {body}");
        }
    }

    #[test]
    fn a_query_is_read_as_a_browser_writes_it() {
        let asked = asked(Method::GET, "/operator/users/list/?search=a+b%2B%C3%BC&page=2&x", "", "").unwrap().unwrap();
        assert_eq!((asked.field("search"), asked.field("page"), asked.field("x")), (Some("a b+ü"), Some("2"), None));
    }
}
