//! Asking the service as its clients do, over HTTP.

use crate::ambient;
use aws_sdk_cloudformation::primitives::{DateTime, DateTimeFormat};
use bytes::Bytes;
use http::{
    Method, Request,
    header::{ACCEPT, CONTENT_TYPE, DATE},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// Longer than a cold start.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest answer that is read, in bytes.
const LONGEST: usize = 256 * 1024;

/// An answer.
pub(super) struct Heard {
    pub(super) status: u16,
    /// What time it was there, in Unix seconds, if the answer says.
    pub(super) date: Option<i64>,
    /// What time it was here.
    pub(super) at: i64,
    body: Bytes,
}

impl Heard {
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// # Errors
/// No answer, in words.
pub(super) async fn post(url: &str, json: &'static str) -> Result<Heard, String> {
    ask(Method::POST, url, json).await
}

/// # Errors
/// As above.
pub(super) async fn fetch(url: &str) -> Result<Heard, String> {
    ask(Method::GET, url, "").await
}

/// One request, which follows no redirect.
async fn ask(method: Method, url: &str, body: &'static str) -> Result<Heard, String> {
    let request = Request::builder().method(method).uri(url).header(ACCEPT, "application/json");
    let request = request.header(CONTENT_TYPE, "application/json").body(Full::from(body));
    let request = request.map_err(|_| "it is no address".to_owned())?;
    let answer = tokio::time::timeout(PATIENCE, exchange(request)).await;
    answer.map_err(|_| format!("no answer within {} seconds", PATIENCE.as_secs()))?
}

async fn exchange(request: Request<Full<Bytes>>) -> Result<Heard, String> {
    let client = client().map_err(|cause| format!("no root certificates to trust: {cause}"))?;
    let response = client.request(request).await.map_err(|cause| innermost(&cause))?;
    let (head, body) = response.into_parts();
    let date =
        head.headers.get(DATE).and_then(|date| DateTime::from_str(date.to_str().ok()?, DateTimeFormat::HttpDate).ok());
    let body = Limited::new(body, LONGEST).collect().await.map_err(|_| "the answer breaks off".to_owned())?;
    Ok(Heard {
        status: head.status.as_u16(),
        date: date.map(|date| date.secs()),
        at: ambient::now(),
        body: body.to_bytes(),
    })
}

type Http = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

fn client() -> std::io::Result<Http> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let connector = HttpsConnectorBuilder::new().with_provider_and_native_roots(provider)?;
    Ok(Client::builder(TokioExecutor::new()).build(connector.https_or_http().enable_http1().build()))
}

/// The cause of causes: what the system said.
fn innermost(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), innermost)
}
