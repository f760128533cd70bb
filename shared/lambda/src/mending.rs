//! Events of API Gateway, function URLs and Application Load Balancers, rewritten to what `lambda_http` takes.
//!
//! What a client can put into an event makes `lambda_http` refuse the whole event, panic, or mean something else: one
//! header that is none, two spellings of one name, an odd `Host`, a path with `..` in it, a query or a body that cannot be
//! decoded. So every part that a client chose is read here from bare JSON, and put into a new event of the same kind.

use api::{Caller, Principal};
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderName, HeaderValue, Uri, uri::PathAndQuery};
use lambda_http::request::LambdaRequest;
use serde_json::{Map, Value, json};
use std::net::{IpAddr, SocketAddr};

/// The event is of none of these kinds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Foreign;

/// The client sent what cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// Who sent the event, and thereby which members it has, and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A REST API, or an HTTP API with payload 1.0.
    Payload1,
    /// An HTTP API with payload 2.0, or a function URL.
    Payload2,
    /// An Application Load Balancer.
    Balancer,
}

/// An event that `lambda_http` takes, and what it must not see.
pub(crate) struct Mended {
    /// The event without path and `Host`.
    pub(crate) request: LambdaRequest,
    /// The path as the client knows it, stage or base path of a domain included.
    pub(crate) path: String,
    /// The `Host` header.
    pub(crate) host: Option<HeaderValue>,
}

impl Sender {
    /// Who sent this event.
    pub(crate) fn of(event: &Value) -> Result<Self, Foreign> {
        let context = event.get("requestContext").filter(|context| context.is_object()).ok_or(Foreign)?;
        match (context.get("http"), context.get("elb"), event.get("httpMethod")) {
            (Some(http), ..) if text(http, "method").is_some() => Ok(Self::Payload2),
            (None, Some(_), Some(Value::String(_))) => Ok(Self::Balancer),
            (None, None, Some(Value::String(_))) => Ok(Self::Payload1),
            _ => Err(Foreign),
        }
    }

    /// The event, mended.
    pub(crate) fn mend(self, event: &Value) -> Result<Mended, Unreadable> {
        let mut headers = headers(event);
        let host = headers.remove("host").and_then(|values| values.get(0)?.as_str()?.parse().ok());
        let (body, encoded) = (body(event)?, is_encoded(event));
        let mended = match self {
            Self::Payload2 => json!({
                "body": body, "isBase64Encoded": encoded,
                "cookies": cookies(event), "headers": headers, "rawQueryString": query(event)?,
            }),
            Self::Payload1 | Self::Balancer => json!({
                "body": body, "isBase64Encoded": encoded,
                "multiValueHeaders": headers, "multiValueQueryStringParameters": values(event, QUERY),
            }),
        };
        let (path, method) = (self.path(event)?, self.method(event));
        Ok(Mended { request: self.request(mended, method).ok_or(Unreadable)?, path, host })
    }

    /// An empty request that the same sender could have sent, for an answer to what cannot be read.
    pub(crate) fn nothing(self) -> Option<Mended> {
        let request = self.request(json!({}), Some("GET"))?;
        Some(Mended { request, path: "/".to_owned(), host: None })
    }

    fn request(self, mut event: Value, method: Option<&str>) -> Option<LambdaRequest> {
        let context = match self {
            Self::Payload1 => json!({"httpMethod": method}),
            Self::Payload2 => json!({"http": {"method": method}, "timeEpoch": 0}),
            Self::Balancer => json!({"elb": {}}),
        };
        let members = event.as_object_mut()?;
        members.insert("httpMethod".to_owned(), method?.into());
        members.insert("requestContext".to_owned(), context);
        match self {
            Self::Payload1 => serde_json::from_value(event).map(LambdaRequest::ApiGatewayV1).ok(),
            Self::Payload2 => serde_json::from_value(event).map(LambdaRequest::ApiGatewayV2).ok(),
            Self::Balancer => serde_json::from_value(event).map(LambdaRequest::Alb).ok(),
        }
    }

    fn method(self, event: &Value) -> Option<&str> {
        match self {
            Self::Payload2 => event.pointer("/requestContext/http/method")?.as_str(),
            Self::Payload1 | Self::Balancer => text(event, "httpMethod"),
        }
    }

    /// Payload 1.0 names the stage, and the base path of a domain, in the path of its context alone.
    fn path(self, event: &Value) -> Result<String, Unreadable> {
        let path = match self {
            Self::Payload1 => event.pointer("/requestContext/path").and_then(Value::as_str).or(text(event, "path")),
            Self::Payload2 => text(event, "rawPath"),
            Self::Balancer => text(event, "path"),
        };
        let path = path.unwrap_or("/");
        let is_path = path.starts_with('/') && !path.contains('?') && path.parse::<PathAndQuery>().is_ok();
        if is_path { Ok(path.to_owned()) } else { Err(Unreadable) }
    }

