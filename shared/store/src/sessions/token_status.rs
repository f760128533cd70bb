//! All that the store knows about a token, in one read, and the one state that follows from it.

use crate::{
    dynamodb::{
        batch::asked,
        budget::within_budget,
        item::{Item, Reader},
        names::{FOLLOWED_BY, PK, jti_key, session_key, user_key},
    },
    error::Error,
    sessions::{
        decision::Spent,
        session::{self, Session},
    },
    store::Store,
    users::{self, User},
};
use std::collections::HashMap;

/// What is known about a token: its session, its own blacklisting, its user.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TokenStatus {
    /// The session that its jti names, if there is a row.
    pub session: Option<Session>,
    /// The row of its own id, if there is one: it is blacklisted, or was followed by a session of another id.
    pub spent: Option<Spent>,
    /// The user that it names, if there is one.
    pub user: Option<User>,
}

/// What a token says of itself, once its signature is known to be right.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// Its id.
    pub jti: &'a str,
    /// Whether it is a refresh token: of those one is good at a time.
    pub is_refresh: bool,
    /// When its login was, in Unix seconds, for a token that has no session.
    pub login: i64,
}

/// The one state in which a token is. The first that applies, in this order: an end by name is told before the end of all.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum State {
    /// Its own id is on the blacklist, or it is a refresh token whose session was ended.
    Blacklisted,
    /// Its session was ended, and it is another token of it than a refresh token.
    Revoked,
    /// Its user ended all sessions since it began, or its session is another user's.
    Predates,
    /// It is a refresh token that another one followed.
    Rotated,
    /// No session is known: Django issued it before the move, or nothing is kept of its kind.
    Foreign,
    /// It is what its session goes on with.
    Current,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Blacklisted, Self::Revoked, Self::Predates, Self::Rotated, Self::Foreign, Self::Current];
}

impl TokenStatus {
    /// The state of the token that was presented. Without the user nothing is known of the end of all sessions.
    pub fn state(&self, presented: &Presented<'_>) -> State {
        let session = self.session.as_ref();
        let is_ended = session.is_some_and(|session| session.revoked_at.is_some());
        let bears_its_id = session.is_some_and(|session| is_id_of(session, presented));
        let is_other = session.is_some_and(|session| session.jti != presented.jti);
        let followed = self.spent.as_ref().map(|spent| spent.followed_by.is_some());
        if followed == Some(false) || (is_ended && bears_its_id) {
            State::Blacklisted
        } else if is_ended {
            State::Revoked
        } else if self.predates(presented) {
            State::Predates
        } else if followed == Some(true) || (bears_its_id && is_other) {
            State::Rotated
        } else {
            session.map_or(State::Foreign, |_| State::Current)
        }
    }

    /// A token without a session, such as Django's, is as old as its login.
    fn predates(&self, presented: &Presented<'_>) -> bool {
        let (session, user) = (self.session.as_ref(), self.user.as_ref());
        user.is_some_and(|user| match session {
            Some(session) => session.user_id != user.id || !session.survives(user.epoch),
            None => presented.login < user.epoch,
        })
    }
}

/// Whether it is one of the session's refresh tokens, or bears the id of one: it is good no longer than that is.
fn is_id_of(session: &Session, presented: &Presented<'_>) -> bool {
    presented.is_refresh || session.jti == presented.jti || session.previous_jti.as_deref() == Some(presented.jti)
}

impl Store {
    /// What is known about a token, for verify and for the session-aware authorizer. One strongly consistent `BatchGetItem` over
    /// both tables.
    pub async fn token_status(
        &self,
        sid: Option<&str>,
        jti: &str,
        user_id: Option<&str>,
    ) -> Result<TokenStatus, Error> {
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
        Ok(TokenStatus {
            session: opened.map(|row| session::read(Reader(row))).transpose()?,
            spent: in_table(&self.tables.sessions, &jti).map(mark).transpose()?,
            user: user.filter(|row| users::is_user(row)).map(users::read).transpose()?,
        })
    }
}

fn mark(row: &Item) -> Result<Spent, Error> {
    Ok(Spent { followed_by: Reader(row).optional_text(FOLLOWED_BY)? })
}

/// Whether this is the item with that key.
pub(crate) fn has_key(item: &Item, key: &str) -> bool {
    item.get(PK).and_then(|value| value.as_s().ok()).is_some_and(|value| value == key)
}
