//! The endpoints that one function answers, told apart by their paths.

use crate::{deadline::in_time, door, host::Host, mending};
use api::{Caller, Listed, Sharing};
use bytes::Bytes;
use http::{Request, Response};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use std::{convert::Infallible, future::Future};

/// Endpoints as one type: `(A, (B, ()))`. A type and not a table, so that a program holds those that it names and no other.
pub trait Verbs {
    /// Whether the authorizer stands before all of them: no key is needed to begin then.
    const ARE_GUARDED: bool;
    /// Whether one of them reads the store. Endpoints whose answers anyone may cache never do.
    const ASK_THE_STORE: bool;

    /// Answers a request with the endpoint that has this path of `api::endpoints!`.
    fn answer(
        host: &Host,
        path: &str,
        request: Request<Bytes>,
        caller: Caller,
    ) -> impl Future<Output = Response<Bytes>> + Send;
}

impl Verbs for () {
    const ARE_GUARDED: bool = true;
    const ASK_THE_STORE: bool = false;

    async fn answer(host: &Host, _: &str, _: Request<Bytes>, _: Caller) -> Response<Bytes> {
        host.not_found()
    }
}

impl<E: Listed, Others: Verbs> Verbs for (E, Others) {
    const ARE_GUARDED: bool = E::VIEW.guard.trusts_the_authorizer() && Others::ARE_GUARDED;
    const ASK_THE_STORE: bool = E::VIEW.guard.max_age().is_none() || Others::ASK_THE_STORE;

    async fn answer(host: &Host, path: &str, request: Request<Bytes>, caller: Caller) -> Response<Bytes> {
        if path == E::PATH {
            host.call::<E>(request, caller).await
        } else {
            Others::answer(host, path, request, caller).await
        }
    }
}

/// Answers events with these endpoints, until Lambda ends the environment.
pub(crate) async fn serve<V: Verbs>(host: &Host) -> Result<(), lambda_runtime::Error> {
    let answer = async |event: LambdaEvent<Value>| {
        let (deadline, is_beyond) = (event.context.deadline, mending::is_beyond(&event.payload));
        door::answer(event, move |request, caller| answer::<V>(host, request, caller, deadline, is_beyond)).await
    };
    lambda_runtime::run(service_fn(answer)).await
}

/// Answers one request; one whose path goes on behind its route with 404.
async fn answer<V: Verbs>(
    host: &Host,
    request: Request<Bytes>,
    caller: api::Caller,
    deadline: u64,
    is_beyond: bool,
) -> Result<Response<Bytes>, Infallible> {
    let path = api::route_behind(request.uri().path(), host.service.settings()).filter(|_| !is_beyond);
    let sharing = Sharing::of(host.service.settings(), &request);
    let answer = async {
        let Some(path) = path else { return host.not_found() };
        let call = V::answer(host, path, request, caller);
        in_time(deadline, call).await.unwrap_or_else(|| host.unavailable("the time is up"))
    };
    Ok(sharing.over(answer).await)
}
