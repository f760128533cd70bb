//! What asks, and with which token: the events of API Gateway and AppSync, told apart by their shape.

use crate::{
    authentication::{cookie, credential, origin::RequestOrigin},
    problem::Problem,
};
use http::header::AUTHORIZATION;
use serde_json::Value;
use settings::{AuthorizerResponse, Settings, WebSocketToken};

/// An event that is none of an authorizer. There is nobody to answer; the caller of the function gets an error.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

/// The query parameter of RFC 6750 section 2.3.
const QUERY: &str = "access_token";

/// Who asks, and thereby in which shape it wants its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Gateway {
    /// A GraphQL API.
    AppSync,
    /// An HTTP API that wants a policy for this stage.
    HttpPolicy(String),
    /// An HTTP API that wants yes or no.
    HttpSimple,
    /// A REST API that wants a policy for this stage.
    Rest(String),
    /// A WebSocket API that wants a policy for this stage.
    WebSocket(String),
}

impl Gateway {
    /// Whether it is an HTTP API.
    pub(super) fn is_http(&self) -> bool {
        matches!(self, Self::HttpPolicy(_) | Self::HttpSimple)
    }
}

/// What an event has under a name.
enum Found<'e> {
    Nothing,
    One(&'e str),
    /// Two values, in one list or in the two maps, or none of text: gateway and authorizer could mean different ones.
    Several,
}

impl<'e> Found<'e> {
    /// The one value.
    fn required(self) -> Result<&'e str, Problem> {
        match self {
            Self::Nothing => Err(Problem::NotAuthenticated),
            Self::One(value) => Ok(value),
            Self::Several => Err(Problem::BadAuthorizationHeader),
        }
    }
}

/// The part of an event that decides.
pub(super) struct Event<'e> {
    pub(super) gateway: Gateway,
    /// The origin of the page that asks, where the event has the header once.
    pub(super) origin: Option<&'e str>,
    pub(super) token: Result<&'e str, Problem>,
}

impl<'e> Event<'e> {
    pub(super) fn read(event: &'e Value, settings: &Settings) -> Result<Self, Malformed> {
        let gateway = gateway(event, settings)?;
        let token = match gateway {
            Gateway::AppSync => app_sync(event, settings),
            Gateway::Rest(_) if text(event, "type") == Some("TOKEN") => {
                text(event, "authorizationToken").ok_or(Problem::NotAuthenticated).and_then(|text| of(text, settings))
            }
            Gateway::Rest(_) => header(event, settings).and_then(|token| alone(token, event, settings)),
            Gateway::WebSocket(_) => web_socket(event, settings),
            _ => header(event, settings),
        };
        let origin = match only(event, "headers", "multiValueHeaders", "origin") {
            Found::One(origin) => Some(origin),
            Found::Nothing | Found::Several => None,
        };
        Ok(Self { gateway, origin, token })
    }
}

fn gateway(event: &Value, settings: &Settings) -> Result<Gateway, Malformed> {
    let stage = |name| text(event, name).and_then(stage).ok_or(Malformed);
    let version = event.get("version").filter(|version| !version.is_null());
    match (version.map(Value::as_str), text(event, "type")) {
        (Some(Some("2.0")), Some("REQUEST")) => Ok(match (settings.authorizer_response, stage("routeArn")?) {
            (AuthorizerResponse::Policy, stage) => Gateway::HttpPolicy(stage),
            (AuthorizerResponse::Simple, _) => Gateway::HttpSimple,
        }),
        (Some(Some("1.0")), Some("REQUEST")) => stage("methodArn").map(Gateway::HttpPolicy),
        (None, Some("REQUEST")) if event.pointer("/requestContext/connectionId").is_some() => {
            let connects = event.pointer("/requestContext/eventType").and_then(Value::as_str) == Some("CONNECT");
            stage("methodArn").ok().filter(|_| connects).map(Gateway::WebSocket).ok_or(Malformed)
        }
        (None, Some("REQUEST" | "TOKEN")) => stage("methodArn").map(Gateway::Rest),
        (None, None) if is_app_sync(event) => Ok(Gateway::AppSync),
        _ => Err(Malformed),
    }
}

fn is_app_sync(event: &Value) -> bool {
    let of_api = event.pointer("/requestContext/apiId").is_some_and(Value::is_string);
    of_api && event.get("requestHeaders").is_some_and(Value::is_object)
}

