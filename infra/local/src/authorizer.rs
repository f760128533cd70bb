//! What stands between API Gateway and its authorizer: when it is asked, the answers that are kept, and what is made of
//! them.

mod answer;
mod event;

use crate::{authorizer::answer::read, kind::Api, refusal::Refusal};
use api::{Caller, Principal, Service, authorizer};
use bytes::Bytes;
use http::{Request, header::AUTHORIZATION};
use serde_json::Value;
use settings::Settings;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use token::KeySet;

/// How many answers are kept before those that are over are thrown away.
const ROOM: usize = 10_000;

/// A `REQUEST` authorizer whose identity source is the header `Authorization`, as the templates set it up.
pub(crate) struct Authorizer {
    api: Api,
    /// By identity source: until when, and the answer.
    kept: Mutex<HashMap<String, (i64, Value)>>,
}

impl Authorizer {
    pub(crate) fn of(api: Api) -> Self {
        Self { api, kept: Mutex::default() }
    }

    /// Asks whether a request may pass, or remembers that it was asked.
    ///
    /// As API Gateway does: a request without identity source is refused unasked, by a REST API only while answers are
    /// kept; answers that deny are kept, too, errors are not; and a kept policy is read anew for each route.
    pub(crate) async fn ask(
        &self,
        request: &Request<Bytes>,
        caller: &Caller,
        keys: &KeySet,
        service: &Service,
        now: i64,
    ) -> Result<Principal, Refusal> {
        let lifetime = lifetime(service.settings());
        let identity = event::identity(self.api, request.headers());
        if identity.is_empty() && (lifetime > 0 || self.api == Api::Http) {
            return Err(Refusal::Unauthorized);
        }
        let arn = event::arn(self.api, request);
        if let Some(answer) = self.remembered(&identity, now).filter(|_| lifetime > 0) {
            return read(&answer, &arn);
        }
        let event = event::event(self.api, request, caller, &arn, &identity);
        let Ok(decision) = authorizer::decide_with(&event, keys, service, now).await else {
            return Err(Refusal::Failed("the authorizer does not know the event".to_owned()));
        };
        match decision.render() {
            Ok(answer) => {
                let outcome = read(&answer, &arn);
                self.remember(identity, now + lifetime, answer, now);
                outcome
            }
            Err(authorizer::UNAUTHORIZED) => Err(Refusal::Unauthorized),
            Err(cause) => Err(Refusal::Failed(cause.to_owned())),
        }
    }

    fn remembered(&self, identity: &str, now: i64) -> Option<Value> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(identity).filter(|(until, _)| now < *until).map(|(_, answer)| answer.clone())
    }

    fn remember(&self, identity: String, until: i64, answer: Value, now: i64) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= ROOM {
            kept.retain(|_, (until, _)| now < *until);
        }
        if now < until && kept.len() < ROOM {
            kept.insert(identity, (until, answer));
        }
    }
}

/// For how many seconds an answer is kept. Where something else than the identity source carries the token, it would be
/// somebody else's: the templates keep none then.
fn lifetime(settings: &Settings) -> i64 {
    let is_identity = settings.auth_header_name == AUTHORIZATION.as_str() && settings.auth_cookie.is_none();
    if is_identity { settings.authorizer_cache_seconds } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_is_kept_until_its_time_and_not_a_second_longer() {
        let authorizer = Authorizer::of(Api::Rest);
        authorizer.remember("Bearer x".to_owned(), 160, json!({}), 100);
        assert!(authorizer.remembered("Bearer x", 159).is_some());
        assert!(authorizer.remembered("Bearer x", 160).is_none());
        assert!(authorizer.remembered("Bearer y", 100).is_none());
    }

    #[test]
    fn room_is_made_for_new_answers_by_those_that_are_over() {
        let authorizer = Authorizer::of(Api::Rest);
        for number in 0..ROOM {
            authorizer.remember(number.to_string(), 110, json!(null), 100);
        }
        authorizer.remember("one too many".to_owned(), 110, json!(null), 100);
        assert!(authorizer.remembered("one too many", 100).is_none());
        authorizer.remember("later".to_owned(), 120, json!(null), 115);
        assert!(authorizer.remembered("later", 115).is_some());
    }
}
