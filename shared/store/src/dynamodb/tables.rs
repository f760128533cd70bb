//! What the tables look like. The template deploys these, local mode and the tests create them, a test compares them.

use crate::dynamodb::names::{BY_USER, CREATED_AT, IP, PK, SK, TTL, USER_AGENT, USER_ID};

/// The names of the two tables.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tables {
    /// Where users and the guards of their names are: to be kept.
    pub users: String,
    /// Where sessions, revocations and counters are: they end by themselves.
    pub sessions: String,
}

impl Tables {
    /// The names in a data folder, where `local` makes the tables and the command line finds them.
    pub fn local() -> Self {
        Self { users: "latchkey-users".to_owned(), sessions: "latchkey-sessions".to_owned() }
    }
}

/// A table, as plain values.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Definition {
    /// Its name in this deployment.
    pub name: String,
    /// The partition key, always text.
    pub key: &'static str,
    /// The sort key, text as well, if it has one.
    pub sort: Option<&'static str>,
    /// The index, if it has one.
    pub index: Option<Index>,
    /// The attribute with the second after which DynamoDB may delete a row.
    pub ttl: Option<&'static str>,
}

/// A global secondary index. For lists only: no read that decides about access goes through it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Index {
    /// Its name.
    pub name: &'static str,
    /// The partition key.
    pub key: (&'static str, Kind),
    /// The sort key.
    pub sort: (&'static str, Kind),
    /// Attributes beside the keys. They never change, so that a refresh does not write the index.
    pub projected: &'static [&'static str],
}

/// The type of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// `N`.
    Number,
    /// `S`.
    Text,
}

/// Users and sessions, in this order, for these names.
pub fn definitions(tables: &Tables) -> [Definition; 2] {
    let by_user = Index {
        name: BY_USER,
        key: (USER_ID, Kind::Text),
        sort: (CREATED_AT, Kind::Number),
        projected: &[IP, USER_AGENT],
    };
    [
        Definition { name: tables.users.clone(), key: PK, sort: None, index: None, ttl: None },
        Definition { name: tables.sessions.clone(), key: PK, sort: None, index: Some(by_user), ttl: Some(TTL) },
    ]
}

/// The sample's, which a deployment need not have.
pub fn organizations(name: &str) -> Definition {
    Definition { name: name.to_owned(), key: PK, sort: Some(SK), index: None, ttl: None }
}

/// Where the mails wait that a deployment sends, if it has accounts of its own.
pub fn outbox(name: &str) -> Definition {
    Definition { name: name.to_owned(), key: PK, sort: None, index: None, ttl: Some(TTL) }
}
