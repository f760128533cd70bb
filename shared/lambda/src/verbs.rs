//! The endpoints that one function answers, told apart by their paths.

use crate::host::Host;
use api::{Caller, Listed};
use bytes::Bytes;
use http::{Request, Response};
use std::future::Future;

/// Endpoints as one type: `(A, (B, ()))`. A type and not a table, so that a program holds those that it names and no other.
pub trait Verbs {
    /// Whether the authorizer stands before all of them: no key is needed to begin then.
    const ARE_GUARDED: bool;
    /// Whether one of them asks the store. What anyone may keep is the same for all, and comes from keys and settings.
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