/// Every route of the stage that was asked. A policy is cached under the token alone, so it must speak for the token
/// and not for the one route that happened to be asked first. `None` for what names no stage, or names many: IAM would
/// take a star for a pattern.
fn stage(arn: &str) -> Option<String> {
    let (api, route) = arn.split_once('/')?;
    let (stage, _) = route.split_once('/')?;
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_$".contains(&b));
    let parts: Vec<&str> = api.split(':').collect();
    let is_api = matches!(parts.as_slice(), ["arn", _, "execute-api", _, _, _]);
    (is_api && parts.iter().all(|part| plain(part)) && plain(stage)).then(|| format!("{api}/{stage}/*"))
}

/// The token of a header's value, with the word before it.
fn of<'e>(header: &'e str, settings: &Settings) -> Result<&'e str, Problem> {
    credential::token_of(header, settings)
}

fn header<'e>(event: &'e Value, settings: &Settings) -> Result<&'e str, Problem> {
    let header = match only(event, "headers", "multiValueHeaders", &settings.auth_header_name) {
        Found::Nothing => None,
        Found::One(header) if is_identity(event, header) => Some(of(header, settings)),
        _ => Some(Err(Problem::BadAuthorizationHeader)),
    };
    credential::one_of(header, cookie(event, settings))
}

/// The token, unless the event has an `Authorization` header beside the header or the cookie that carries it. A REST API
/// does not tell under which header it keeps the answer. Where that is `Authorization`, whose value proves nothing here,
/// whoever sends the same value would be let in as this token's user.
fn alone<'e>(token: &'e str, event: &Value, settings: &Settings) -> Result<&'e str, Problem> {
    let is_beside = settings.auth_header_name != AUTHORIZATION.as_str()
        && ["headers", "multiValueHeaders"].iter().any(|map| !members(event, map, AUTHORIZATION.as_str()).is_empty());
    if is_beside { Err(Problem::SeveralTokens) } else { Ok(token) }
}

/// The token of a cookie, where the gateway caches no answer: the key of its cache does not contain the origin of the page, and
/// the cookie counts for some origins alone.
fn cookie<'e>(event: &'e Value, settings: &Settings) -> Result<Option<&'e str>, Problem> {
    let origin = RequestOrigin::new(|name| match only(event, "headers", "multiValueHeaders", name.as_str()) {
        Found::One(value) => Some(value),
        Found::Nothing => None,
        Found::Several => Some(""),
    });
    let token = cookie::access(cookie_lines(event), &origin, settings)?;
    Ok(token.filter(|_| keeps_nothing(event)))
}

/// Payload 2.0 has a list of cookies, the others the header.
fn cookie_lines(event: &Value) -> impl Iterator<Item = &str> {
    let headers = ["headers", "multiValueHeaders"].into_iter().flat_map(|map| members(event, map, "cookie"));
    let lines = headers.chain(event.get("cookies")).flat_map(|value| match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    });
    lines.filter_map(Value::as_str)
}

/// AppSync hands over the header, in which its own clients put a bare token.
fn app_sync<'e>(event: &'e Value, settings: &Settings) -> Result<&'e str, Problem> {
    let given = text(event, "authorizationToken").ok_or(Problem::NotAuthenticated)?;
    let header = only(event, "requestHeaders", "", &settings.auth_header_name);
    match header {
        Found::One(header) if header != given => Err(Problem::BadAuthorizationHeader),
        Found::Several => Err(Problem::BadAuthorizationHeader),
        _ if given.contains(char::is_whitespace) => of(given, settings),
        _ => Ok(given),
    }
}

fn web_socket<'e>(event: &'e Value, settings: &Settings) -> Result<&'e str, Problem> {
    match settings.websocket_token {
        WebSocketToken::Header => header(event, settings),
        WebSocketToken::Query => {
            let token = only(event, "queryStringParameters", "multiValueQueryStringParameters", QUERY).required()?;
            if is_identity(event, token) { Ok(token) } else { Err(Problem::BadAuthorizationHeader) }
        }
        WebSocketToken::Subprotocol => {
            let offered = only(event, "headers", "multiValueHeaders", "sec-websocket-protocol").required()?;
            let (word, token) = offered.split_once(',').ok_or(Problem::NotAuthenticated)?;
            let ours = settings.auth_header_types.iter().any(|ours| ours.eq_ignore_ascii_case(word.trim()));
            if ours { Ok(token.trim()) } else { Err(Problem::NotAuthenticated) }
        }
    }
}

