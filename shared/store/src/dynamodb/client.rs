//! How DynamoDB is reached: where, as whom, and for how long one waits.

use crate::dynamodb::{budget::BUDGET, socket};
use aws_sdk_dynamodb::{
    Client,
    config::{
        BehaviorVersion, Config, Region, SharedHttpClient,
        interceptors::InterceptorContext,
        retry::{ClassifyRetry, RetryAction, RetryConfig, RetryPartition},
        timeout::TimeoutConfig,
    },
    operation::{delete_item::DeleteItemError, put_item::PutItemError, update_item::UpdateItemError},
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use std::{fmt, path::Path, time::Duration};

/// Who certifies AWS's own endpoints, as PEM: Amazon Trust Services, <https://www.amazontrust.com/repository/>.
pub const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

/// How long a connection without a call is kept. AWS closes one after a minute or less, and a function that was frozen
/// meanwhile learns it only from the call that it loses.
const IDLE: Duration = Duration::from_secs(20);

/// Where DynamoDB is and who asks.
#[derive(Clone, Debug)]
pub struct Access {
    /// The region, such as `eu-central-1`.
    pub region: String,
    /// Another address than that of AWS, such as `http://127.0.0.1:4566`.
    pub endpoint_url: Option<String>,
    /// Whose keys sign the requests. `None`: placeholders, which a local engine takes and AWS refuses.
    pub credentials: Option<Credentials>,
}

impl Access {
    /// A local engine at this address, which asks for no credentials.
    #[must_use]
    pub fn local(url: &str) -> Self {
        Self { region: "local".to_owned(), endpoint_url: Some(url.to_owned()), credentials: None }
    }
}

/// Keys of AWS, as Lambda puts them into the environment.
#[derive(Clone)]
pub struct Credentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_key: String,
    /// `AWS_SESSION_TOKEN`, which a role's keys have.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// A client with explicit time limits and retries: the SDK's defaults wait for an answer for ever.
pub fn client(access: &Access) -> Client {
    client_over(access, http_client())
}

/// The same for the local engine behind this Unix socket.
pub fn client_of_socket(path: &Path) -> Client {
    // The name of the host goes into the request, and nowhere else.
    client_over(&Access::local("http://localhost"), socket::http_client(path))
}

/// The same, over connections that several clients share. The SDK lets all clients of a process draw their retries from one store:
/// each of ours has its own, so that an outage of one endpoint does not silence the retries towards another.
pub fn client_over(access: &Access, connections: SharedHttpClient) -> Client {
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(access.region.clone()))
        .credentials_provider(credentials(access.credentials.as_ref()))
        .http_client(connections)
        .timeout_config(timeouts())
        .retry_config(retries())
        .retry_partition(RetryPartition::custom("latchkey").build())
        .retry_classifier(ConflictsPass);
    config.set_endpoint_url(access.endpoint_url.clone());
    Client::from_conf(config.build())
}

/// HTTP and HTTPS that trusts whom the system trusts, over the same cryptographic library as the tokens.
pub fn http_client() -> SharedHttpClient {
    trusting(TrustStore::default())
}

/// The same for AWS's own endpoints: it trusts Amazon's five roots alone. To read the hundred and more of a system takes a function
/// longer than the rest of its start.
pub fn amazon_http_client() -> SharedHttpClient {
    trusting(TrustStore::empty().with_pem_certificate(AMAZON_ROOTS))
}

fn trusting(roots: TrustStore) -> SharedHttpClient {
    let builder = Builder::new().pool_idle_timeout(IDLE).tls_provider(Provider::Rustls(CryptoMode::AwsLc));
    match TlsContext::builder().with_trust_store(roots).build() {
        Ok(context) => builder.tls_context(context).build_https(),
        Err(_) => builder.build_https(),
    }
}

/// The time limits of every AWS call: 500 ms for a connection, 700 ms for one attempt, two seconds for the call with its retries.
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_millis(500))
        .operation_attempt_timeout(Duration::from_millis(700))
        .operation_timeout(BUDGET)
        .build()
}

/// The retries of every AWS call: three attempts, the second after at most 50 ms.
pub fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(50))
}

/// A write that meets a transaction in progress on its item was not done and may be done again; the SDK does not do so by itself.
#[derive(Debug)]
struct ConflictsPass;

impl ClassifyRetry for ConflictsPass {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if met_a_transaction(context) { RetryAction::transient_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "transaction conflict"
    }
}

fn met_a_transaction(context: &InterceptorContext) -> bool {
    let Some(error) = context.output_or_error().and_then(Result::err).and_then(|error| error.as_operation_error())
    else {
        return false;
    };
    error.downcast_ref().is_some_and(UpdateItemError::is_transaction_conflict_exception)
        || error.downcast_ref().is_some_and(PutItemError::is_transaction_conflict_exception)
        || error.downcast_ref().is_some_and(DeleteItemError::is_transaction_conflict_exception)
}

fn credentials(keys: Option<&Credentials>) -> aws_sdk_dynamodb::config::Credentials {
    let name = "latchkey";
    match keys {
        Some(keys) => aws_sdk_dynamodb::config::Credentials::new(
            &keys.key_id,
            &keys.secret_key,
            keys.session_token.clone(),
            None,
            name,
        ),
        None => aws_sdk_dynamodb::config::Credentials::new("local", "local", None, None, name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        let credentials = Credentials { key_id: "AKIA".into(), secret_key: "hush".into(), session_token: None };
        Access { region: "eu-central-1".into(), endpoint_url: None, credentials: Some(credentials) }
    }

    #[test]
    fn sc_10_retries_are_on() {
        let client = client(&access());
        let retries = client.config().retry_config().unwrap();
        assert_eq!((retries.max_attempts(), retries.initial_backoff()), (3, Duration::from_millis(50)));
    }

    #[test]
    fn dd_19_every_wait_has_an_end() {
        let client = client(&access());
        let timeouts = client.config().timeout_config().unwrap();
        assert_eq!(timeouts.connect_timeout(), Some(Duration::from_millis(500)));
        assert_eq!(timeouts.operation_attempt_timeout(), Some(Duration::from_millis(700)));
        assert_eq!(timeouts.operation_timeout(), Some(Duration::from_secs(2)));
    }

    #[test]
    fn lg_01_debug_prints_no_secret_key() {
        assert!(!format!("{:?}", access()).contains("hush"));
    }
}
