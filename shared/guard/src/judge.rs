//! The guard, and what it makes of a request.

use crate::{
    requirement::Requirement,
    source::{self, GuardError},
};
use api::{Ambient, Authenticated, Principal, Problem, Service};
use http::{HeaderMap, Response};
use keys::KeyProvider;
use settings::Settings;
use std::sync::Arc;
use store::Store;
use token::{Claims, Rules};

/// Lets in whoever brings a good token. Cheap to clone; one is enough for a process.
#[derive(Clone)]
pub struct Guard {
    judge: Arc<Judge>,
    required: Arc<[Requirement]>,
}

struct Judge {
    by: By,
    keys: KeyProvider,
}

/// By what a token is judged.
enum By {
    /// By the keys alone.
    Keys { rules: Rules, settings: Box<Settings> },
    /// By session and user, too.
    Store(Box<Service>),
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
        Ok(Self::of(Judge { by: By::Keys { rules: settings.rules(), settings: Box::new(settings) }, keys }))
    }

    /// A guard that looks at session and user, too, where the settings ask for it.
    ///
    /// # Errors
    /// [`GuardError`]: settings without keys.
    pub fn with_store(settings: Settings, store: Store) -> Result<Self, GuardError> {
        let keys = source::provider(&settings)?;
        Ok(Self::of(Judge { by: By::Store(Box::new(Service::new(settings, store, 1))), keys }))
    }

    fn of(judge: Judge) -> Self {
        Self { judge: Arc::new(judge), required: Arc::new([]) }
    }

    /// A guard that also wants this of a token. Whose token is good and does not say it gets the 403 of Django REST framework.
    ///
    /// ```
    /// # let variables = [("SIGNING_KEY", "a secret of at least thirty-two characters")];
    /// # let find = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string());
    /// # let guard = guard::Guard::new(settings::Settings::read(find).unwrap()).unwrap();
    /// let editors = guard.require(guard::group("editors"));
    /// let administrators = guard.require(guard::staff()).require(guard::claim("tenant", 7));
    /// ```
    #[must_use]
    pub fn require(&self, requirement: Requirement) -> Self {
        let required = self.required.iter().cloned().chain([requirement]).collect();
        Self { judge: Arc::clone(&self.judge), required }
    }

    /// Whoever stands behind these headers; or the answer that they get instead, its body one of the handler's kind.
    ///
    /// # Errors
    /// The refusal: 401 with the reason, 403 where the token does not say what is required, or 503 while keys or store are away.
    pub async fn admit<B: From<Vec<u8>>>(&self, headers: &HeaderMap) -> Result<(Principal, Claims), Response<B>> {
        match self.judge(headers).await.and_then(|admitted| self.permitted(admitted)) {
            Ok(Authenticated { principal, claims, .. }) => Ok((principal, claims)),
            Err(problem) => Err(api::unanswered(&problem, self.settings()).map(|body| B::from(body.to_vec()))),
        }
    }

    fn permitted(&self, admitted: Authenticated) -> Result<Authenticated, Problem> {
        let is_permitted = self.required.iter().all(|requirement| requirement.is_met(&admitted.claims));
        if is_permitted { Ok(admitted) } else { Err(Problem::not_permitted()) }
    }

    async fn judge(&self, headers: &HeaderMap) -> Result<Authenticated, Problem> {
        let now = Ambient::time();
        let named = || keys::named(headers, &self.settings().auth_header_name, &[]);
        let keys = self.judge.keys.at(now, named).await;
        let keys = keys.map_err(|cause| Problem::Unavailable(cause.to_owned()))?;
        match &self.judge.by {
            By::Keys { rules, settings } => api::admit(headers, &keys, settings, rules, now),
            By::Store(service) => Box::pin(api::admit_with(headers, &keys, service, now)).await,
        }
    }

    fn settings(&self) -> &Settings {
        match &self.judge.by {
            By::Keys { settings, .. } => settings,
            By::Store(service) => service.settings(),
        }
    }
}
