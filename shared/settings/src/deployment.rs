//! Where a deployed service stands, as the template and the Lambda runtime tell it.

use crate::fault::{Fault, Faults};
use crate::secret::Secret;

/// Names and places that a function needs beside its settings.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// `USERS_TABLE`: the table of users.
    pub users_table: String,
    /// `SESSIONS_TABLE`: the table of sessions, revocations and counters.
    pub sessions_table: String,
    /// `KEYS_SECRET`: name or ARN of the secret that holds the key set.
    pub keys_secret: String,
    /// `AWS_REGION`, or `AWS_DEFAULT_REGION`.
    pub region: String,
    /// `AWS_ENDPOINT_URL`: one address for every AWS service instead of AWS's own.
    pub endpoint_url: Option<String>,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, which Lambda sets.
    pub credentials: Credentials,
}

/// Credentials for AWS, from the environment.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: Secret,
    /// `AWS_SESSION_TOKEN`, absent for long-lived keys.
    pub session_token: Option<Secret>,
}

impl Deployment {
    /// Reads everything through `lookup`.
    ///
    /// # Errors
    /// Every variable that is missing.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Faults> {
        let given = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let mut faults = Faults::default();
        let mut needed = |name: &str, what: &str| faults.keep(given(name).ok_or_else(|| missing(name, what)));
        let (users, sessions) =
            (needed("USERS_TABLE", "the table of users"), needed("SESSIONS_TABLE", "the table of sessions"));
        let secret = needed("KEYS_SECRET", "the secret that holds the keys");
        let region = given("AWS_DEFAULT_REGION").or_else(|| needed("AWS_REGION", "the AWS region"));
        let id = needed("AWS_ACCESS_KEY_ID", "the AWS credentials");
        let key = needed("AWS_SECRET_ACCESS_KEY", "the AWS credentials");
        let token = given("AWS_SESSION_TOKEN");
        let credentials = credentials(id, key, token);
        assemble([users, sessions, secret, given("AWS_REGION").or(region)], given("AWS_ENDPOINT_URL"), credentials)
            .ok_or(faults)
    }
}

fn missing(variable: &str, what: &str) -> Fault {
    Fault::new(variable, format!("is not set; it names {what}"))
}

fn credentials(id: Option<String>, key: Option<String>, token: Option<String>) -> Option<Credentials> {
    let (secret_access_key, session_token) = (Secret::new(&key?), token.as_deref().map(Secret::new));
    Some(Credentials { access_key_id: id?, secret_access_key, session_token })
}

fn assemble(
    names: [Option<String>; 4],
    endpoint_url: Option<String>,
    credentials: Option<Credentials>,
) -> Option<Deployment> {
    let [users_table, sessions_table, keys_secret, region] = names;
    Some(Deployment {
        users_table: users_table?,
        sessions_table: sessions_table?,
        keys_secret: keys_secret?,
        region: region?,
        endpoint_url,
        credentials: credentials?,
    })
}
