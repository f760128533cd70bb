//! The decision at the gateway: an authorizer's event in, an answer out. It never errs on the side of letting in.
//!
//! Events and answers are plain JSON, as AWS documents them, so that the function on Lambda and the local gateway run
//! the very same lines. One authorizer serves every kind of API; the event tells which one asks.

use crate::{
    authentication::{
        legacy::guard,
        principal,
        simple_jwt::{self, Authenticated},
        state,
    },
    authorizer::event::Event,
    problem::Problem,
    service::Service,
};
use serde_json::Value;
use settings::{Legacy, Settings};
use token::{KeySet, Rules};

mod answer;
mod event;

pub use answer::{Decision, UNAUTHORIZED};
pub use event::Malformed;

/// Whether these settings ask for [`decide_with`].
pub fn asks_the_store(settings: &Settings) -> bool {
    state::is_stateful(settings) || settings.legacy != Legacy::Off
}

/// Decides by the keys alone; asks no store, and links none.
///
/// # Errors
/// [`Malformed`] for anything that is not an authorizer's event.
pub fn decide(
    event: &Value,
    keys: &KeySet,
    settings: &Settings,
    rules: &Rules,
    now: i64,
) -> Result<Decision, Malformed> {
    let event = Event::read(event, settings)?;
    let verdict = verify(&event, keys, settings, rules, now);
    Ok(Decision::new(event, verdict, settings, now))
}

/// Decides by keys, session and user: one read, where SESSION_CHECK or CHECK_REVOKE_TOKEN ask for it. With LEGACY the
/// tokens of that package open, too, what Simple JWT's open.
///
/// # Errors
/// [`Malformed`] for anything that is not an authorizer's event.
pub async fn decide_with(event: &Value, keys: &KeySet, service: &Service, now: i64) -> Result<Decision, Malformed> {
    let settings = service.settings();
    let event = Event::read(event, settings)?;
    let verdict = match verify(&event, keys, settings, &service.rules, now) {
        Ok(authenticated) if state::is_stateful(settings) => {
            state::check(service, &authenticated).await.map(|()| authenticated)
        }
        Ok(authenticated) => Ok(authenticated),
        Err(problem) => or_legacy(&event, problem, keys, service, now).await.and_then(tellable),
    };
    Ok(Decision::new(event, verdict, settings, now))
}

/// A token that is none of Simple JWT's may be one of LEGACY's; if not, it stays refused as it was.
async fn or_legacy(
    event: &Event<'_>,
    problem: Problem,
    keys: &KeySet,
    service: &Service,
    now: i64,
) -> Result<Authenticated, Problem> {
    match &event.token {
        Ok(raw) => guard::authenticate_token(raw, keys, service, now).await?.ok_or(problem),
        Err(_) => Err(problem),
    }
}

fn verify(
    event: &Event<'_>,
    keys: &KeySet,
    settings: &Settings,
    rules: &Rules,
    now: i64,
) -> Result<Authenticated, Problem> {
    let raw = event.token.clone()?;
    simple_jwt::verify(raw, keys, settings, rules, now).and_then(tellable)
}

/// What the gateway would hand on as headers must not be able to make two of one, and must name somebody.
fn tellable(authenticated: Authenticated) -> Result<Authenticated, Problem> {
    let principal = &authenticated.principal;
    let named = [&principal.user_id, &principal.jti, &principal.token_type];
    let told = named.iter().all(|text| principal::is_telling(text)) && !principal.user_id.trim().is_empty();
    if told { Ok(authenticated) } else { Err(Problem::Token(token::Error::Invalid)) }
}
