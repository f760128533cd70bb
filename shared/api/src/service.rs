//! What lasts from request to request.

use crate::problem::Problem;
use claims::{Access, Asker};
use settings::{Settings, UserIdField, UsernameField};
use std::sync::Arc;
use store::{Store, TokenStatus, User};
use token::{KeySet, LegacyRules};
use tokio::sync::Semaphore;

/// The settings, the store and the room for hashing that every request of one process shares.
pub struct Service {
    pub(crate) claims: Option<Asker>,
    pub(crate) legacy: Box<LegacyTerms>,
    pub(crate) rules: token::Rules,
    settings: Settings,
    pub(crate) store: Store,
    hashing: Arc<Semaphore>,
}

/// The terms on which LEGACY's tokens are taken and given.
pub(crate) struct LegacyTerms {
    /// Keys of their own; `None` for those of the service.
    pub(crate) keys: Option<Vec<KeySet>>,
    pub(crate) rules: LegacyRules,
}

impl LegacyTerms {
    fn of(settings: &Settings) -> Self {
        // Keys that cannot be used stop the reading of the settings; were it not so, they would open nothing.
        Self { keys: settings.legacy_keys().unwrap_or(Some(Vec::new())), rules: settings.legacy_rules() }
    }
}

impl Service {
    /// A service over `store`; `hashers` logins hash at a time, the others wait their turn, so that a storm of logins
    /// takes neither all the memory (19 MiB a hash) nor all the time from those who only refresh.
    pub fn new(settings: Settings, store: Store, hashers: usize) -> Self {
        Self {
            claims: settings.claims_function.clone().map(|function| Asker::new(function, None)),
            legacy: Box::new(LegacyTerms::of(&settings)),
            rules: settings.rules(),
            settings,
            store,
            hashing: Arc::new(Semaphore::new(hashers.max(1))),
        }
    }

    /// Asks CLAIMS_FUNCTION by this access.
    #[must_use]
    pub fn asking_by(self, access: Access) -> Self {
        let function = self.settings.claims_function.clone();
        Self { claims: function.map(|function| Asker::new(function, Some(access))), ..self }
    }

    /// The settings this service was started with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Opens the connection to the store before there is a request ([`Store::connect`]).
    pub async fn connect(&self) {
        self.store.connect().await;
    }

    /// Takes the memory of a hash before there is a request ([`password::take_memory`]).
    pub fn take_memory(&self) {
        password::take_memory();
    }

    /// Runs a password hash off the request's thread, when there is room for it.
    pub(crate) async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _room = Arc::clone(&self.hashing).acquire_owned().await.map_err(Problem::unavailable)?;
        tokio::task::spawn_blocking(work).await.map_err(Problem::unavailable)
    }

    /// The user whom somebody who logs in calls `name` (USERNAME_FIELD).
    pub(crate) async fn user_named(&self, name: &str) -> Result<Option<User>, Problem> {
        let found = match (self.settings.username_field, self.settings.username_case_insensitive) {
            (UsernameField::Email, false) => self.store.user_with_email(name).await,
            (UsernameField::Email, true) => self.store.user_with_email_folded(name).await,
            (UsernameField::Username, false) => self.store.user_named(name).await,
            (UsernameField::Username, true) => self.store.user_folded(name).await,
        };
        Ok(found?)
    }

    /// The user whom a token's USER_ID_CLAIM names (USER_ID_FIELD).
    pub(crate) async fn user_identified(&self, id: &str) -> Result<Option<User>, Problem> {
        let found = match self.settings.user_id_field {
            UserIdField::Email => self.store.user_with_email(id).await,
            UserIdField::Id => self.store.user(id).await,
            UserIdField::Username => self.store.user_named(id).await,
        };
        Ok(found?)
    }

    /// Whether a token of `user` would lead back to `user`, and not to another: of those who have one address only the
    /// first is found by it. Two reads more for those who log in by name.
    pub(crate) async fn recognizes(&self, user: &User, by_address: bool) -> Result<bool, Problem> {
        match self.settings.user_id_field {
            UserIdField::Email if !by_address => {
                Ok(self.user_identified(&user.email).await?.is_some_and(|found| found.id == user.id))
            }
            _ => Ok(true),
        }
    }

    /// What is known about a token: its session, its own blacklisting and, where `user_id` names one, its user. One read; with
    /// another USER_ID_FIELD than `id` two more.
    pub(crate) async fn token_status(&self, jti: &str, user_id: Option<&str>) -> Result<TokenStatus, Problem> {
        let by_id = user_id.filter(|_| self.settings.user_id_field == UserIdField::Id);
        let status = self.store.token_status(token::session_of(jti), jti, by_id).await?;
        match user_id.filter(|_| by_id.is_none()) {
            Some(user_id) => Ok(TokenStatus { user: self.user_identified(user_id).await?, ..status }),
            None => Ok(status),
        }
    }

    /// The id under which the sessions of a token's user are kept. A user who is gone has the claim itself.
    pub(crate) async fn owner(&self, claimed: &str) -> Result<String, Problem> {
        if self.settings.user_id_field == UserIdField::Id {
            return Ok(claimed.to_owned());
        }
        Ok(self.user_identified(claimed).await?.map_or_else(|| claimed.to_owned(), |user| user.id))
    }

    /// What a token's USER_ID_CLAIM says of `user` (USER_ID_FIELD).
    pub(crate) fn user_id_of<'a>(&self, user: &'a User) -> &'a str {
        match self.settings.user_id_field {
            UserIdField::Email => &user.email,
            UserIdField::Id => &user.id,
            UserIdField::Username => &user.username,
        }
    }
}
