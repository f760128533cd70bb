//! API Gateway's proxy events as plain HTTP, and back: REST and HTTP API 1.0 (payload 1.0), HTTP API 2.0 (payload 2.0).
//!
//! Read as bare JSON, field by field, because everything in it that a client chose must reach the endpoint as it is:
//! a typed reading refuses the whole event for one odd header, and the client sees a 502 that is nobody's fault.

use api::{Caller, Principal};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri,
    header::{COOKIE, SET_COOKIE},
};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The event is none of API Gateway's proxy events.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Foreign;

/// What was asked, and by whom: address and agent from the gateway's own account of the request alone.
pub(crate) fn read(event: &Value) -> Result<(Request<Bytes>, Caller), Foreign> {
    let context = event.get("requestContext").ok_or(Foreign)?;
    let http = context.get("http");
    let method = match http {
        Some(http) => text(http, "method"),
        None => text(event, "httpMethod"),
    };
    let mut request = Request::new(body(event)?);
    *request.method_mut() = method.and_then(|name| Method::from_bytes(name.as_bytes()).ok()).ok_or(Foreign)?;
    *request.uri_mut() = if http.is_some() { uri_v2(event) } else { uri_v1(event, context) };
    *request.headers_mut() = headers(event);
    Ok((request, caller(context, http)))
}

/// Whether the path goes on behind the endpoint's own. An HTTP API leads `/api/token/` to its function by the greedy
/// route `/api/token/{proxy+}`, and with it everything below.
pub(crate) fn is_beyond(event: &Value) -> bool {
    let rest = event.pointer("/pathParameters/proxy").and_then(Value::as_str).unwrap_or_default();
    !rest.trim_matches('/').is_empty()
}

/// The answer to `event`, in the shape of its payload version: 1.0 accepts no other members, 2.0 has `cookies`. Cookies
/// are set one by one: they cannot be joined (RFC 6265 section 3).
pub(crate) fn write(response: &Response<Bytes>, event: &Value) -> Value {
    let cookies = values(response.headers(), &SET_COOKIE);
    let headers: Map<String, Value> = response
        .headers()
        .keys()
        .filter(|name| **name != SET_COOKIE)
        .map(|name| (name.to_string(), Value::String(values(response.headers(), name).join(", "))))
        .collect();
    let mut answer = json!({
        "statusCode": response.status().as_u16(),
        "headers": headers,
    });
    if let Some(members) = answer.as_object_mut() {
        let (body, is_encoded) = written(response.body());
        members.insert("body".to_owned(), body.into());
        members.insert("isBase64Encoded".to_owned(), is_encoded.into());
        match is_payload_2(event) {
            true => _ = members.insert("cookies".to_owned(), json!(cookies)),
            false if cookies.is_empty() => {}
            false => _ = members.insert("multiValueHeaders".to_owned(), json!({"set-cookie": cookies})),
        }
    }
    answer
}

/// A body as an answer holds it, and whether it is encoded: what is no text cannot stand in JSON as it is.
fn written(body: &Bytes) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(body) {
        Ok(text) => (text.into(), false),
        Err(_) => (BASE64_STANDARD.encode(body).into(), true),
    }
}

fn is_payload_2(event: &Value) -> bool {
    event.pointer("/requestContext/http").is_some()
}

fn values<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Vec<Cow<'h, str>> {
    headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect()
}

fn body(event: &Value) -> Result<Bytes, Foreign> {
    let body = text(event, "body").unwrap_or_default();
    if event.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or_default() {
        return BASE64_STANDARD.decode(body).map(Bytes::from).map_err(|_| Foreign);
    }
    Ok(Bytes::from(body.to_owned()))
}

/// Payload 2.0 keeps path and query as they were sent.
fn uri_v2(event: &Value) -> Uri {
    uri(text(event, "rawPath").unwrap_or("/"), text(event, "rawQueryString").unwrap_or_default())
}

/// Payload 1.0 has decoded the query, and names the stage in the path of its context alone.
fn uri_v1(event: &Value, context: &Value) -> Uri {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields(event, "multiValueQueryStringParameters", "queryStringParameters") {
        query.append_pair(name, value);
    }
    uri(text(context, "path").or(text(event, "path")).unwrap_or("/"), &query.finish())
}

/// A path that is no URI path is nobody's endpoint: functions know theirs without it.
fn uri(path: &str, query: &str) -> Uri {
    let both = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    both.parse().or_else(|_| format!("/?{query}").parse()).unwrap_or_default()
}

