//! One small text from the web: over TLS, within a time, up to a length, without following redirects.

use bytes::Bytes;
use http::{Request, StatusCode, request::Builder};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::{sync::Arc, time::Duration};

/// A client that trusts what the system trusts. Cheap to clone; connections are kept for the next request.
#[derive(Clone)]
pub struct Client(legacy::Client<HttpsConnector<HttpConnector>, Empty<Bytes>>);

impl Client {
    /// A client without connections yet.
    ///
    /// # Errors
    /// A system without root certificates; says so in words.
    pub fn new() -> Result<Self, String> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let connector = HttpsConnectorBuilder::new().with_provider_and_native_roots(provider);
        let connector = connector.map_err(|cause| format!("no root certificates to trust: {cause}"))?;
        let connector = connector.https_or_http().enable_http1().build();
        Ok(Self(legacy::Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// The body of the answer to one request, if it comes `within` this time, from the connection to the last byte, and
    /// has at most `longest` bytes.
    ///
    /// # Errors
    /// Why there is none, in words for the log: another status than 200, redirects included, is no answer.
    pub async fn get(&self, request: Builder, within: Duration, longest: usize) -> Result<String, String> {
        let answer = tokio::time::timeout(within, self.ask(request, longest)).await;
        answer.map_err(|_| "no answer in time".to_owned())?
    }

    async fn ask(&self, request: Builder, longest: usize) -> Result<String, String> {
        let request: Request<_> = request.body(Empty::new()).map_err(|cause| format!("no address: {cause}"))?;
        let response = self.0.request(request).await.map_err(|cause| format!("no connection: {cause}"))?;
        if response.status() != StatusCode::OK {
            return Err(format!("the answer is {}", response.status()));
        }
        let body = Limited::new(response.into_body(), longest).collect().await;
        let body = body.map_err(|cause| format!("the answer cannot be read: {cause}"))?;
        String::from_utf8(body.to_bytes().into()).map_err(|_| "the answer is no text".to_owned())
    }
}
