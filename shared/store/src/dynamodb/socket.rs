//! DynamoDB behind a Unix socket: a local engine that only its owner can reach, where a TCP port would be open to every user of the
//! machine and to every page in a browser.

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::{
    error::Error,
    path::{Path, PathBuf},
};
use tokio::net::UnixStream;

/// HTTP over connections to this socket, one for each request.
pub(crate) fn http_client(path: &Path) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(Connector(path.to_owned()));
    http_client_fn(move |_, _| connector.clone())
}

#[derive(Debug)]
struct Connector(PathBuf);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let path = self.0.clone();
        HttpConnectorFuture::new(async move { ask(&path, request).await.map_err(ConnectorError::io) })
    }
}

async fn ask(path: &Path, request: HttpRequest) -> Result<HttpResponse, Box<dyn Error + Send + Sync>> {
    let stream = UnixStream::connect(path).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with its one answer; a failure of it is a failure of the request.
    tokio::spawn(connection);
    let response = sender.send_request(request.try_into_http1x()?).await?;
    Ok(response.map(SdkBody::from_body_1_x).try_into()?)
}
