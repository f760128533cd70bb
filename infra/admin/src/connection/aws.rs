//! The names of the tables, from the outputs of a CloudFormation stack.

use crate::fault::Fault;
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_cloudformation::{
    Client,
    config::{BehaviorVersion, Region},
    error::{ProvideErrorMetadata, SdkError},
    operation::describe_stacks::DescribeStacksError,
    types::{Output, Parameter},
};
use aws_types::SdkConfig;
use store::{Access, Tables};

/// What CloudFormation knows of a stack.
pub(crate) struct Described {
    name: String,
    outputs: Vec<Output>,
    parameters: Vec<Parameter>,
}

/// Asks CloudFormation once.
///
/// # Errors
/// No such stack, or no answer.
pub(crate) async fn describe(stack: &str, access: &Access) -> Result<Described, Fault> {
    let described = Client::new(&configured(access)).describe_stacks().stack_name(stack).send().await;
    let described = described.map_err(|error| unanswered(stack, access, &error))?;
    let first = described.stacks.unwrap_or_default().into_iter().next();
    let (outputs, parameters) = first.map(|stack| (stack.outputs, stack.parameters)).unwrap_or_default();
    let (outputs, parameters) = (outputs.unwrap_or_default(), parameters.unwrap_or_default());
    Ok(Described { name: stack.to_owned(), outputs, parameters })
}

impl Described {
    /// The names of the tables.
    ///
    /// # Errors
    /// It is a stack of something else.
    pub(crate) fn tables(&self) -> Result<Tables, Fault> {
        Ok(Tables { users: self.output("UsersTable")?, sessions: self.output("SessionsTable")? })
    }

    /// # Errors
    /// It is a stack of something else.
    pub(crate) fn output(&self, key: &str) -> Result<String, Fault> {
        let found = self.outputs.iter().find(|output| output.output_key() == Some(key)).and_then(Output::output_value);
        found.map(str::to_owned).ok_or_else(|| {
            Fault::usage(format!("the stack {} has no output {key}", self.name))
                .next("check that it is a Latchkey stack and that its deployment is complete")
        })
    }

    /// What the stack was deployed with for a setting; none for a secret, which CloudFormation does not tell.
    pub(crate) fn parameter(&self, variable: &str) -> Option<String> {
        let name = camel_case(variable);
        let found = self.parameters.iter().find(|parameter| parameter.parameter_key() == Some(&name));
        found.and_then(Parameter::parameter_value).filter(|value| *value != "****").map(str::to_owned)
    }
}

/// `ACCESS_TOKEN_LIFETIME` is the parameter `AccessTokenLifetime`.
pub(crate) fn camel_case(variable: &str) -> String {
    let word = |word: &str| word.chars().take(1).chain(word.to_lowercase().chars().skip(1)).collect::<String>();
    variable.split('_').map(word).collect()
}

/// What every client of AWS is made from.
pub(crate) fn configured(access: &Access) -> SdkConfig {
    let credentials = access.credentials.as_ref().map(|keys| {
        let (id, key, token) = (&keys.key_id, &keys.secret_key, keys.session_token.clone());
        SharedCredentialsProvider::new(Credentials::new(id, key, token, None, "latchkey"))
    });
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(access.region.clone()))
        .http_client(store::http_client())
        .timeout_config(store::timeouts())
        .retry_config(store::retries());
    config.set_endpoint_url(access.endpoint_url.clone()).set_credentials_provider(credentials);
    config.build()
}

/// CloudFormation calls an unknown stack a validation error, and says which.
fn unanswered(stack: &str, access: &Access, error: &SdkError<DescribeStacksError>) -> Fault {
    match (error.code(), error.message()) {
        (Some("ValidationError"), _) => Fault::usage(format!("there is no stack {stack} in {}", access.region))
            .next("check the name and the region: aws cloudformation list-stacks"),
        (Some(code), message) => {
            let message = message.unwrap_or_default();
            Fault::unavailable(format!("CloudFormation refuses to describe the stack {stack}: {code} {message}"))
                .next("check the credentials: aws sts get-caller-identity")
        }
        (None, _) => Fault::unavailable("CloudFormation does not answer")
            .next("check the region and the network, or name the tables with --users-table and --sessions-table"),
    }
}
