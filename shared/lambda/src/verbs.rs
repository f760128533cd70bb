//! The endpoints of a program, and which of them one function answers, told apart by their paths.

use crate::{
    deadline::in_time,
    door,
    host::{Host, Needs},
    mending,
};
use api::{Caller, Guard, Listed, Sharing};
use bytes::Bytes;
use http::{Request, Response};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use std::{convert::Infallible, future::Future, pin::Pin};

type Answered<'a> = Pin<Box<dyn Future<Output = Response<Bytes>> + Send + 'a>>;

/// One endpoint of a program, with its row of `api::endpoints!`.
pub struct Verb {
    function: &'static str,
    guard: Guard,
    path: &'static str,
    answer: for<'a> fn(&'a Host, Request<Bytes>, Caller) -> Answered<'a>,
}

impl Verb {
    /// Endpoint `E`. A program holds those that it names so, and no other.
    #[must_use]
    pub fn of<E: Listed + 'static>() -> Self {
        Self {
            function: E::FUNCTION,
            guard: E::VIEW.guard,
            path: E::PATH,
            answer: |host, request, caller| Box::pin(host.call::<E>(request, caller)),
        }
    }
}

/// Answers events with the endpoints of the function that the handler of Lambda's configuration names, until Lambda ends
/// the environment. `bootstrap`, as a custom runtime's program is called, stands for all of the program, and so does no
/// handler, as under `cargo lambda watch`.
pub(crate) async fn serve(mut verbs: Vec<Verb>, handler: Option<String>) -> Result<(), lambda_runtime::Error> {
    if let Some(function) = handler.filter(|name| name != "bootstrap") {
        verbs.retain(|verb| verb.function == function);
        if verbs.is_empty() {
            return Err(format!("Handler must name a function of this program, and none is called {function}").into());
        }
    }
    let (host, verbs) = (&Host::start(needs(&verbs)).await?, verbs.as_slice());
    let answer = async |event: LambdaEvent<Value>| {
        let (deadline, is_beyond) = (event.context.deadline, mending::is_beyond(&event.payload));
        door::answer(event, move |request, caller| answer(host, verbs, request, caller, deadline, is_beyond)).await
    };
    lambda_runtime::run(service_fn(answer)).await
}

/// Behind the authorizer no keys are needed; an answer that anyone may keep needs no store.
fn needs(verbs: &[Verb]) -> Needs {
    Needs {
        keys: !verbs.iter().all(|verb| verb.guard.trusts_the_authorizer()),
        store: verbs.iter().any(|verb| verb.guard.max_age().is_none()),
        memory: verbs.iter().any(|verb| api::HASHING.contains(&verb.function)),
    }
}

/// Answers one request; one whose path goes on behind its route with 404.
async fn answer(
    host: &Host,
    verbs: &[Verb],
    request: Request<Bytes>,
    caller: Caller,
    deadline: u64,
    is_beyond: bool,
) -> Result<Response<Bytes>, Infallible> {
    let path = api::route_behind(request.uri().path(), host.service.settings()).filter(|_| !is_beyond);
    let sharing = Sharing::of(host.service.settings(), &request);
    let answer = async {
        match verbs.iter().find(|verb| path == Some(verb.path)) {
            Some(verb) => in_time(deadline, (verb.answer)(host, request, caller))
                .await
                .unwrap_or_else(|| host.unavailable("the time is up")),
            None => host.not_found(),
        }
    };
    Ok(sharing.over(answer).await)
}
