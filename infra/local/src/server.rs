//! The service in this process: an engine, a store over it, and a listener.

use crate::{
    clock::Clock,
    engine::{Engine, Storage},
    gateway::Gateway,
    host::Hosts,
    keys::Keys,
    kind::Api,
    operator::desk::{Act, NewDesk, Operator},
    start_error::StartError,
};
use api::{Caller, Service, Sharing};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use settings::{ClaimsFunction, Settings};
use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};
use store::{Store, Tables};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// How long a client may take to send its header, or its body.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is read of a body before it is refused, in bytes: one more than any endpoint takes.
const READ_AT_MOST: usize = 64 * 1024 + 1;

/// What a server is started with.
pub struct Options {
    /// The time of every request. A test's stands still, or goes on when the test says so.
    pub clock: Clock,
    /// Who does what an operator asks for in the console.
    pub desk: NewDesk,
    /// As which kind of API to answer.
    pub gateway: Api,
    /// The keys that sign and verify.
    pub keys: Keys,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where users and sessions are kept.
    pub place: Storage,
    /// The settings.
    pub settings: Settings,
}

/// A running service.
pub struct Server {
    address: SocketAddr,
    engine: Engine,
    gateway: Arc<Gateway>,
    listening: JoinHandle<()>,
    store: Store,
}

impl Server {
    /// Starts the service; it answers when this returns.
    ///
    /// # Errors
    /// When the address is taken or the data cannot be opened.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        if matches!(options.settings.claims_function, Some(ClaimsFunction::Lambda { .. })) {
            let sentence = "is a function on AWS, which local mode cannot ask; give an address of this machine such as http://127.0.0.1:9000/";
            return Err(StartError::new("CLAIMS_FUNCTION", sentence));
        }
        let listener = TcpListener::bind(options.listen).await.map_err(|cause| {
            StartError::plain(format!("{}: {cause}; choose another address with --listen", options.listen))
        })?;
        let address = listener.local_addr().map_err(|cause| StartError::new(options.listen, cause))?;
        let folder = options.place.folder();
        let engine = Engine::start(options.place).await.map_err(StartError::engine)?;
        let store = Store::new(store::client_of_socket(engine.socket()), Tables::local());
        store.create_tables().await.map_err(StartError::engine)?;
        let hashers = std::thread::available_parallelism().map_or(1, usize::from);
        let (jwk_url, algorithm) = (options.settings.jwk_url.as_deref(), options.settings.algorithm);
        let keys = ::keys::KeyProvider::new(Some(options.keys.into()), jwk_url, algorithm);
        let keys = keys.map_err(|cause| StartError::new("JWK_URL", cause))?;
        let service = Service::new(options.settings, store.clone(), hashers);
        let operator = Operator { desk: (options.desk)(store.clone(), folder), store: store.clone() };
        let gateway = Gateway::new(options.gateway, options.clock, Hosts::of(address), keys, operator, service);
        let gateway = Arc::new(gateway);
        let listening = tokio::spawn(listen(listener, Arc::clone(&gateway)));
        Ok(Self { address, engine, gateway, listening, store })
    }

    /// Where the service listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The Unix socket of its DynamoDB engine.
    pub fn engine(&self) -> &Path {
        self.engine.socket()
    }

    /// The settings it was started with.
    pub fn settings(&self) -> &Settings {
        self.gateway.settings()
    }

    /// Its users and sessions.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Stops listening and closes the data.
    pub async fn stop(self) {
        self.listening.abort();
        self.engine.shutdown().await;
    }
}

async fn listen(listener: TcpListener, gateway: Arc<Gateway>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => drop(tokio::spawn(converse(stream, peer, Arc::clone(&gateway)))),
            // Out of file descriptors, most likely: those in use are given back in time.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn converse(stream: TcpStream, peer: SocketAddr, gateway: Arc<Gateway>) {
    let answer = service_fn(move |request| {
        let gateway = Arc::clone(&gateway);
        async move { Ok::<_, std::convert::Infallible>(respond(request, peer, &gateway).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_headers(100)
        .serve_connection(TokioIo::new(stream), answer);
    // A client that goes away is no failure of ours.
    let _ = connection.await;
}

async fn respond(request: Request<Incoming>, peer: SocketAddr, gateway: &Gateway) -> Response<Full<Bytes>> {
    let is_shared = !Act::is_named_by(request.uri().path());
    let sharing = if is_shared { Sharing::of(gateway.settings(), &request) } else { Sharing::default() };
    sharing.over(answer(request, peer, gateway)).await.map(Full::new)
}

async fn answer(request: Request<Incoming>, peer: SocketAddr, gateway: &Gateway) -> Response<Bytes> {
    let (head, body) = request.into_parts();
    let caller = Caller {
        ip: Some(peer.ip().to_string()),
        principal: None,
        user_agent: head
            .headers
            .get(http::header::USER_AGENT)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
    };
    let body = tokio::time::timeout(PATIENCE, Limited::new(body, READ_AT_MOST).collect()).await;
    match body {
        Ok(Ok(body)) => gateway.answer(Request::from_parts(head, body.to_bytes()), caller).await,
        Ok(Err(_)) => gateway.too_large(),
        Err(_) => gateway.too_slow(),
    }
}
