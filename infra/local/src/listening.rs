//! HTTP on a socket: one task for each connection, with bounds for clients that send too much or too slowly.

use api::Problem;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::{TcpListener, TcpStream};

/// How long a client may take to send its header, or its body.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is read of a body before it is refused, in bytes: one more than any endpoint takes.
const READ_AT_MOST: usize = 64 * 1024 + 1;

/// Who answers.
pub(crate) trait Host: Send + Sync + 'static {
    /// The answer to one request.
    fn respond(&self, request: Request<Incoming>, peer: SocketAddr) -> impl Future<Output = Response<Bytes>> + Send;
}

/// Answers all that connect, until it is dropped.
pub(crate) async fn listen<H: Host>(listener: TcpListener, host: Arc<H>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => drop(tokio::spawn(converse(stream, peer, Arc::clone(&host)))),
            // Out of file descriptors, most likely: those in use are given back in time.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// The request with its body.
///
/// # Errors
/// The body is too large, or does not arrive.
pub(crate) async fn whole(request: Request<Incoming>) -> Result<Request<Bytes>, Problem> {
    let (head, body) = request.into_parts();
    match tokio::time::timeout(PATIENCE, Limited::new(body, READ_AT_MOST).collect()).await {
        Ok(Ok(body)) => Ok(Request::from_parts(head, body.to_bytes())),
        Ok(Err(_)) => Err(Problem::BodyTooLarge),
        Err(_) => Err(Problem::TooSlow),
    }
}

async fn converse<H: Host>(stream: TcpStream, peer: SocketAddr, host: Arc<H>) {
    let answer = service_fn(move |request| {
        let host = Arc::clone(&host);
        async move { Ok::<_, Infallible>(host.respond(request, peer).await.map(Full::new)) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_headers(100)
        .serve_connection(TokioIo::new(stream), answer);
    // A client that goes away is no failure of ours.
    let _ = connection.await;
}
