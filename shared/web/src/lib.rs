//! One small answer from the web: over TLS, within a time, up to a length, without following redirects.

use bytes::Bytes;
use http::{Request, Response, StatusCode, request::Builder};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::{sync::Arc, time::Duration};

/// How long a connection without a request is kept. Those who answer close one after a minute or less, and a function that was
/// frozen meanwhile learns it only from the request that it loses.
const IDLE: Duration = Duration::from_secs(20);

/// A client. Cheap to clone; connections are kept for the next request.
#[derive(Clone)]
pub struct Client(legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Client {
    /// A client that trusts what the system trusts. It has no connections yet.
    ///
    /// # Errors
    /// A system without root certificates; says so in words.
    pub fn new() -> Result<Self, String> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let connector = HttpsConnectorBuilder::new().with_provider_and_native_roots(provider);
        Ok(Self::over(connector.map_err(|cause| format!("no root certificates to trust: {cause}"))?))
    }

    /// A client that trusts these roots alone, certificates as PEM: to read all that a system trusts takes long.
    ///
    /// # Errors
    /// What is no certificate; says so in words.
    pub fn trusting(pem: &[u8]) -> Result<Self, String> {
        let unusable = |cause: &dyn std::fmt::Display| format!("no root certificates to trust: {cause}");
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|cause| unusable(&cause))?;
            roots.add(certificate).map_err(|cause| unusable(&cause))?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let config = config.with_safe_default_protocol_versions().map_err(|cause| unusable(&cause))?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Ok(Self::over(HttpsConnectorBuilder::new().with_tls_config(config)))
    }

    fn over(connector: HttpsConnectorBuilder<hyper_rustls::builderstates::WantsSchemes>) -> Self {
        let connector = connector.https_or_http().enable_http1().build();
        Self(legacy::Client::builder(TokioExecutor::new()).pool_idle_timeout(IDLE).build(connector))
    }

    /// The body of the answer to one request, if it comes `within` this time, from the connection to the last byte, and
    /// has at most `longest` bytes.
    ///
    /// # Errors
    /// Why there is none, in words for the log: another status than 200, redirects included, is no answer.
    pub async fn get(&self, request: Builder, within: Duration, longest: usize) -> Result<String, String> {
        let request = request.body(Bytes::new()).map_err(|cause| format!("no address: {cause}"))?;
        let response = self.send(request, within, longest).await?;
        if response.status() != StatusCode::OK {
            return Err(format!("the answer is {}", response.status()));
        }
        String::from_utf8(response.into_body().into()).map_err(|_| "the answer is no text".to_owned())
    }

    /// The answer to one request, whatever its status, if it comes `within` this time, from the connection to the last byte, and
    /// its body has at most `longest` bytes.
    ///
    /// # Errors
    /// Why there is none, in words for the log.
    pub async fn send(
        &self,
        request: Request<Bytes>,
        within: Duration,
        longest: usize,
    ) -> Result<Response<Bytes>, String> {
        let answer = tokio::time::timeout(within, self.ask(request, longest)).await;
        answer.map_err(|_| "no answer in time".to_owned())?
    }

    async fn ask(&self, request: Request<Bytes>, longest: usize) -> Result<Response<Bytes>, String> {
        let response = self.0.request(request.map(Full::new)).await;
        let (head, body) = response.map_err(|cause| format!("no connection: {cause}"))?.into_parts();
        let body = Limited::new(body, longest).collect().await;
        let body = body.map_err(|cause| format!("the answer cannot be read: {cause}"))?;
        Ok(Response::from_parts(head, body.to_bytes()))
    }
}
