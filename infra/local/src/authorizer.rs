//! What stands between API Gateway and its authorizer: the event, the answers that are kept, and the reading of a
//! policy.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use api::{Caller, Principal, Service, authorizer};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request};
use serde_json::{Map, Value, json};
use token::KeySet;

/// So many answers are kept before those that are over are thrown away.
const ROOM: usize = 10_000;

/// What API Gateway makes of an authorizer, and what it answers then (`template.yaml`, GatewayResponses).
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    /// The function behind is called, with this context.
    Allowed(Principal),
    /// `ACCESS_DENIED`, which may look into the context.
    Denied(Map<String, Value>),
    /// `AUTHORIZER_FAILURE`: the function ended with an error.
    Failed(String),
    /// `UNAUTHORIZED`: there is no identity source, or the function's error says so.
    Unauthorized,
}

/// A `REQUEST` authorizer of a REST API whose identity source is the header of AUTH_HEADER_NAME.
#[derive(Default)]
pub(crate) struct Authorizer {
    /// By identity source: until when, and the answer.
    kept: Mutex<HashMap<String, (i64, Value)>>,
}

impl Authorizer {
    /// Asks whether a request may pass, or remembers that it was asked.
    ///
    /// As API Gateway does: while answers are kept, a request without identity source is refused unasked; answers that
    /// deny are kept, too, errors are not; and a kept policy is read anew for each route.
    pub(crate) async fn ask(
        &self,
        request: &Request<Bytes>,
        caller: &Caller,
        keys: &KeySet,
        service: &Service,
        now: i64,
    ) -> Outcome {
        let lifetime = service.settings().authorizer_cache_seconds;
        let identity = identity(request.headers(), &service.settings().auth_header_name);
        if lifetime > 0 && identity.is_empty() {
            return Outcome::Unauthorized;
        }
        let arn = arn(request);
        if let Some(answer) = self.remembered(&identity, now).filter(|_| lifetime > 0) {
            return read(&answer, &arn);
        }
        let Ok(decision) = authorizer::decide_with(&event(request, caller, &arn), keys, service, now).await else {
            return Outcome::Failed("the authorizer does not know the event".to_owned());
        };
        match decision.render() {
            Ok(answer) => {
                let outcome = read(&answer, &arn);
                self.remember(identity, now + lifetime, answer, now);
                outcome
            }
            Err("Unauthorized") => Outcome::Unauthorized,
            Err(cause) => Outcome::Failed(cause.to_owned()),
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

/// Reads a policy as IAM does: whoever is not allowed is denied, and whoever is denied is not allowed.
fn read(answer: &Value, arn: &str) -> Outcome {
    let context = answer.get("context").and_then(Value::as_object).cloned().unwrap_or_default();
    let statements = answer.pointer("/policyDocument/Statement").and_then(Value::as_array);
    let effects: Vec<&str> =
        statements.into_iter().flatten().filter(|statement| speaks_of(statement, arn)).filter_map(effect).collect();
    let allowed = effects.contains(&"Allow") && !effects.contains(&"Deny");
    match Principal::from_context(&context).filter(|_| allowed) {
        Some(principal) => Outcome::Allowed(principal),
        None => Outcome::Denied(context),
    }
}

fn effect(statement: &Value) -> Option<&str> {
    statement.get("Effect")?.as_str()
}

fn speaks_of(statement: &Value, arn: &str) -> bool {
    let is = |name: &str, text: &str| statement.get(name).and_then(Value::as_str).is_some_and(|p| matches(p, text));
    is("Action", "execute-api:Invoke") && is("Resource", arn)
}

/// Whether a pattern of IAM, in which `*` is anything, is a text's.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices().any(|(place, _)| rest.get(place..).is_some_and(|rest| matches(after, rest)))
                || matches(after, "")
        }),
    }
}

/// The identity source: every value of the header.
fn identity(headers: &HeaderMap, name: &str) -> String {
    headers.get_all(name).iter().map(text).collect::<Vec<_>>().join("\n")
}

