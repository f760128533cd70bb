//! The layer, and the service that it makes of another.

use crate::judge::Guard;
use http::{Method, Request, Response};
use std::{
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

/// A service that is reached only with a good token.
#[derive(Clone)]
pub struct Guarded<S> {
    guard: Guard,
    inner: S,
}

impl<S> tower::Layer<S> for Guard {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { guard: self.clone(), inner }
    }
}

impl<S, A, B> tower::Service<Request<A>> for Guarded<S>
where
    S: tower::Service<Request<A>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    A: Send + 'static,
    B: From<Vec<u8>> + Send,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<B>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<A>) -> Self::Future {
        // The service that said it was ready is the one to call; its clone has not said so yet.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let guard = self.guard.clone();
        Box::pin(async move {
            match guard.admit(request.headers()).await {
                Ok((principal, claims)) => {
                    request.extensions_mut().insert(principal);
                    request.extensions_mut().insert(claims);
                    inner.call(request).await
                }
                // RFC 9110 section 9.3.2: an answer to HEAD has no content.
                Err(refusal) if request.method() == Method::HEAD => Ok(refusal.map(|_: B| Vec::new().into())),
                Err(refusal) => Ok(refusal),
            }
        })
    }
}
