//! The decision at the gateway: an authorizer's event in, a policy out. It never errs on the side of letting in.
//!
//! Events and answers are plain JSON, as API Gateway documents them, so that the function on Lambda and the local
//! gateway run the very same lines.

use serde_json::{Map, Value, json};
use settings::Settings;
use token::{KeySet, Rules};

use crate::{
    authentication::{self, Authenticated, Principal},
    problem::Problem,
    service::Service,
};

/// What an event asks for, told apart by its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// HTTP API, payload 2.0, simple response.
    HttpApi2,
    /// REST API `TOKEN` and `REQUEST`, HTTP API payload 1.0: the answer is a policy.
    Policy,
}

/// An event that is none of an authorizer. There is nobody to answer; the caller of the function gets an error.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

/// What the authorizer made of an event: an answer for the gateway.
#[derive(Debug)]
pub struct Decision {
    shape: Shape,
    arn: String,
    verdict: Result<Principal, Problem>,
    challenge: String,
}

/// Whether these settings ask for [`decide_with`].
pub fn asks_the_store(settings: &Settings) -> bool {
    authentication::is_stateful(settings)
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
    let request = Request::read(event, settings)?;
    let verdict = request.authenticate(keys, settings, rules, now).map(|authenticated| authenticated.principal);
    Ok(request.decision(verdict, settings))
}

/// Decides by keys, session and user: one read, where SESSION_CHECK or CHECK_REVOKE_TOKEN ask for it.
///
/// # Errors
/// [`Malformed`] for anything that is not an authorizer's event.
pub async fn decide_with(event: &Value, keys: &KeySet, service: &Service, now: i64) -> Result<Decision, Malformed> {
    let request = Request::read(event, &service.settings)?;
    let verdict = match request.authenticate(keys, &service.settings, &service.rules, now) {
        Ok(authenticated) if authentication::is_stateful(&service.settings) => {
            authentication::check(service, &authenticated).await.map(|()| authenticated.principal)
        }
        verdict => verdict.map(|authenticated| authenticated.principal),
    };
    Ok(request.decision(verdict, &service.settings))
}

impl Decision {
    /// Why nobody is let in; `None` where somebody is.
    pub fn problem(&self) -> Option<&Problem> {
        self.verdict.as_ref().err()
    }

    /// The answer in the shape that the event's gateway expects.
    pub fn render(&self) -> Value {
        match self.shape {
            Shape::HttpApi2 => json!({"isAuthorized": self.verdict.is_ok(), "context": self.context()}),
            Shape::Policy => json!({
                "principalId": self.verdict.as_ref().map_or("anonymous", |principal| &principal.user_id),
                "policyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{
                        "Action": "execute-api:Invoke",
                        "Effect": if self.verdict.is_ok() { "Allow" } else { "Deny" },
                        "Resource": stage(&self.arn),
                    }],
                },
                "context": self.context(),
            }),
        }
    }

    /// Flat strings: who was let in, or the body and the challenge that a Gateway Response turns into a 401.
    fn context(&self) -> Map<String, Value> {
        match &self.verdict {
            Ok(principal) => principal.to_context(),
            Err(problem) => refusal(problem, &self.challenge),
        }
    }
}

/// The part of an event that decides.
struct Request<'e> {
    shape: Shape,
    arn: &'e str,
    credentials: Result<&'e str, Problem>,
}

impl<'e> Request<'e> {
    fn read(event: &'e Value, settings: &Settings) -> Result<Self, Malformed> {
        let text = |name: &str| event.get(name).and_then(Value::as_str);
        let (shape, arn) = match (text("version"), text("type")) {
            (Some("2.0"), Some("REQUEST")) => (Shape::HttpApi2, text("routeArn")),
            (None | Some("1.0"), Some("REQUEST" | "TOKEN")) => (Shape::Policy, text("methodArn")),
            _ => return Err(Malformed),
        };
        let credentials = match text("type") {
            Some("TOKEN") => text("authorizationToken").ok_or(Problem::NotAuthenticated),
            _ => header(event, &settings.auth_header_name),
        };
        Ok(Self { shape, arn: arn.filter(|arn| is_execute_api(arn)).ok_or(Malformed)?, credentials })
    }

    fn authenticate(
        &self,
        keys: &KeySet,
        settings: &Settings,
        rules: &Rules,
        now: i64,
    ) -> Result<Authenticated, Problem> {
        match &self.credentials {
            Ok(header) => authentication::verify(header, keys, settings, rules, now),
            Err(Problem::NotAuthenticated) => Err(Problem::NotAuthenticated),
            Err(_) => Err(Problem::BadAuthorizationHeader),
        }
    }

