//! All that the store knows about a token, in one read.

use crate::{
    dynamodb::{
        batch::asked,
        budget::within_budget,
        item::{Item, Reader},
        names::{PK, jti_key, session_key, user_key},
    },
    error::Error,
    sessions::session::{self, Session},
    store::Store,
    users::{self, User},
};
use std::collections::HashMap;

/// How a token stands: its session, its own blacklisting, its user.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Standing {
    /// The session that its jti names, if there is a row.
    pub session: Option<Session>,
    /// Whether the token itself is blacklisted.
    pub jti_blacklisted: bool,
    /// The user that it names, if there is one.
    pub user: Option<User>,
}

impl Store {
    /// How a token stands, for verify and for the session-aware authorizer. One strongly consistent `BatchGetItem` over both tables.
    pub async fn standing(&self, sid: Option<&str>, jti: &str, user_id: Option<&str>) -> Result<Standing, Error> {
        let (session, jti, user) = (sid.map(session_key), jti_key(jti), user_id.map(user_key));
        let tokens: Vec<String> = session.iter().chain([&jti]).cloned().collect();
        let mut wanted = HashMap::from([(self.tables.sessions.clone(), asked(&tokens)?)]);
        if let Some(user) = &user {
            wanted.insert(self.tables.users.clone(), asked(std::slice::from_ref(user))?);
        }
        let found = within_budget(self.fetch_all(wanted)).await?;
        let in_table =
            |table: &str, key: &str| found.get(table).and_then(|items| items.iter().find(|item| has_key(item, key)));
        let opened = session.and_then(|key| in_table(&self.tables.sessions, &key));
        let user = user.and_then(|key| in_table(&self.tables.users, &key));
        Ok(Standing {
            session: opened.map(|row| session::read(Reader(row))).transpose()?,
            jti_blacklisted: in_table(&self.tables.sessions, &jti).is_some(),
            user: user.filter(|row| users::is_user(row)).map(users::read).transpose()?,
        })
    }
}

/// Whether this is the item with that key.
pub(crate) fn has_key(item: &Item, key: &str) -> bool {
    item.get(PK).and_then(|value| value.as_s().ok()).is_some_and(|value| value == key)
}
