//! The door of every function that speaks HTTP: an event in, an answer out, by `lambda_http`.

use crate::{
    mending::{Foreign, Mended, Sender},
    telemetry,
};
use api::Caller;
use bytes::Bytes;
use http::{
    HeaderValue, Request, Response,
    header::{CONTENT_TYPE, HOST, SET_COOKIE},
};
use lambda_http::{Adapter, Body};
use lambda_runtime::{Error, LambdaEvent};
use serde_json::{Value, value::RawValue};
use std::{fmt::Display, future::Future};
use tower::{Service, service_fn};

/// Answers one event by `call`; what cannot be read is answered with 400.
///
/// # Errors
/// For an event of no known sender, because there is no client to answer, and where `call` ends in an error.
pub(crate) async fn answer<C, F, E>(event: LambdaEvent<Value>, call: C) -> Result<Box<RawValue>, Error>
where
    C: Fn(Request<Bytes>, Caller) -> F,
    F: Future<Output = Result<Response<Bytes>, E>> + Send,
    E: Display + Send,
{
    let LambdaEvent { payload, context } = event;
    telemetry::begin(&context.request_id);
    let sender = Sender::of(&payload).map_err(|Foreign| "not an event of an API, a function URL or a load balancer")?;
    let (mended, caller) = (sender.mend(&payload).ok(), sender.caller(&payload));
    let is_readable = mended.is_some();
    let Mended { request, path, host } = mended.or_else(|| sender.nothing()).ok_or("not an event")?;
    let service = service_fn(|request: lambda_http::Request| {
        let answering = is_readable.then(|| call(plain(request, &path, host.as_ref()), caller.clone()));
        async move {
            match answering {
                Some(answering) => answering.await.map(written),
                None => Ok(written(api::unreadable())),
            }
        }
    });
    let answer = Adapter::from(service).call(LambdaEvent::new(request, context)).await;
    let answer = answer.map_err(|fault| fault.to_string())?;
    // As text, because the type of it has no name outside lambda_http.
    Ok(serde_json::value::to_raw_value(&answer)?)
}

/// The request as the client sent it: with its own path, and without what `lambda_http` adds.
fn plain(request: lambda_http::Request, path: &str, host: Option<&HeaderValue>) -> Request<Bytes> {
    let (parts, body) = request.into_parts();
    let mut plain = Request::new(match body {
        Body::Text(text) => text.into(),
        Body::Binary(bytes) => bytes.into(),
        _ => Bytes::new(),
    });
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    // INVARIANT: both were parsed before.
    *plain.uri_mut() = format!("{path}{query}").parse().unwrap_or_default();
    *plain.method_mut() = parts.method;
    *plain.headers_mut() = parts.headers;
    plain.headers_mut().extend(host.map(|host| (HOST, host.clone())));
    plain
}

/// The answer as `lambda_http` writes it whole: of several headers of one name it keeps the first, and of bytes that are no
/// text it keeps what is text, unless a type says what they are. Cookies cannot be joined (RFC 6265 section 3); they have
/// members of their own.
fn written(response: Response<Bytes>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let names: Vec<_> = parts.headers.keys().filter(|name| **name != SET_COOKIE).cloned().collect();
    for name in names {
        let lines: Vec<_> = parts.headers.get_all(&name).iter().map(HeaderValue::as_bytes).collect();
        if let (true, Ok(joined)) = (lines.len() > 1, HeaderValue::from_bytes(&lines.join(&b", "[..]))) {
            parts.headers.insert(name, joined);
        }
    }
    if !parts.headers.contains_key(CONTENT_TYPE) && std::str::from_utf8(&body).is_err() {
        parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    }
    Response::from_parts(parts, Body::from(Vec::from(body)))
}

#[cfg(test)]
mod tests;