fn headers(event: &Value) -> HeaderMap {
    let pairs = fields(event, "multiValueHeaders", "headers").filter_map(|(name, value)| {
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    });
    let mut headers = HeaderMap::new();
    pairs.for_each(|(name, value)| {
        headers.append(name, value);
    });
    if let Some(cookies) = cookies(event) {
        headers.insert(COOKIE, cookies);
    }
    headers
}

/// Payload 2.0 keeps the cookies apart from the other headers.
fn cookies(event: &Value) -> Option<HeaderValue> {
    let cookies: Vec<_> = event.get("cookies")?.as_array()?.iter().filter_map(Value::as_str).collect();
    HeaderValue::from_str(&cookies.join("; ")).ok().filter(|value| !value.is_empty())
}

/// Every value of `many`, a map of lists, and those of `single`, a map of texts, whose names `many` lacks.
fn fields<'a>(event: &'a Value, many: &str, single: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let many = event.get(many).and_then(Value::as_object);
    let single = event.get(single).and_then(Value::as_object).into_iter().flatten();
    let lacking = single.filter(move |(name, _)| many.is_none_or(|many| !many.contains_key(*name)));
    let listed = many
        .into_iter()
        .flatten()
        .flat_map(|(name, values)| values.as_array().into_iter().flatten().map(move |value| (name.as_str(), value)));
    listed.chain(lacking.map(|(name, value)| (name.as_str(), value))).filter_map(|(n, v)| Some((n, v.as_str()?)))
}

fn caller(context: &Value, http: Option<&Value>) -> Caller {
    let seen = http.or_else(|| context.get("identity")).unwrap_or(&Value::Null);
    let owned = |name| text(seen, name).filter(|text| !text.is_empty()).map(str::to_owned);
    Caller { ip: owned("sourceIp"), principal: principal(context), user_agent: owned("userAgent") }
}

/// Whom the authorizer let in; payload 2.0 puts its context one level deeper.
fn principal(context: &Value) -> Option<Principal> {
    let authorizer = context.get("authorizer")?;
    Principal::from_context(authorizer.get("lambda").unwrap_or(authorizer).as_object()?)
}

fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(fields: Value) -> Value {
        let mut event = json!({
            "httpMethod": "POST",
            "path": "/api/token/",
            "requestContext": {"identity": {"sourceIp": "192.0.2.1", "userAgent": "curl/8"}},
        });
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        event
    }

    #[test]
    fn keeps_the_trailing_slash_as_sent() {
        assert_eq!(read(&rest(json!({}))).unwrap().0.uri(), "/api/token/");
        assert_eq!(read(&rest(json!({"path": "/api/token"}))).unwrap().0.uri(), "/api/token");
    }

    #[test]
    fn takes_the_caller_from_the_gateway_and_not_from_a_header() {
        let (_, caller) = read(&rest(json!({"headers": {"X-Forwarded-For": "203.0.113.9"}}))).unwrap();
        assert_eq!((caller.ip.as_deref(), caller.user_agent.as_deref()), (Some("192.0.2.1"), Some("curl/8")));
    }

    #[test]
    fn keeps_every_value_of_a_header() {
        let event = rest(json!({
            "headers": {"Accept": "b", "Host": "h"},
            "multiValueHeaders": {"Accept": ["a", "b"]},
        }));
        let (request, _) = read(&event).unwrap();
        assert_eq!(request.headers().get_all("accept").iter().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(request.headers()["host"], "h");
    }

    #[test]
    fn passes_headers_that_are_not_ascii_and_drops_what_is_no_header() {
        let event =
            rest(json!({"headers": {"X-Name": "é", "bad name": "x", "X-Break": "a\r\nb"}, "multiValueHeaders": null}));
        let (request, _) = read(&event).unwrap();
        assert_eq!(request.headers()["x-name"].as_bytes(), "é".as_bytes());
        assert_eq!(request.headers().len(), 1);
    }

    #[test]
    fn decodes_the_body_when_the_event_says_so() {
        let (request, _) = read(&rest(json!({"body": "eyJhIjoxfQ==", "isBase64Encoded": true}))).unwrap();
        assert_eq!(request.body().as_ref(), br#"{"a":1}"#);
        assert_eq!(read(&rest(json!({"body": "?", "isBase64Encoded": true}))).unwrap_err(), Foreign);
        assert!(read(&rest(json!({"body": null}))).unwrap().0.body().is_empty());
    }

    #[test]
    fn knows_the_stage_before_the_path() {
        let event = rest(json!({"requestContext": {"path": "/v1/api/token/", "identity": {}}}));
        assert_eq!(read(&event).unwrap().0.uri().path(), "/v1/api/token/");
    }

    #[test]
    fn survives_any_path_and_query() {
        let event = rest(json!({"path": "/api token\u{7f}/é", "queryStringParameters": {"format": "a b&c"}}));
        assert_eq!(read(&event).unwrap().0.uri().query(), Some("format=a+b%26c"));
    }

    #[test]
    fn reads_payload_version_2_though_it_carries_another_method_outside() {
        let event = json!({
            "version": "2.0",
            "httpMethod": "GET",
            "rawPath": "/api/token/",
            "rawQueryString": "format=json",
            "headers": {"accept": "a,b"},
            "requestContext": {"http": {"method": "POST", "sourceIp": "192.0.2.1", "userAgent": "curl/8"}},
            "body": "x",
            "isBase64Encoded": false,
        });
        let (request, caller) = read(&event).unwrap();
        assert_eq!(
            (request.method().as_str(), request.uri().to_string().as_str()),
            ("POST", "/api/token/?format=json")
        );
        assert_eq!(caller.ip.as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn reads_the_cookies_that_payload_version_2_keeps_apart() {
        let event = json!({
            "cookies": ["jwt=a.b.c", "lang=de"],
            "headers": {"cookie": "jwt=a.b.c; lang=de"},
            "requestContext": {"http": {"method": "GET"}},
        });
        let (request, _) = read(&event).unwrap();
        assert_eq!(request.headers().get_all("cookie").iter().collect::<Vec<_>>(), ["jwt=a.b.c; lang=de"]);
        let without = json!({"cookies": [], "requestContext": {"http": {"method": "GET"}}});
        assert!(read(&without).unwrap().0.headers().is_empty());
    }

    #[test]
    fn knows_what_lies_below_a_path_of_an_http_api() {
        for (rest, beyond) in [(json!("nope"), true), (json!("a/b/"), true), (json!(""), false), (json!("/"), false)] {
            assert_eq!(is_beyond(&json!({"pathParameters": {"proxy": rest}})), beyond, "{rest}");
        }
        assert!(!is_beyond(&json!({"pathParameters": null})) && !is_beyond(&json!({"pathParameters": {"id": "7"}})));
    }

    #[test]
    fn refuses_what_no_gateway_sent() {
        for event in [json!(null), json!([]), json!({}), json!({"requestContext": {}}), json!({"httpMethod": "GET"})] {
            assert_eq!(read(&event).unwrap_err(), Foreign, "{event}");
        }
    }

    #[test]
    fn writes_flat_headers_and_text() {
        let mut response = Response::new(Bytes::from("{}"));
        response.headers_mut().append("vary", HeaderValue::from_static("Accept"));
        response.headers_mut().append("vary", HeaderValue::from_static("Cookie"));
        let flat =
            json!({"statusCode": 200, "headers": {"vary": "Accept, Cookie"}, "body": "{}", "isBase64Encoded": false});
        assert_eq!(write(&response, &rest(json!({}))), flat);
        let second = json!({"requestContext": {"http": {"method": "GET"}}});
        assert_eq!(write(&response, &second)["cookies"], json!([]));
    }

    #[test]
    fn writes_what_is_no_text_to_the_byte() {
        let image = Response::new(Bytes::from_static(b"\x89PNG"));
        let answer = write(&image, &rest(json!({})));
        assert_eq!((&answer["body"], &answer["isBase64Encoded"]), (&json!("iVBORw=="), &json!(true)));
    }

    #[test]
    fn writes_cookies_apart_for_payload_version_2_alone() {
        let mut response = Response::new(Bytes::new());
        response
            .headers_mut()
            .append("set-cookie", HeaderValue::from_static("jwt=a; Expires=Sun, 22 Nov 2026 00:00:00"));
        let second = write(&response, &json!({"requestContext": {"http": {"method": "POST"}}}));
        assert_eq!(second["cookies"], json!(["jwt=a; Expires=Sun, 22 Nov 2026 00:00:00"]));
        assert_eq!(second["headers"], json!({}));
        let first = write(&response, &rest(json!({})));
        assert_eq!(first["multiValueHeaders"]["set-cookie"], json!(["jwt=a; Expires=Sun, 22 Nov 2026 00:00:00"]));
        assert_eq!(first["headers"], json!({}));
    }
}