    fn decision(self, verdict: Result<Principal, Problem>, settings: &Settings) -> Decision {
        let scheme = settings.auth_header_types.first().map_or("Bearer", String::as_str);
        let challenge = verdict.as_ref().err().and_then(|problem| problem.challenge(scheme)).unwrap_or_default();
        Decision { shape: self.shape, arn: self.arn.to_owned(), verdict, challenge }
    }
}

/// The one value of the header. Two values, in one list or in the two maps of an event, are refused: gateway and
/// authorizer could mean different ones.
fn header<'e>(event: &'e Value, name: &str) -> Result<&'e str, Problem> {
    let single = members(event, "headers", name).filter_map(Value::as_str);
    let multi = members(event, "multiValueHeaders", name).filter_map(Value::as_array);
    let identity =
        event.get("identitySource").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let identity: Vec<&str> = identity.collect();
    let lists: Vec<Vec<&str>> = multi.map(|values| values.iter().filter_map(Value::as_str).collect()).collect();
    let values: Vec<&str> = single.collect();
    let first = values.first().copied().or_else(|| lists.first().and_then(|list| list.first().copied()));
    let Some(first) = first else { return Err(Problem::NotAuthenticated) };
    let agrees = values.len() <= 1
        && values.iter().all(|value| *value == first)
        && lists.len() <= 1
        && lists.iter().all(|list| *list == [first])
        && (identity.is_empty() || identity.contains(&first));
    if agrees { Ok(first) } else { Err(Problem::BadAuthorizationHeader) }
}

/// Every member of one of the event's maps whose name is `name` in any case.
fn members<'e>(event: &'e Value, map: &str, name: &str) -> impl Iterator<Item = &'e Value> {
    let members = event.get(map).and_then(Value::as_object);
    members.into_iter().flatten().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn is_execute_api(arn: &str) -> bool {
    arn.starts_with("arn:") && arn.split(':').nth(2) == Some("execute-api") && arn.contains('/')
}

/// Every route of the stage that was asked. A policy is cached under the token alone, so it must speak for the token
/// and not for the one route that happened to be asked first.
fn stage(arn: &str) -> String {
    let stage: Vec<&str> = arn.splitn(3, '/').take(2).collect();
    format!("{}/*", stage.join("/"))
}

fn refusal(problem: &Problem, challenge: &str) -> Map<String, Value> {
    let body = problem.body();
    let mut context = Map::new();
    for name in ["detail", "code"] {
        if let Some(text) = body.get(name).and_then(Value::as_str) {
            context.insert(name.to_owned(), json!(text));
        }
    }
    context.insert("body".to_owned(), json!(body.to_string()));
    context.insert("challenge".to_owned(), json!(challenge));
    context
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:execute-api:eu-central-1:123456789012:abc/Prod/GET/api/hello";

    fn one(event: &Value) -> Result<&str, u16> {
        header(event, "authorization").map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn speaks_for_every_route_of_the_stage() {
        assert_eq!(stage(ARN), "arn:aws:execute-api:eu-central-1:123456789012:abc/Prod/*");
    }

    #[test]
    fn az_07_refuses_maps_that_disagree() {
        assert_eq!(
            one(&json!({"headers": {"Authorization": "a"}, "multiValueHeaders": {"Authorization": ["a"]}})),
            Ok("a")
        );
        assert_eq!(
            one(&json!({"headers": {"Authorization": "a"}, "multiValueHeaders": {"Authorization": ["b"]}})),
            Err(401)
        );
        assert_eq!(
            one(&json!({"headers": {"Authorization": "a"}, "multiValueHeaders": {"Authorization": ["a", "b"]}})),
            Err(401)
        );
        assert_eq!(one(&json!({"headers": {"Authorization": "a", "authorization": "b"}})), Err(401));
    }

    #[test]
    fn az_11_refuses_an_identity_source_that_is_not_the_header() {
        assert_eq!(one(&json!({"headers": {"authorization": "a"}, "identitySource": ["a"]})), Ok("a"));
        assert_eq!(one(&json!({"headers": {"authorization": "a"}, "identitySource": ["b"]})), Err(401));
    }

    #[test]
    fn az_22_knows_what_is_no_event() {
        let settings = Settings::read(|_| None).unwrap();
        let malformed = [
            json!({}),
            json!(null),
            json!({"type": "TOKEN", "authorizationToken": "x"}),
            json!({"type": "TOKEN", "methodArn": "*", "authorizationToken": "x"}),
            json!({"version": "3.0", "type": "REQUEST", "routeArn": ARN}),
        ];
        for event in malformed {
            assert_eq!(Request::read(&event, &settings).err(), Some(Malformed));
        }
    }
}
