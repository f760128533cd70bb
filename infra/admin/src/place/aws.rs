//! The names of the tables, from the outputs of a CloudFormation stack.

use crate::fault::Fault;
use aws_credential_types::Credentials;
use aws_sdk_cloudformation::{
    Client, Config,
    config::{BehaviorVersion, Region},
    error::{ProvideErrorMetadata, SdkError},
    operation::describe_stacks::DescribeStacksError,
    types::Output,
};
use store::{Access, Tables};

/// Asks CloudFormation once.
///
/// # Errors
/// No such stack, a stack of something else, or no answer.
pub(crate) async fn tables(stack: &str, access: &Access) -> Result<Tables, Fault> {
    let described = client(access).describe_stacks().stack_name(stack).send().await;
    let described = described.map_err(|error| unanswered(stack, access, &error))?;
    let outputs = described.stacks().first().map(|stack| stack.outputs()).unwrap_or_default();
    Ok(Tables { users: output(outputs, "UsersTable", stack)?, sessions: output(outputs, "SessionsTable", stack)? })
}

fn output(outputs: &[Output], key: &str, stack: &str) -> Result<String, Fault> {
    let found = outputs.iter().find(|output| output.output_key() == Some(key)).and_then(Output::output_value);
    found.map(str::to_owned).ok_or_else(|| {
        Fault::usage(format!("the stack {stack} has no output {key}"))
            .next("check that it is a Latchkey stack and that its deployment is complete")
    })
}

fn client(access: &Access) -> Client {
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(access.region.clone()))
        .http_client(store::http_client())
        .timeout_config(store::timeouts())
        .retry_config(store::retries());
    config.set_endpoint_url(access.endpoint_url.clone());
    if let Some(keys) = &access.credentials {
        let (id, key, token) = (&keys.key_id, &keys.secret_key, keys.session_token.clone());
        config = config.credentials_provider(Credentials::new(id, key, token, None, "latchkey"));
    }
    Client::from_conf(config.build())
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