/// The value of a name in any case, in the two maps of an event: one of single values, one of lists.
fn only<'e>(event: &'e Value, single: &str, many: &str, name: &str) -> Found<'e> {
    let single = match members(event, single, name).as_slice() {
        [] => None,
        [Value::String(text)] => Some(text),
        _ => return Found::Several,
    };
    let listed = match members(event, many, name).as_slice() {
        [] => None,
        [Value::Array(values)] => match values.as_slice() {
            [Value::String(text)] => Some(text),
            _ => return Found::Several,
        },
        _ => return Found::Several,
    };
    match (single, listed) {
        (Some(single), Some(listed)) if single != listed => Found::Several,
        (Some(text), _) | (None, Some(text)) => Found::One(text),
        (None, None) => Found::Nothing,
    }
}

/// Every member of one of the event's maps whose name is `name` in any case; `null` is none.
fn members<'e>(event: &'e Value, map: &str, name: &str) -> Vec<&'e Value> {
    let members = event.get(map).and_then(Value::as_object).into_iter().flatten();
    let named = members.filter(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null());
    named.map(|(_, value)| value).collect()
}

/// Whether the gateway keeps the answer under this very value: an answer kept under another one is somebody else's.
fn is_identity(event: &Value, value: &str) -> bool {
    match event.get("identitySource") {
        None | Some(Value::Null) => true,
        Some(Value::Array(sources)) => sources.is_empty() || sources.iter().any(|source| source == value),
        Some(Value::String(sources)) => sources == value || sources.split(',').any(|source| source == value),
        Some(_) => false,
    }
}

/// Whether the gateway names no value under which it keeps the answer.
fn keeps_nothing(event: &Value) -> bool {
    match event.get("identitySource") {
        None | Some(Value::Null) => true,
        Some(Value::Array(sources)) => sources.is_empty(),
        Some(source) => source == "",
    }
}

fn text<'e>(event: &'e Value, name: &str) -> Option<&'e str> {
    event.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ARN: &str = "arn:aws:execute-api:eu-central-1:123456789012:abc/Prod/GET/api/hello";

    fn one(event: &Value) -> Result<&str, u16> {
        only(event, "headers", "multiValueHeaders", "authorization")
            .required()
            .map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn speaks_for_every_route_of_the_stage() {
        assert_eq!(stage(ARN).as_deref(), Some("arn:aws:execute-api:eu-central-1:123456789012:abc/Prod/*"));
        let default = "arn:aws:execute-api:eu-central-1:123456789012:abc/$default/GET/";
        assert_eq!(stage(default).as_deref(), Some("arn:aws:execute-api:eu-central-1:123456789012:abc/$default/*"));
    }

    #[test]
    fn speaks_for_no_pattern() {
        let patterns = ["*", "arn:aws:execute-api:r:1:*/Prod/GET/", "arn:aws:execute-api:r:1:abc/*/GET/", "a/b/c"];
        assert!(patterns.iter().all(|arn| stage(arn).is_none()));
    }

    #[test]
    fn az_07_refuses_maps_that_disagree() {
        let both =
            |many: Value| json!({"headers": {"Authorization": "a"}, "multiValueHeaders": {"Authorization": many}});
        assert_eq!(one(&both(json!(["a"]))), Ok("a"));
        for many in [json!(["b"]), json!(["a", "b"]), json!(["a", "a"]), json!([7]), json!("a"), json!([])] {
            assert_eq!(one(&both(many)), Err(401));
        }
        assert_eq!(one(&json!({"headers": {"Authorization": "a", "authorization": "b"}})), Err(401));
    }

    #[test]
    fn az_11_refuses_an_identity_source_that_is_not_the_header() {
        for good in [json!(["a"]), json!([]), json!("a"), json!(["x", "a"]), json!("x,a"), json!(null)] {
            assert!(is_identity(&json!({"identitySource": good}), "a"));
        }
        for bad in [json!(["b"]), json!([null]), json!("b"), json!(7), json!({"a": "a"})] {
            assert!(!is_identity(&json!({"identitySource": bad}), "a"));
        }
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
            json!({"version": 2, "type": "REQUEST", "routeArn": ARN, "methodArn": ARN}),
            json!({"type": "REQUEST", "methodArn": ARN, "requestContext": {"connectionId": "x", "eventType": "MESSAGE"}}),
        ];
        for event in malformed {
            assert_eq!(Event::read(&event, &settings).err(), Some(Malformed));
        }
    }
}
