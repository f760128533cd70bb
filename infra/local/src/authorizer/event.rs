//! What API Gateway tells its authorizer of a request.

use crate::kind::Api;
use api::Caller;
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Request,
    header::{AUTHORIZATION, COOKIE},
};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The identity source, `Authorization`: every value, put together as the API does; empty where there is none.
pub(super) fn identity(api: Api, headers: &HeaderMap) -> String {
    values(headers, &AUTHORIZATION).join(match api {
        Api::Http => ",",
        Api::Rest => "\n",
    })
}

pub(super) fn arn(api: Api, request: &Request<Bytes>) -> String {
    let stage = match api {
        Api::Http => "$default",
        Api::Rest => "local",
    };
    let path = request.uri().path();
    format!("arn:aws:execute-api:local:000000000000:latchkey/{stage}/{}{path}", request.method())
}

pub(super) fn event(api: Api, request: &Request<Bytes>, caller: &Caller, arn: &str, identity: &str) -> Value {
    match api {
        Api::Http => payload_2(request, caller, arn, identity),
        Api::Rest => rest(request, caller, arn),
    }
}

/// A REST API's `REQUEST` authorizer event.
fn rest(request: &Request<Bytes>, caller: &Caller, arn: &str) -> Value {
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

/// An HTTP API's, with payload 2.0.
fn payload_2(request: &Request<Bytes>, caller: &Caller, arn: &str, identity: &str) -> Value {
    let path = request.uri().path();
    let http = json!({
        "method": request.method().as_str(),
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": caller.ip,
        "userAgent": caller.user_agent,
    });
    json!({
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": arn,
        "identitySource": if identity.is_empty() { json!([]) } else { json!([identity]) },
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": request.uri().query().unwrap_or_default(),
        "cookies": values(request.headers(), &COOKIE),
        "headers": joined(request.headers()),
        "requestContext": {"http": http, "routeKey": "$default", "stage": "$default"},
    })
}

/// Each header's last value, as a REST API fills `headers`.
fn single(headers: &HeaderMap) -> Map<String, Value> {
    headers.iter().map(|(name, value)| (name.to_string(), json!(text(value)))).collect()
}

fn multi(headers: &HeaderMap) -> Map<String, Value> {
    headers.keys().map(|name| (name.to_string(), json!(values(headers, name)))).collect()
}

/// Each header's values with commas between, as an HTTP API fills `headers`; cookies have a place of their own.
fn joined(headers: &HeaderMap) -> Map<String, Value> {
    let names = headers.keys().filter(|name| **name != COOKIE);
    names.map(|name| (name.to_string(), json!(values(headers, name).join(",")))).collect()
}

fn values<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Vec<Cow<'h, str>> {
    headers.get_all(name).iter().map(text).collect()
}

fn text(value: &HeaderValue) -> Cow<'_, str> {
    String::from_utf8_lossy(value.as_bytes())
}
