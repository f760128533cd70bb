//! A service of one's own behind the guard: `SIGNING_KEY=… cargo run -p guard --example notes`, with the key that the
//! tokens are signed with, or with `JWK_URL` of the service that issues them. Who is to `DELETE` must be in the group
//! `editors`, which the tokens say where the service has `TOKEN_CLAIMS=groups`.

use bytes::Bytes;
use guard::{Guard, Principal};
use http::{Method, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use std::{convert::Infallible, error::Error};
use tower::{Layer, ServiceExt, service_fn};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let guard = Guard::new(settings::environment::settings()?)?;
    let editors = guard.require(guard::group("editors"));
    let service = service_fn(move |request: Request<Incoming>| {
        let guard = if request.method() == Method::DELETE { &editors } else { &guard };
        guard.layer(service_fn(notes)).oneshot(request)
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8001").await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(service.clone());
        let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move { drop(connection.await) });
    }
}

/// Nobody comes here without a good token, and the token says who it is.
async fn notes(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let user = request.extensions().get::<Principal>().map_or("nobody", |principal| &principal.user_id);
    Ok(Response::new(Full::from(format!("the notes of user {user}\n"))))
}
