//! A function's environment: what lasts from request to request, and how an event becomes an answer.

use crate::{connections, keys};
use ::keys::KeyProvider;
use api::{Ambient, Call, Endpoint, Problem, Service};
use aws_sdk_secretsmanager::config::SharedHttpClient;
use bytes::Bytes;
use http::{Method, Request, Response};
use settings::{ClaimsFunction, Deployment, Faults, Settings, environment};
use std::sync::Arc;
use store::{Access, Store, Tables};
use token::KeySet;

/// An environment hashes one password at a time: it has one request.
const HASHERS: usize = 1;

/// Settings, keys and store of one environment.
pub(crate) struct Host {
    keys: KeyProvider,
    pub(crate) service: Service,
}

/// What the first request needs. It is done at the start, which has a whole processor; a call may have a small part of one.
pub(crate) struct Needs {
    /// To fetch the keys.
    pub(crate) keys: bool,
    /// The connection to the store.
    pub(crate) store: bool,
    /// The memory of a hash.
    pub(crate) memory: bool,
}

impl Host {
    /// Reads the environment, builds the clients, and does what the first request needs, all at once.
    pub(crate) async fn start(needs: Needs) -> Result<Self, lambda_runtime::Error> {
        let (settings, deployment) = (settings()?, environment::deployment()?);
        if matches!(settings.claims_function, Some(ClaimsFunction::Address(_))) {
            return Err("CLAIMS_FUNCTION is an address of one machine; give the ARN of a Lambda function".into());
        }
        let http = connections::http_client(&deployment);
        let keys = keys::provider(&settings, &deployment, || http.clone())?;
        let service = service(settings, &deployment, http);
        tokio::join!(
            async {
                if needs.keys {
                    keys::fetch(&keys).await
                }
            },
            async {
                if needs.store {
                    service.connect().await
                }
            },
            // Last: the others wait for answers meanwhile.
            async {
                if needs.memory {
                    service.take_memory()
                }
            },
        );
        Ok(Self { keys, service })
    }

    /// The answer where no endpoint of this function stands.
    pub(crate) fn not_found(&self) -> Response<Bytes> {
        api::unanswered(&Problem::NotFound, self.service.settings())
    }

    /// Answers a request with endpoint `E`.
    pub(crate) async fn call<E: Endpoint>(&self, request: Request<Bytes>, caller: api::Caller) -> Response<Bytes> {
        let ambient = match Ambient::read() {
            Ok(ambient) => ambient,
            Err(cause) => return self.unavailable(&cause.to_string()),
        };
        // A guarded function may read no key and needs none: the authorizer has verified the token. The authorizer is not asked for
        // OPTIONS, which browsers send without a token; with no keys it opens nothing.
        let is_behind = caller.principal.is_some() || request.method() == Method::OPTIONS;
        let needs_none = E::VIEW.guard.trusts_the_authorizer() && is_behind;
        let keys = if needs_none { Ok(Arc::default()) } else { self.keys(&request, ambient.now).await };
        match keys {
            Ok(keys) => {
                let call = Call { ambient, caller, keys: &keys, service: &self.service };
                api::answer::<E>(call, request).await
            }
            Err(cause) => self.unavailable(cause),
        }
    }

    async fn keys(&self, request: &Request<Bytes>, now: i64) -> Result<Arc<KeySet>, &'static str> {
        let header = &self.service.settings().auth_header_name;
        self.keys.at(now, || ::keys::named(request.headers(), header, request.body())).await
    }

    pub(crate) fn unavailable(&self, cause: &str) -> Response<Bytes> {
        api::unanswered(&Problem::Unavailable(cause.to_owned()), self.service.settings())
    }
}

/// The settings of the environment; what is strange about them is told in the log.
///
/// # Errors
/// Everything that is wrong with them.
pub(crate) fn settings() -> Result<Settings, Faults> {
    let settings = environment::settings()?;
    api::warn_of_settings(&settings);
    Ok(settings)
}

/// The service over the deployment's tables, reached by `http`. Does no I/O.
pub(crate) fn service(settings: Settings, deployment: &Deployment, http: SharedHttpClient) -> Service {
    Service::new(settings, store(deployment, http), HASHERS).asking_by(asking(deployment))
}

/// As whom CLAIMS_FUNCTION is asked.
fn asking(deployment: &Deployment) -> claims::Access {
    let given = &deployment.credentials;
    claims::Access {
        endpoint_url: deployment.lambda_url.clone(),
        key_id: given.access_key_id.clone(),
        roots: connections::roots(deployment),
        secret_key: given.secret_access_key.text().to_owned(),
        session_token: given.session_token.as_ref().map(|token| token.text().to_owned()),
    }
}

/// The deployment's tables, reached by `http`. Does no I/O.
pub(crate) fn store(deployment: &Deployment, http: SharedHttpClient) -> Store {
    let tables = Tables { users: deployment.users_table.clone(), sessions: deployment.sessions_table.clone() };
    let store = Store::new(store::client_over(&access(deployment), http), tables);
    let store = match &deployment.organizations_table {
        Some(table) => store.with_organizations(table.clone()),
        None => store,
    };
    match &deployment.outbox_table {
        Some(table) => store.with_outbox(table.clone()),
        None => store,
    }
}

/// Where AWS is, and who asks.
pub(crate) fn access(deployment: &Deployment) -> Access {
    let given = &deployment.credentials;
    Access {
        region: deployment.region.clone(),
        endpoint_url: deployment.endpoint_url.clone(),
        credentials: Some(store::Credentials {
            key_id: given.access_key_id.clone(),
            secret_key: given.secret_access_key.text().to_owned(),
            session_token: given.session_token.as_ref().map(|token| token.text().to_owned()),
        }),
    }
}
