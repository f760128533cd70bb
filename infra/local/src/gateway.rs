//! What API Gateway does on Lambda: routes, the authorizer in front of guarded routes, and Gateway Responses.

use crate::{
    authorizer::Authorizer,
    clock::Clock,
    host::{Hosts, is_of_this_origin},
    http_api,
    kind::Api,
    operator::{
        backend::{Act, Asked, Operator, told},
        mails::mails,
    },
    pages,
    refusal::Refusal,
};
use api::{Ambient, Call, Caller, Endpoint, Problem, Service};
use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Method, Request, Response, Uri,
    header::{ALLOW, WWW_AUTHENTICATE},
};
use keys::KeyProvider;
use serde_json::{Map, Value};
use settings::Settings;
use std::{borrow::Cow, future::Future, net::IpAddr, pin::Pin};

/// What a REST API makes of `WWW-Authenticate` in a function's answer; its own Gateway Responses keep the name.
const REMAPPED: HeaderName = HeaderName::from_static("x-amzn-remapped-www-authenticate");

/// The gateway in front of every endpoint.
pub(crate) struct Gateway {
    api: Api,
    authorizer: Authorizer,
    clock: Clock,
    hosts: Hosts,
    keys: KeyProvider,
    operator: Operator,
    service: Service,
}

impl Gateway {
    pub(crate) fn new(
        api: Api,
        clock: Clock,
        hosts: Hosts,
        keys: KeyProvider,
        operator: Operator,
        service: Service,
    ) -> Self {
        Self { api, authorizer: Authorizer::of(api), clock, hosts, keys, operator, service }
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.service.settings()
    }

    /// Answers one request with the endpoint that its path names.
    pub(crate) async fn answer(&self, request: Request<Bytes>, caller: Caller) -> Response<Bytes> {
        if let Some(page) = pages::page(&request, self.settings()).filter(|_| self.hosts.have(request.headers())) {
            return page;
        }
        let Ok(ambient) = Ambient::at((self.clock)()) else {
            return self.refuse(&Problem::Unavailable("no entropy".to_owned()));
        };
        // Whatever else leads here from the network: an operator is on this machine.
        let act = Act::at(&request).filter(|_| Hosts::Own.have(request.headers()) && is_near(&caller));
        if let Some(act) = act {
            return Box::pin(self.operate(act, ambient, caller, request)).await;
        }
        macro_rules! route {
            ($($verb:ident: $endpoint:ident, $path:literal, $function:ident;)+) => {
                match self.route(&decoded(request.uri())) {
                    $(Some($path) => self.served::<api::$endpoint>(ambient, caller, request).await,)+
                    _ => self.no_route(),
                }
            };
        }
        api::endpoints!(route)
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
        let named = || ::keys::named(request.headers(), &self.settings().auth_header_name, request.body());
        let keys = match self.keys.at(ambient.now, named).await {
            Ok(keys) => keys,
            Err(cause) => return self.refuse(&Problem::Unavailable(cause.to_owned())),
        };
        if E::VIEW.guard.trusts_the_authorizer() {
            match self.authorizer.ask(&request, &caller, &keys, &self.service, ambient.now).await {
                Ok(principal) => caller.principal = Some(principal),
                Err(refusal) => return self.turn_away(&refusal, E::VIEW.allow, request.method()),
            }
        }
        if api::route(&decoded(request.uri()), self.settings()).is_none() {
            return self.refuse(&Problem::NotFound);
        }
        let call = Call { ambient, caller, keys: &keys, service: &self.service };
        let mut response = api::answer::<E>(call, request).await;
        if let (Api::Rest, Some(challenge)) = (self.api, response.headers().get(WWW_AUTHENTICATE).cloned()) {
            // A deployed REST API gives a function's challenge this name, and no other.
            response.headers_mut().insert(REMAPPED, challenge);
        }
        response
    }

