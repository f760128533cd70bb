//! The service in this process: an engine, a store over it, and a listener.

use crate::{
    clock::Clock,
    engine::{Engine, Storage},
    gateway::Gateway,
    host::Hosts,
    keys::Keys,
    kind::Api,
    listening::{Host, listen, whole},
    operator::backend::{Act, NewBackend, Operator},
    start_error::StartError,
};
use api::{Caller, Service, Sharing};
use bytes::Bytes;
use http::{Request, Response, header::USER_AGENT};
use hyper::body::Incoming;
use settings::{ClaimsFunction, Settings};
use std::{net::SocketAddr, path::Path, sync::Arc};
use store::{Store, Tables};
use tokio::{net::TcpListener, task::JoinHandle};

/// What a server is started with.
pub struct Options {
    /// The time of every request. A test's stands still, or goes on when the test says so.
    pub clock: Clock,
    /// Who does what an operator asks for in the console.
    pub backend: NewBackend,
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

/// A running service; with a listener instead of a task, one that is set up and does not answer yet.
pub struct Server<Listening = JoinHandle<()>> {
    address: SocketAddr,
    engine: Engine,
    gateway: Arc<Gateway>,
    listening: Listening,
    store: Store,
}

impl Server<TcpListener> {
    /// Sets up the service. Connections wait until it [serves](Self::serve).
    ///
    /// # Errors
    /// When the address is taken or the data cannot be opened.
    pub async fn open(options: Options) -> Result<Self, StartError> {
        if matches!(options.settings.claims_function, Some(ClaimsFunction::Lambda { .. })) {
            let sentence = "is a function on AWS, which local mode cannot ask; give an address of this machine such as http://127.0.0.1:9000/";
            return Err(StartError::new("CLAIMS_FUNCTION", sentence));
        }
        let listening = TcpListener::bind(options.listen).await.map_err(|cause| {
            StartError::plain(format!("{}: {cause}; choose another address with --listen", options.listen))
        })?;
        let address = listening.local_addr().map_err(|cause| StartError::new(options.listen, cause))?;
        let folder = options.place.folder();
        let engine = Engine::start(options.place).await.map_err(StartError::engine)?;
        let store = Store::new(store::client_of_socket(engine.socket()), Tables::local());
        store.create_tables().await.map_err(StartError::engine)?;
        let hashers = std::thread::available_parallelism().map_or(1, usize::from);
        let (jwk_url, algorithm) = (options.settings.jwk_url.as_deref(), options.settings.algorithm);
        let keys = ::keys::KeyProvider::new(Some(options.keys.into()), jwk_url, algorithm);
        let keys = keys.map_err(|cause| StartError::new("JWK_URL", cause))?;
        let service = Service::new(options.settings, store.clone(), hashers);
        let operator = Operator { backend: (options.backend)(store.clone(), folder), store: store.clone() };
        let gateway = Gateway::new(options.gateway, options.clock, Hosts::of(address), keys, operator, service);
        Ok(Self { address, engine, gateway: Arc::new(gateway), listening, store })
    }

    /// Answers from now on.
    pub fn serve(self) -> Server {
        let Self { address, engine, gateway, listening, store } = self;
        let listening = tokio::spawn(listen(listening, Arc::clone(&gateway)));
        Server { address, engine, gateway, listening, store }
    }
}

impl<Listening> Server<Listening> {
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
}

impl Server {
    /// Starts the service; it answers when this returns.
    ///
    /// # Errors
    /// As [`Server::open`].
    pub async fn start(options: Options) -> Result<Self, StartError> {
        Ok(Server::open(options).await?.serve())
    }

    /// Stops listening and closes the data.
    pub async fn stop(self) {
        self.listening.abort();
        self.engine.shutdown().await;
    }
}

impl Host for Gateway {
    async fn respond(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Bytes> {
        let is_shared = !Act::is_named_by(request.uri().path());
        let sharing = if is_shared { Sharing::of(self.settings(), &request) } else { Sharing::default() };
        sharing.over(answered(self, request, peer)).await
    }
}

async fn answered(gateway: &Gateway, request: Request<Incoming>, peer: SocketAddr) -> Response<Bytes> {
    let user_agent = request.headers().get(USER_AGENT);
    let user_agent = user_agent.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let caller = Caller { ip: Some(peer.ip().to_string()), principal: None, user_agent };
    match whole(request).await {
        Ok(request) => gateway.answer(request, caller).await,
        Err(problem) => gateway.refuse(&problem),
    }
}
