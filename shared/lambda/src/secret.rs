//! The key set in AWS Secrets Manager.

use aws_sdk_secretsmanager::{
    Client,
    config::{BehaviorVersion, Config, Credentials, Region, SharedHttpClient, http::HttpResponse},
    error::{ProvideErrorMetadata, SdkError},
};
use keys::Fetch;
use settings::Deployment;
use std::sync::Arc;
use token::{KeySet, Policy};

/// Reads the current version of the deployment's secret, each time it is called. The client is built once.
pub(crate) fn fetch(deployment: &Deployment, policy: Policy, http: SharedHttpClient) -> Fetch {
    let (client, name) = (client(deployment, http), Arc::<str>::from(deployment.keys_secret.as_str()));
    let policy = Arc::new(policy);
    Box::new(move || {
        let (client, name, policy) = (client.clone(), Arc::clone(&name), Arc::clone(&policy));
        Box::pin(async move { read(&client, &name, &policy).await })
    })
}

/// A client with the credentials of the environment, and the time limits of every AWS call.
pub(crate) fn client(deployment: &Deployment, http: SharedHttpClient) -> Client {
    let given = &deployment.credentials;
    let session_token = given.session_token.as_ref().map(|token| token.text().to_owned());
    let (id, key) = (&given.access_key_id, given.secret_access_key.text());
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(deployment.region.clone()))
        .credentials_provider(Credentials::new(id, key, session_token, None, "environment"))
        .http_client(http)
        .timeout_config(store::timeouts())
        .retry_config(store::retries());
    config.set_endpoint_url(deployment.endpoint_url.clone());
    Client::from_conf(config.build())
}

async fn read(client: &Client, name: &str, policy: &Policy) -> Result<KeySet, String> {
    let secret = client.get_secret_value().secret_id(name).send().await.map_err(|error| cause(&error))?;
    let text = secret.secret_string().ok_or("the secret has no text")?;
    KeySet::parse_secret(text, policy).map_err(|error| format!("the secret is no key set: {error}"))
}

/// What went wrong, in words. Never the answer itself, which may hold the keys.
pub(crate) fn cause<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> String {
    match error {
        SdkError::ServiceError(context) => {
            let code = context.err().code().unwrap_or("an error without a code");
            format!("{code}: {}", context.err().message().unwrap_or_default())
        }
        SdkError::DispatchFailure(_) => "no connection".to_owned(),
        SdkError::ResponseError(_) => "the answer cannot be read".to_owned(),
        SdkError::TimeoutError(_) => "no answer in time".to_owned(),
        _ => "the request failed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_secretsmanager::{
        error::{ConnectorError, ErrorMetadata},
        operation::get_secret_value::GetSecretValueError,
    };

    #[test]
    fn a_cause_says_how_far_the_call_came() {
        let answer = HttpResponse::new(500.try_into().unwrap(), "".into());
        let failures: [(SdkError<GetSecretValueError, HttpResponse>, &str); 4] = [
            (SdkError::construction_failure("x"), "the request failed"),
            (SdkError::dispatch_failure(ConnectorError::io("x".into())), "no connection"),
            (SdkError::timeout_error("x"), "no answer in time"),
            (SdkError::response_error("x", answer), "the answer cannot be read"),
        ];
        for (failure, says) in failures {
            assert_eq!(cause(&failure), says);
        }
        let said = ErrorMetadata::builder().code("AccessDeniedException").message("no").build();
        let answer = HttpResponse::new(400.try_into().unwrap(), "".into());
        let failure = SdkError::service_error(GetSecretValueError::generic(said), answer);
        assert_eq!(cause(&failure), "AccessDeniedException: no");
    }
}
