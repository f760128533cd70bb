//! What API Gateway does on Lambda: routes, the authorizer in front of guarded routes, and Gateway Responses.

use std::{borrow::Cow, future::Future, pin::Pin};

use api::{Ambient, Call, Caller, Endpoint, Principal, Problem, Service};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, Uri, header::WWW_AUTHENTICATE};
use serde_json::{Map, Value};
use settings::Settings;
use token::KeySet;

use crate::{
    authorizer::{Authorizer, Outcome},
    keys::Ring,
    pages,
};

/// The gateway in front of every endpoint.
pub(crate) struct Gateway {
    authorizer: Authorizer,
    keys: Ring,
    service: Service,
}

impl Gateway {
    pub(crate) fn new(service: Service, keys: Ring) -> Self {
        Self { authorizer: Authorizer::default(), keys, service }
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.service.settings()
    }

    /// Answers one request with the endpoint that its path names.
    pub(crate) async fn answer(&self, request: Request<Bytes>, caller: Caller) -> Response<Bytes> {
        if let Some(page) = pages::page(&request) {
            return page;
        }
        let Ok(ambient) = Ambient::read() else {
            return self.refuse(&Problem::Unavailable("no entropy".to_owned()));
        };
        macro_rules! route {
            ($($verb:ident: $endpoint:ident, $path:literal, $access:ident;)+) => {
                match api::route(&decoded(request.uri()), self.settings()) {
                    $(Some($path) => self.served::<api::$endpoint>(ambient, caller, request).await,)+
                    _ => self.refuse(&Problem::NotFound),
                }
            };
        }
        api::endpoints!(route)
    }

    /// The answer to a body that no endpoint would read.
    pub(crate) fn too_large(&self) -> Response<Bytes> {
        self.refuse(&Problem::BodyTooLarge)
    }

    /// The answer to a body that does not arrive.
    pub(crate) fn too_slow(&self) -> Response<Bytes> {
        self.refuse(&Problem::TooSlow)
    }

    /// Boxed in a function of its own, or the one frame above would be as large as the futures of all endpoints together.
    fn served<'g, E: Endpoint + 'g>(
        &'g self,
        ambient: Ambient,
        caller: Caller,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Response<Bytes>> + Send + 'g>> {
        Box::pin(self.serve::<E>(ambient, caller, request))
    }

    async fn serve<E: Endpoint>(
        &self,
        ambient: Ambient,
        mut caller: Caller,
        request: Request<Bytes>,
    ) -> Response<Bytes> {
        let keys = self.keys.at(ambient.now, named_key(&request).as_deref()).await;
        if E::VIEW.guarded {
            match self.authorize(&request, &caller, &keys, ambient.now).await {
                Ok(principal) => caller.principal = Some(principal),
                Err(mut response) => {
                    response.headers_mut().insert(http::header::ALLOW, HeaderValue::from_static(E::VIEW.allow));
                    if request.method() == Method::HEAD {
                        response.body_mut().clear();
                    }
                    return response;
                }
            }
        }
        let call = Call { ambient, caller, keys: &keys, service: &self.service };
        api::answer::<E>(call, request).await
    }

    /// Whom the authorizer lets in, or the Gateway Response.
    async fn authorize(
        &self,
        request: &Request<Bytes>,
        caller: &Caller,
        keys: &KeySet,
        now: i64,
    ) -> Result<Principal, Response<Bytes>> {
        match self.authorizer.ask(request, caller, keys, &self.service, now).await {
            Outcome::Allowed(principal) => Ok(principal),
            Outcome::Denied(context) => Err(self.access_denied(&context)),
            Outcome::Failed(cause) => Err(self.refuse(&Problem::Unavailable(cause))),
            Outcome::Unauthorized => Err(self.refuse(&Problem::NotAuthenticated)),
        }
    }

    /// The Gateway Response `ACCESS_DENIED`: 401, with the body and the challenge that the authorizer's context holds.
    fn access_denied(&self, context: &Map<String, Value>) -> Response<Bytes> {
        let text = |name: &str| context.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut response = self.refuse(&Problem::NotAuthenticated).map(|_| Bytes::from(text("body")));
        if let Ok(challenge) = HeaderValue::try_from(text("challenge")) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }

    fn refuse(&self, problem: &Problem) -> Response<Bytes> {
        api::unanswered(problem, self.settings())
    }
}

/// The key that the request's token names: in the body, or in a header.
fn named_key(request: &Request<Bytes>) -> Option<String> {
    let headers = request.headers().values().find_map(|value| ::keys::kid(value.as_bytes()));
    ::keys::kid(request.body()).or(headers)
}

/// The path as API Gateway matches it: percent-decoded once.
fn decoded(uri: &Uri) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(uri.path()).decode_utf8_lossy()
}
