//! Where a deployed service stands, as the template and the Lambda runtime tell it.

use crate::{
    fault::{Fault, Faults},
    values::secret::Secret,
};

/// Names and places that a function needs beside its settings.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// `USERS_TABLE`: the table of users.
    pub users_table: String,
    /// `SESSIONS_TABLE`: the table of sessions, revocations and counters.
    pub sessions_table: String,
    /// `ORGANIZATIONS_TABLE`: the sample's table, which only its functions know.
    pub organizations_table: Option<String>,
    /// `OUTBOX_TABLE`: the table of mails, which only functions know that write or send them.
    pub outbox_table: Option<String>,
    /// `KEYS_SECRET`: name or ARN of the secret that holds the key set.
    pub keys_secret: String,
    /// `AWS_REGION`, or `AWS_DEFAULT_REGION`.
    pub region: String,
    /// `AWS_ENDPOINT_URL`: one address for every AWS service instead of AWS's own.
    pub endpoint_url: Option<String>,
    /// `AWS_ENDPOINT_URL_LAMBDA`: the address of Lambda's API instead of AWS's own, such as that of a VPC endpoint; else that of every
    /// service.
    pub lambda_url: Option<String>,
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
        let found = NEEDED.map(|(name, other, what)| {
            faults.keep(given(name).or_else(|| given(other)).ok_or_else(|| missing(name, what)))
        });
        let [Some(users_table), Some(sessions_table), Some(keys_secret), Some(region), Some(id), Some(key)] = found
        else {
            return Err(faults);
        };
        let credentials = Credentials::new(id, &key, given("AWS_SESSION_TOKEN"));
        let endpoint_url = given("AWS_ENDPOINT_URL");
        let lambda_url = given("AWS_ENDPOINT_URL_LAMBDA").or_else(|| endpoint_url.clone());
        let (organizations_table, outbox_table) = (given("ORGANIZATIONS_TABLE"), given("OUTBOX_TABLE"));
        Ok(Self {
            users_table,
            sessions_table,
            organizations_table,
            outbox_table,
            keys_secret,
            region,
            endpoint_url,
            lambda_url,
            credentials,
        })
    }
}

impl Credentials {
    fn new(access_key_id: String, key: &str, token: Option<String>) -> Self {
        let session_token = token.as_deref().map(Secret::new);
        Self { access_key_id, secret_access_key: Secret::new(key), session_token }
    }
}

/// What a function cannot do without: the variable, the other name it may have, what it names.
const NEEDED: [(&str, &str, &str); 6] = [
    ("USERS_TABLE", "USERS_TABLE", "the table of users"),
    ("SESSIONS_TABLE", "SESSIONS_TABLE", "the table of sessions"),
    ("KEYS_SECRET", "KEYS_SECRET", "the secret that holds the keys"),
    ("AWS_REGION", "AWS_DEFAULT_REGION", "the region"),
    ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID", "the credentials"),
    ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", "the credentials"),
];

fn missing(variable: &str, what: &str) -> Fault {
    Fault::new(variable, format!("is not set; it names {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Option<String> {
        match name {
            "AWS_REGION" | "AWS_ENDPOINT_URL" | "AWS_ENDPOINT_URL_LAMBDA" => None,
            "AWS_DEFAULT_REGION" => Some("eu-central-1".into()),
            name => Some(format!("<{name}>")),
        }
    }

    #[test]
    fn reads_names_and_places() {
        let deployment = Deployment::read(lookup).unwrap();
        assert_eq!(deployment.users_table, "<USERS_TABLE>");
        assert_eq!(deployment.region, "eu-central-1");
        assert_eq!((deployment.endpoint_url, deployment.lambda_url), (None, None));
        let one_for_all = |name: &str| if name == "AWS_ENDPOINT_URL" { Some("http://a".into()) } else { lookup(name) };
        assert_eq!(Deployment::read(one_for_all).unwrap().lambda_url.as_deref(), Some("http://a"));
        assert_eq!(deployment.credentials.secret_access_key.text(), "<AWS_SECRET_ACCESS_KEY>");
    }

    #[test]
    fn prints_no_secret() {
        let printed = format!("{:?}", Deployment::read(lookup).unwrap());
        assert!(!printed.contains("<AWS_SECRET_ACCESS_KEY>") && !printed.contains("<AWS_SESSION_TOKEN>"), "{printed}");
    }

    #[test]
    fn names_everything_that_is_missing() {
        let faults = Deployment::read(|name| (name == "KEYS_SECRET").then(|| "keys".into())).unwrap_err();
        let missing: Vec<&str> = faults.iter().map(Fault::variable).collect();
        assert_eq!(
            missing,
            ["USERS_TABLE", "SESSIONS_TABLE", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
        );
    }
}
