//! Texts that claim to be events of API Gateway, of a function URL or of a load balancer. Half of what stands in one is a
//! stranger's choice.
//!
//! The reader comes as a file and not as its crate: see build.rs.

#![no_main]

extern crate self as api;

mod mending {
    include!(concat!(env!("OUT_DIR"), "/mending.rs"));
}

use lambda_http::{Body, Request};
use libfuzzer_sys::fuzz_target;
use mending::{Mended, Sender};
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
    let _ = mending::is_beyond(&event);
    let Ok(sender) = Sender::of(&event) else { return };
    assert!(sender.nothing().is_some());
    told_by_the_sender(sender, &event);
    let Ok(Mended { request, path, .. }) = sender.mend(&event) else { return };
    // What lambda_http makes of it panics over nothing.
    let request: Request = request.into();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    assert!(format!("{path}{query}").parse::<http::Uri>().is_ok());
    for (name, value) in request.headers() {
        assert!(value.as_bytes().iter().all(|byte| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f)), "{name}");
    }
    if event["isBase64Encoded"] != true {
        assert_eq!(text_of(request.body()), event["body"].as_str().unwrap_or_default());
    }
});

/// Who asks stands in the sender's own account alone.
fn told_by_the_sender(sender: Sender, event: &Value) {
    let (caller, context) = (sender.caller(event), &event["requestContext"]);
    if sender == Sender::Balancer {
        assert!(caller.principal.is_none());
        return;
    }
    let seen = context.get("http").unwrap_or(&context["identity"]);
    for (told, name) in [(&caller.ip, "sourceIp"), (&caller.user_agent, "userAgent")] {
        assert_eq!(told.as_deref().unwrap_or_default(), seen[name].as_str().unwrap_or_default());
    }
    let authorizer = context["authorizer"].get("lambda").unwrap_or(&context["authorizer"]);
    assert_eq!(caller.principal.as_ref().map(|principal| &principal.0), authorizer.as_object());
}

fn text_of(body: &Body) -> &str {
    match body {
        Body::Text(text) => text,
        _ => "",
    }
}