    /// The answer to the console of a superuser, and to no page of another origin, whatever CORS allows elsewhere.
    async fn operate(
        &self,
        act: Act,
        ambient: Ambient,
        mut caller: Caller,
        request: Request<Bytes>,
    ) -> Response<Bytes> {
        if !is_of_this_origin(request.headers()) {
            return self.refuse(&Problem::not_permitted());
        }
        let keys = match self.keys.at(ambient.now, || None).await {
            Ok(keys) => keys,
            Err(cause) => return self.refuse(&Problem::Unavailable(cause.to_owned())),
        };
        match self.authorizer.ask(&request, &caller, &keys, &self.service, ambient.now).await {
            Ok(principal) => caller.principal = Some(principal),
            Err(refusal) => return self.turn_away(&refusal, "GET, POST", request.method()),
        }
        let call = Call { ambient, caller, keys: &keys, service: &self.service };
        self.operated(act, &call, &request).await.map_or_else(|problem| self.refuse(&problem), |shown| told(&shown))
    }

    async fn operated(&self, act: Act, call: &Call<'_>, request: &Request<Bytes>) -> Result<Value, Problem> {
        let operator = api::superuser(call).await?;
        if act == Act::ShowMails {
            return mails(&self.operator.store, call.keys, self.settings()).await;
        }
        Ok(self.operator.backend.answer(Asked::of(act, request, Some(operator.username))?).await?)
    }

    /// The answer to whoever does not pass the authorizer.
    fn turn_away(&self, refusal: &Refusal, allow: &'static str, method: &Method) -> Response<Bytes> {
        let mut response = match self.api {
            Api::Http => http_api::refusal(refusal),
            Api::Rest => self.gateway_response(refusal, allow),
        };
        if *method == Method::HEAD {
            response.body_mut().clear();
        }
        response
    }

    /// The route that takes a path. An HTTP API leads there what lies below, too, for the sake of the slash at the end:
    /// its route is a greedy one, and the function looks at the path itself.
    fn route(&self, path: &str) -> Option<&'static str> {
        let mut above = std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above));
        match self.api {
            Api::Http => above.find_map(|path| api::route(path, self.settings())),
            Api::Rest => api::route(path, self.settings()),
        }
    }

    fn no_route(&self) -> Response<Bytes> {
        match self.api {
            Api::Http => http_api::no_route(),
            Api::Rest => self.refuse(&Problem::NotFound),
        }
    }

    /// `ACCESS_DENIED`, `AUTHORIZER_FAILURE` or `UNAUTHORIZED`, as `template.yaml` words them.
    fn gateway_response(&self, refusal: &Refusal, allow: &'static str) -> Response<Bytes> {
        let mut response = match refusal {
            Refusal::Denied(context) => self.access_denied(context),
            Refusal::Failed(cause) => self.refuse(&Problem::Unavailable(cause.clone())),
            Refusal::Unauthorized => self.refuse(&Problem::NotAuthenticated),
        };
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
        response
    }

    /// The Gateway Response `ACCESS_DENIED`: 401, with the body and the challenge that the authorizer's context holds.
    fn access_denied(&self, context: &Map<String, Value>) -> Response<Bytes> {
        let text = |name: &str| context.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut response = self.refuse(&Problem::NotAuthenticated).map(|_| Bytes::from(text("body")));
        if let Some(challenge) = HeaderValue::try_from(text("challenge")).ok().filter(|challenge| !challenge.is_empty())
        {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }

    /// The answer to a request that no endpoint hears of.
    pub(crate) fn refuse(&self, problem: &Problem) -> Response<Bytes> {
        api::unanswered(problem, self.settings())
    }
}

/// Whether the caller is on this machine.
fn is_near(caller: &Caller) -> bool {
    caller.ip.as_deref().and_then(|ip| ip.parse::<IpAddr>().ok()).is_some_and(|ip| ip.is_loopback())
}

/// The path as API Gateway matches it: percent-decoded once.
fn decoded(uri: &Uri) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(uri.path()).decode_utf8_lossy()
}
