//! The guard, and what it makes of a request.

use crate::source::{self, GuardError};
use api::{Ambient, Authenticated, Principal, Problem, Service};
use http::{HeaderMap, Response};
use keys::KeyProvider;
use settings::Settings;
use std::sync::Arc;
use store::Store;
use token::{Claims, Rules};

/// Lets in whoever brings a good token. Cheap to clone; one is enough for a process.
#[derive(Clone)]
pub struct Guard(Arc<Judge>);

struct Judge {
    by: By,
    keys: KeyProvider,
}

/// By what a token is judged.
enum By {
    /// By the keys alone.
    Keys { rules: Rules, settings: Settings },
    /// By session and user, too.
    Store(Service),
}

impl Guard {
    /// A guard that decides by the keys alone.
    ///
    /// # Errors
    /// [`GuardError`]: settings without keys, and settings that ask for session or user.
    pub fn new(settings: Settings) -> Result<Self, GuardError> {
        if api::authorizer::asks_the_store(&settings) {
            return Err(GuardError::NoStore);
        }
        let keys = source::provider(&settings)?;
        Ok(Self(Arc::new(Judge { by: By::Keys { rules: settings.rules(), settings }, keys })))
    }

    /// A guard that looks at session and user, too, where the settings ask for it.
    ///
    /// # Errors
    /// [`GuardError`]: settings without keys.
    pub fn with_store(settings: Settings, store: Store) -> Result<Self, GuardError> {
        let keys = source::provider(&settings)?;
        Ok(Self(Arc::new(Judge { by: By::Store(Service::new(settings, store, 1)), keys })))
    }

    /// Whoever stands behind these headers; or the answer that they get instead, its body one of the handler's kind.
    ///
    /// # Errors
    /// The refusal: 401 with the reason, or 503 while keys or store are away.
    pub async fn admit<B: From<Vec<u8>>>(&self, headers: &HeaderMap) -> Result<(Principal, Claims), Response<B>> {
        match self.judge(headers).await {
            Ok(Authenticated { principal, claims, .. }) => Ok((principal, claims)),
            Err(problem) => Err(api::unanswered(&problem, self.settings()).map(|body| B::from(body.to_vec()))),
        }
    }

    async fn judge(&self, headers: &HeaderMap) -> Result<Authenticated, Problem> {
        let now = Ambient::time();
        let named = || keys::named(headers, &self.settings().auth_header_name, &[]);
        let keys = self.0.keys.at(now, named).await;
        let keys = keys.map_err(|cause| Problem::Unavailable(cause.to_owned()))?;
        match &self.0.by {
            By::Keys { rules, settings } => api::admit(headers, &keys, settings, rules, now),
            By::Store(service) => Box::pin(api::admit_with(headers, &keys, service, now)).await,
        }
    }

    fn settings(&self) -> &Settings {
        match &self.0.by {
            By::Keys { settings, .. } => settings,
            By::Store(service) => service.settings(),
        }
    }
}
