//! The operator's page alone, for a service elsewhere: on the loopback interface of the operator's machine, for those who know a secret.

use crate::{
    host::{Hosts, is_of_this_origin},
    listening::{Host, listen, whole},
    operator::backend::{Act, Asked, Backend, told},
    start_error::StartError,
};
use api::Problem;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, header::AUTHORIZATION};
use hyper::body::Incoming;
use settings::Settings;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};
use subtle::ConstantTimeEq;
use tokio::net::TcpListener;

/// The page, and who answers what it asks for.
pub struct Console {
    listener: TcpListener,
    backend: Box<dyn Backend>,
    secret: String,
}

struct Page {
    backend: Box<dyn Backend>,
    /// What `Authorization` has to say: the page has it from its address, and other users of this machine have not.
    credentials: String,
    settings: Settings,
}

impl Console {
    /// Takes a port of 127.0.0.1, a free one for 0. Those who know the secret may ask the backend.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn bind(port: u16, secret: String, backend: Box<dyn Backend>) -> Result<Self, StartError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(address).await;
        let listener = listener
            .map_err(|cause| StartError::plain(format!("{address}: {cause}; choose another port with --port")))?;
        Ok(Self { listener, backend, secret })
    }

    /// The address of the page, with the secret behind `#`: browsers send that to nobody, so no log has it.
    ///
    /// # Errors
    /// The system does not say where it listens.
    pub fn url(&self) -> Result<String, StartError> {
        let address = self.listener.local_addr().map_err(|cause| StartError::new("no address", cause))?;
        Ok(format!("http://{address}/#{}", self.secret))
    }

    /// Serves it, until this is dropped.
    ///
    /// # Errors
    /// There are no settings for the words of refusals.
    pub async fn serve(self) -> Result<(), StartError> {
        let settings = Settings::read(|_| None).map_err(|faults| StartError::settings(&faults))?;
        let page = Page { backend: self.backend, credentials: format!("Bearer {}", self.secret), settings };
        listen(self.listener, Arc::new(page)).await;
        Ok(())
    }
}

impl Host for Page {
    async fn respond(&self, request: Request<Incoming>, _: SocketAddr) -> Response<Bytes> {
        let answered = match whole(request).await {
            Ok(request) => self.answered(&request).await,
            Err(problem) => Err(problem),
        };
        answered.unwrap_or_else(|problem| api::unanswered(&problem, &self.settings))
    }
}

impl Page {
    async fn answered(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, Problem> {
        if !Hosts::Own.have(request.headers()) {
            return Err(Problem::NotFound);
        }
        if let Some(page) = pages::operators_alone(request) {
            return Ok(page);
        }
        let act = Act::at(request).ok_or(Problem::NotFound)?;
        if !is_of_this_origin(request.headers()) {
            return Err(Problem::not_permitted());
        }
        if !self.knows(request.headers()) {
            return Err(Problem::NotAuthenticated);
        }
        Ok(told(&self.backend.answer(Asked::of(act, request, None)?).await?))
    }

    /// Whether the request comes with the secret. How long that takes says nothing about it.
    fn knows(&self, headers: &HeaderMap) -> bool {
        let mut given = headers.get_all(AUTHORIZATION).iter();
        match (given.next(), given.next()) {
            (Some(credentials), None) => credentials.as_bytes().ct_eq(self.credentials.as_bytes()).into(),
            _ => false,
        }
    }
}
