//! The only way in: what an endpoint is, and how a request becomes an answer.

use crate::{
    ambient::Ambient,
    authentication::{self, Principal},
    endpoints::legacy,
    metadata::{self, Field},
    problem::Problem,
    publication,
    request::asked::Asked,
    request::negotiation,
    service::Service,
};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode,
    header::{
        ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, SET_COOKIE, VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
    },
};
use serde::Serialize;
use serde_json::Value;
use settings::Settings;
use std::future::Future;
use token::KeySet;

/// One verb of the API: what it accepts, what it answers, and what happens in between.
pub trait Endpoint {
    /// What a valid body becomes.
    type Form: Send;
    /// What is answered, as JSON with 200; `()` is nothing to say, with 204.
    type Reply: Serialize + Send;
    /// What the endpoint says of itself.
    const VIEW: View;
    /// For how many seconds anyone may keep the reply to a `GET`, whatever form they accept; `None` for a reply that is
    /// the caller's alone.
    const MAX_AGE: Option<i64> = None;

    /// What it says of itself under these settings.
    fn view(_: &Settings) -> View {
        Self::VIEW
    }

    /// Whether these settings offer the endpoint; where they do not, its path is unknown.
    fn is_offered(_: &Settings) -> bool {
        true
    }

    /// The fields that a body has, for `OPTIONS`: none, unless the endpoint names some.
    fn fields(_: &Settings) -> Vec<Field<'_>> {
        Vec::new()
    }

    /// Reads the form.
    ///
    /// # Errors
    /// [`Problem::Fields`] and its like: everything that is wrong with the request alone.
    fn parse(asked: &Asked<'_>, settings: &Settings) -> Result<Self::Form, Problem>;

    /// Does what was asked.
    fn handle(form: Self::Form, call: &Call<'_>) -> impl Future<Output = Result<Self::Reply, Problem>> + Send;

    /// What stands above a reply.
    fn head(_: &Self::Reply, _: &Call<'_>) -> Head {
        Head::default()
    }
}

/// What stands above the body of a reply.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// Cookies to be set: the values of `Set-Cookie`.
    pub cookies: Vec<HeaderValue>,
    /// Whether something was made: 201 instead of 200.
    pub created: bool,
}

/// What an endpoint says of itself on `OPTIONS`, in Django REST framework's words.
pub struct View {
    /// The view's name.
    pub name: &'static str,
    /// What it does, in two lines.
    pub description: &'static str,
    /// The methods it allows, in the order of the `Allow` header.
    pub allow: &'static str,
    /// Who may call.
    pub guard: Guard,
}

/// Who may call an endpoint. It is part of the endpoint, so that nothing in an event can replace it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Everybody. What an authorizer says of the caller counts for nothing.
    Open,
    /// The bearer of a token of AUTH_TOKEN_CLASSES. An authorizer in front may have verified it already.
    Bearer,
    /// The bearer of a token of LEGACY, in the header or in a cookie. No authorizer verifies those.
    Legacy,
    /// The same, if the token's user is a superuser.
    LegacySuperuser,
}

impl Guard {
    /// Whether the authorizer stands in front, and its word counts.
    pub const fn trusts_the_authorizer(self) -> bool {
        matches!(self, Self::Bearer)
    }

    /// The scheme of the challenge on a 401.
    fn scheme(self, settings: &Settings) -> &str {
        match self {
            Self::Open | Self::Bearer => settings.scheme(),
            Self::Legacy | Self::LegacySuperuser => settings.legacy_prefix(),
        }
    }

    /// The caller, if this guard lets them in.
    async fn admit(self, call: &Call<'_>, headers: &HeaderMap) -> Result<Option<Principal>, Problem> {
        match (self, &call.caller.principal) {
            (Self::Open, _) => Ok(None),
            (Self::Bearer, Some(principal)) => Ok(Some(principal.clone())),
            (Self::Bearer, None) => authentication::authenticate(call, headers).await.map(Some),
            (Self::Legacy, _) => legacy::authenticate(call, headers).await.map(Some),
            (Self::LegacySuperuser, _) => legacy::authenticate_superuser(call, headers).await.map(Some),
        }
    }
}

/// Who asks, as the gateway saw it. Nothing here comes from a header that a client can invent.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The source address.
    pub ip: Option<String>,
    /// Whom the authorizer let in, where one stands in front.
    pub principal: Option<Principal>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
}

/// Everything a handler may use for one request.
pub struct Call<'a> {
    /// What the world gave this request: time and entropy.
    pub ambient: Ambient,
    /// Who asks.
    pub caller: Caller,
    /// The keys as they are now.
    pub keys: &'a KeySet,
    /// What lasts.
    pub service: &'a Service,
}

/// Answers one request with endpoint `E`.
pub async fn answer<E: Endpoint>(call: Call<'_>, request: Request<Bytes>) -> Response<Bytes> {
    let settings = call.service.settings();
    if !E::is_offered(settings) {
        return unanswered(&Problem::NotFound, settings);
    }
    let negotiated = match E::MAX_AGE {
        Some(_) => Ok(None),
        None => negotiation::negotiate(request.uri().query(), request.headers()),
    };
    let mut response = match negotiated {
        Ok(indent) => match reply::<E>(call, &request).await {
            Ok((head, reply)) => grant(head, &reply, indent),
            Err(problem) => refuse(&problem, E::VIEW.guard.scheme(settings), indent),
        },
        Err(problem) => refuse(&problem, E::VIEW.guard.scheme(settings), None),
    };
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(E::VIEW.allow));
    if let Some(max_age) = E::MAX_AGE {
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

async fn reply<E: Endpoint>(mut call: Call<'_>, request: &Request<Bytes>) -> Result<(Head, Value), Problem> {
    call.caller.principal = E::VIEW.guard.admit(&call, request.headers()).await?;
    if request.method() == Method::OPTIONS {
        return Ok((Head::default(), metadata::of::<E>(&call.service.settings)));
    }
    if !E::VIEW.allow.split(", ").any(|allowed| allowed == request.method().as_str()) {
        return Err(Problem::MethodNotAllowed(request.method().to_string()));
    }
    let asked = Asked::read(request).await?;
    let form = E::parse(&asked, &call.service.settings)?;
    let reply = E::handle(form, &call).await?;
    let head = E::head(&reply, &call);
    Ok((head, serde_json::to_value(reply).map_err(Problem::unavailable)?))
}

/// The answer that carries a reply: 204 where there is nothing to say.
fn grant(head: Head, reply: &Value, indent: Option<usize>) -> Response<Bytes> {
    let mut response = match reply {
        Value::Null => nothing(),
        reply => write(if head.created { StatusCode::CREATED } else { StatusCode::OK }, reply, indent),
    };
    for cookie in head.cookies {
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
