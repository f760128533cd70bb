//! The only way in: how a request becomes an answer.

use crate::{
    authentication::gate,
    call::Call,
    endpoint::{Answer, Endpoint},
    metadata,
    problem::Problem,
    publication,
    request::{api_request::ApiRequest, negotiation},
};
use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{
        ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, SET_COOKIE, VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
    },
};
use serde::Serialize;
use serde_json::Value;
use settings::Settings;

/// Answers one request with endpoint `E`.
pub async fn answer<E: Endpoint>(call: Call<'_>, request: Request<Bytes>) -> Response<Bytes> {
    let settings = call.service.settings();
    if !E::is_offered(settings) {
        return unanswered(&Problem::NotFound, settings);
    }
    let max_age = E::VIEW.guard.max_age();
    let negotiated = match max_age {
        Some(_) => Ok(None),
        None => negotiation::negotiate(request.uri().query(), request.headers()),
    };
    let mut response = match negotiated {
        Ok(indent) => match reply::<E>(call, &request).await {
            Ok(answer) => grant(answer, E::VIEW.guard.scheme(settings), indent),
            Err(problem) => refuse(&problem, E::VIEW.guard.scheme(settings), indent),
        },
        Err(problem) => refuse(&problem, E::VIEW.guard.scheme(settings), None),
    };
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(E::view(settings).allow));
    if let Some(max_age) = max_age {
        publication::publish(&mut response, request.method(), request.headers(), max_age);
    }
    if request.method() == Method::HEAD {
        response.body_mut().clear();
    }
    response
}

/// The answer to a request that reached no endpoint: an unknown path, a body that is too long, a host that fails.
pub fn unanswered(problem: &Problem, settings: &Settings) -> Response<Bytes> {
    refuse(problem, settings.scheme(), None)
}

/// The answer to a request that cannot be read: its address or the encoding of its body.
pub fn unreadable() -> Response<Bytes> {
    refuse(&Problem::Malformed, "", None)
}

async fn reply<E: Endpoint>(mut call: Call<'_>, request: &Request<Bytes>) -> Result<Answer<Value>, Problem> {
    call.caller.principal = gate::enter(E::VIEW.guard, &call, request.headers()).await?;
    if request.method() == Method::OPTIONS {
        return Ok(Answer::of(metadata::of::<E>(call.service.settings())));
    }
    if !E::view(call.service.settings()).allow.split(", ").any(|allowed| allowed == request.method().as_str()) {
        return Err(Problem::MethodNotAllowed(request.method().to_string()));
    }
    let request = ApiRequest::read(request).await?;
    let form = E::parse(&request, call.service.settings())?;
    let Answer { body, cookies, created, refusal } = E::handle(form, &call).await?;
    Ok(Answer { body: serde_json::to_value(body).map_err(Problem::unavailable)?, cookies, created, refusal })
}

/// The answer that carries a reply: 204 where there is nothing to say.
fn grant(answer: Answer<Value>, scheme: &str, indent: Option<usize>) -> Response<Bytes> {
    let mut response = match (&answer.refusal, &answer.body) {
        (Some(problem), _) => refuse(problem, scheme, indent),
        (None, Value::Null) => nothing(),
        (None, body) => write(if answer.created { StatusCode::CREATED } else { StatusCode::OK }, body, indent),
    };
    for cookie in answer.cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn refuse(problem: &Problem, scheme: &str, indent: Option<usize>) -> Response<Bytes> {
    if let Problem::Unavailable(cause) = problem {
        tracing::error!(event = "unavailable", cause);
    }
    let mut response = write(problem.status(), &problem.body(), indent);
    if let Some(challenge) = problem.challenge(scheme).and_then(|text| HeaderValue::try_from(text).ok()) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = problem.retry_after() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn write(status: StatusCode, body: &Value, indent: Option<usize>) -> Response<Bytes> {
    let mut response = unkept(status, Bytes::from(text(body, indent)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// 204, as Django REST framework answers a deletion.
fn nothing() -> Response<Bytes> {
    unkept(StatusCode::NO_CONTENT, Bytes::new())
}

/// An answer that nobody keeps and no browser takes for something else.
fn unkept(status: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("Accept"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// JSON as Django REST framework writes it: as it is, but for the two separators that break JavaScript.
fn text(body: &Value, indent: Option<usize>) -> String {
    let json = match indent {
        None | Some(0) => body.to_string(),
        Some(indent) => indented(body, indent),
    };
    json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn indented(body: &Value, indent: usize) -> String {
    let spaces = " ".repeat(indent);
    let formatter = serde_json::ser::PrettyFormatter::with_indent(spaces.as_bytes());
    let mut writer = serde_json::Serializer::with_formatter(Vec::new(), formatter);
    match body.serialize(&mut writer) {
        Ok(()) => String::from_utf8_lossy(&writer.into_inner()).into_owned(),
        Err(_) => body.to_string(),
    }
}
