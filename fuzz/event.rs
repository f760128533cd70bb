//! Texts that claim to be events of API Gateway. Half of what stands in one is a stranger's choice.
//!
//! The reader comes as a file and not as its crate: see build.rs.

#![no_main]

extern crate self as api;

mod event {
    include!(concat!(env!("OUT_DIR"), "/event.rs"));
}

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::Response;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

/// As in `api`.
pub struct Caller {
    pub ip: Option<String>,
    pub principal: Option<Principal>,
    pub user_agent: Option<String>,
}

/// The authorizer's context, which `api` reads.
pub struct Principal(Map<String, Value>);

impl Principal {
    pub fn from_context(context: &Map<String, Value>) -> Option<Self> {
        Some(Self(context.clone()))
    }
}

fuzz_target!(|text: &str| {
    let Ok(event) = serde_json::from_str::<Value>(text) else { return };
    let _ = event::is_beyond(&event);
    let Ok((request, caller)) = event::read(&event) else { return };
    told_by_the_gateway(&caller, &event["requestContext"]);
    let mut response = Response::new(request.body().clone());
    for (name, value) in request.headers() {
        assert!(value.as_bytes().iter().all(|byte| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f)), "{name}");
        response.headers_mut().append(name, value.clone());
    }
    let answer = event::write(&response, &event);
    assert_eq!(body(&answer), *request.body());
    assert!(answer["headers"].as_object().unwrap().values().all(Value::is_string));
    assert_eq!(answer.get("cookies").is_some(), event["requestContext"].get("http").is_some());
});

/// Who asks stands in the gateway's own account alone.
fn told_by_the_gateway(caller: &Caller, context: &Value) {
    let seen = context.get("http").unwrap_or(&context["identity"]);
    for (told, name) in [(&caller.ip, "sourceIp"), (&caller.user_agent, "userAgent")] {
        assert_eq!(told.as_deref().unwrap_or_default(), seen[name].as_str().unwrap_or_default());
    }
    let authorizer = context["authorizer"].get("lambda").unwrap_or(&context["authorizer"]);
    let known = caller.principal.as_ref().map(|principal| &principal.0);
    assert_eq!(known, authorizer.as_object());
}

fn body(answer: &Value) -> Bytes {
    let body = answer["body"].as_str().unwrap();
    match answer["isBase64Encoded"].as_bool().unwrap() {
        true => BASE64_STANDARD.decode(body).unwrap().into(),
        false => body.to_owned().into(),
    }
}