    /// Who asks, by what the sender itself has written.
    ///
    /// A load balancer adds the address that it saw to the end of `X-Forwarded-For`, as long as its attribute
    /// `routing.http.xff_header_processing.mode` is `append`, the default. What stands before that a client can invent.
    pub(crate) fn caller(self, event: &Value) -> Caller {
        let owned = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let seen = match self {
            Self::Payload1 => event.pointer("/requestContext/identity"),
            Self::Payload2 => event.pointer("/requestContext/http"),
            Self::Balancer => {
                let headers = headers(event);
                let last = |name| headers.get(name)?.as_array()?.last()?.as_str();
                let ip = last("x-forwarded-for").and_then(|line| line.rsplit(',').next()).and_then(address);
                return Caller { ip, principal: None, user_agent: owned(last("user-agent")) };
            }
        };
        let told = |name| owned(seen.and_then(|seen| text(seen, name)));
        Caller { ip: told("sourceIp"), principal: principal(event), user_agent: told("userAgent") }
    }
}

/// Names of the map of lists and of the map of texts.
type Maps = (&'static str, &'static str);

const HEADERS: Maps = ("multiValueHeaders", "headers");
const QUERY: Maps = ("multiValueQueryStringParameters", "queryStringParameters");

/// Whether the path goes on behind the endpoint's own. An HTTP API leads `/api/token/` to its function by the greedy
/// route `/api/token/{proxy+}`, and with it everything below.
pub(crate) fn is_beyond(event: &Value) -> bool {
    let rest = event.pointer("/pathParameters/proxy").and_then(Value::as_str).unwrap_or_default();
    !rest.trim_matches('/').is_empty()
}

/// Every header that is one, by its name in lower case: a name in two spellings has the values of both.
fn headers(event: &Value) -> Map<String, Value> {
    let mut headers = Map::new();
    for (name, values) in values(event, HEADERS) {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        let lines = values.as_array().into_iter().flatten().filter(|value| is_line(value)).cloned();
        let known = headers.entry(name.as_str()).or_insert_with(|| json!([]));
        known.as_array_mut().into_iter().for_each(|known| known.extend(lines.clone()));
    }
    headers.retain(|_, lines| lines.as_array().is_some_and(|lines| !lines.is_empty()));
    headers
}

fn is_line(value: &Value) -> bool {
    value.as_str().is_some_and(|line| line.parse::<HeaderValue>().is_ok())
}

/// The texts of the map of lists, and those of the map of texts whose names it lacks.
fn values(event: &Value, (many, single): Maps) -> Map<String, Value> {
    let members = |name| event.get(name).and_then(Value::as_object).into_iter().flatten();
    let mut values: Map<String, Value> = Map::new();
    for (name, value) in members(many).chain(members(single)).filter(|(_, value)| !value.is_null()) {
        let texts = match value {
            Value::Array(list) => list.iter().filter(|value| value.is_string()).cloned().collect(),
            Value::String(_) => vec![value.clone()],
            _ => continue,
        };
        // An empty list in a query is one of the things over which lambda_http panics.
        if !texts.is_empty() {
            values.entry(name.clone()).or_insert(texts.into());
        }
    }
    values
}

/// Payload 2.0 keeps the cookies apart from the other headers.
fn cookies(event: &Value) -> Value {
    let cookies = event.get("cookies").and_then(Value::as_array).into_iter().flatten();
    let lines: Vec<Value> = cookies.filter(|cookie| is_line(cookie)).cloned().collect();
    if lines.is_empty() { Value::Null } else { lines.into() }
}

/// The query of payload 2.0, as it was sent.
fn query(event: &Value) -> Result<String, Unreadable> {
    let query = text(event, "rawQueryString").unwrap_or_default();
    // A fragment would not be an error: what comes after it would be lost.
    let is_query = !query.contains('#') && format!("/?{query}").parse::<Uri>().is_ok();
    if is_query { Ok(query.to_owned()) } else { Err(Unreadable) }
}

fn body(event: &Value) -> Result<Option<&str>, Unreadable> {
    let body = text(event, "body");
    let is_readable = !is_encoded(event) || BASE64_STANDARD.decode(body.unwrap_or_default()).is_ok();
    if is_readable { Ok(body) } else { Err(Unreadable) }
}

fn is_encoded(event: &Value) -> bool {
    event.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or_default()
}

/// An address, with or without the port that a load balancer may put behind it.
fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let ip = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    ip.ok().map(|ip| ip.to_string())
}

/// The principal that the authorizer has let in; payload 2.0 puts its context one level deeper.
fn principal(event: &Value) -> Option<Principal> {
    let authorizer = event.pointer("/requestContext/authorizer")?;
    Principal::from_context(authorizer.get("lambda").unwrap_or(authorizer).as_object()?)
}

fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}