fn arn(request: &Request<Bytes>) -> String {
    let path = request.uri().path();
    format!("arn:aws:execute-api:local:000000000000:latchkey/local/{}{path}", request.method())
}

/// A REST API's `REQUEST` authorizer event.
fn event(request: &Request<Bytes>, caller: &Caller, arn: &str) -> Value {
    let path = request.uri().path();
    json!({
        "type": "REQUEST",
        "methodArn": arn,
        "resource": path,
        "path": path,
        "httpMethod": request.method().as_str(),
        "headers": single(request.headers()),
        "multiValueHeaders": multi(request.headers()),
        "requestContext": {"identity": {"sourceIp": caller.ip, "userAgent": caller.user_agent}},
    })
}

/// Each header's last value, as API Gateway fills `headers`.
fn single(headers: &HeaderMap) -> Map<String, Value> {
    headers.iter().map(|(name, value)| (name.to_string(), json!(text(value)))).collect()
}

fn multi(headers: &HeaderMap) -> Map<String, Value> {
    let values = |name| headers.get_all(name).iter().map(text).collect::<Vec<_>>();
    headers.keys().map(|name| (name.to_string(), json!(values(name)))).collect()
}

fn text(value: &HeaderValue) -> Cow<'_, str> {
    String::from_utf8_lossy(value.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:execute-api:local:000000000000:latchkey/local/GET/api/hello/";

    fn answer(statements: &[(&str, &str)]) -> Value {
        let statements: Vec<Value> = statements
            .iter()
            .map(|(effect, resource)| json!({"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}))
            .collect();
        let context = json!({"user_id": "1", "token_type": "access", "jti": "x", "exp": "1"});
        json!({"policyDocument": {"Statement": statements}, "context": context})
    }

    fn is_allowed(statements: &[(&str, &str)]) -> bool {
        matches!(read(&answer(statements), ARN), Outcome::Allowed(_))
    }

    #[test]
    fn a_policy_allows_what_it_names_and_nothing_else() {
        assert!(is_allowed(&[("Allow", "arn:aws:execute-api:local:000000000000:latchkey/local/*")]));
        assert!(is_allowed(&[("Allow", ARN)]));
        assert!(is_allowed(&[("Allow", "arn:aws:execute-api:*:latchkey/*/GET/*/hello/*")]));
        assert!(!is_allowed(&[("Allow", "arn:aws:execute-api:local:000000000000:latchkey/local/GET/api/other/*")]));
        assert!(!is_allowed(&[("Allow", "arn:aws:execute-api:local:000000000000:latchkey/other/*")]));
        assert!(!is_allowed(&[]));
    }

    #[test]
    fn a_deny_beats_every_allow() {
        assert!(!is_allowed(&[("Allow", "*"), ("Deny", "*")]));
        assert!(!is_allowed(&[("Deny", ARN), ("Allow", ARN)]));
        assert!(is_allowed(&[("Allow", "*"), ("Deny", "arn:aws:execute-api:*/POST/*")]));
    }

    #[test]
    fn an_answer_is_kept_until_its_time_and_not_a_second_longer() {
        let authorizer = Authorizer::default();
        authorizer.remember("Bearer x".to_owned(), 160, answer(&[]), 100);
        assert!(authorizer.remembered("Bearer x", 159).is_some());
        assert!(authorizer.remembered("Bearer x", 160).is_none());
        assert!(authorizer.remembered("Bearer y", 100).is_none());
    }

    #[test]
    fn room_is_made_for_new_answers_by_those_that_are_over() {
        let authorizer = Authorizer::default();
        for number in 0..ROOM {
            authorizer.remember(number.to_string(), 110, json!(null), 100);
        }
        authorizer.remember("one too many".to_owned(), 110, json!(null), 100);
        assert!(authorizer.remembered("one too many", 100).is_none());
        authorizer.remember("later".to_owned(), 120, json!(null), 115);
        assert!(authorizer.remembered("later", 115).is_some());
    }
}
