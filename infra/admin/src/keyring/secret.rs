//! The secret in AWS Secrets Manager.

use crate::{connection::aws, fault::Fault};
use aws_sdk_secretsmanager::{
    Client,
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    primitives::DateTime,
};
use store::Access;
use token::{KeySet, Policy};

const CURRENT: &str = "AWSCURRENT";
const PENDING: &str = "AWSPENDING";
/// The label under which a set waits for the blink of an eye until it is current.
const WRITTEN: &str = "LATCHKEY-WRITTEN";

/// The secret, and the version that was read.
pub(crate) struct Held {
    client: Client,
    name: String,
    version: String,
}

/// # Errors
/// No such secret, no right to read it, or something else in it.
pub(crate) async fn open(name: &str, access: Access, policy: &Policy) -> Result<(KeySet, Held), Fault> {
    let client = Client::new(&aws::configured(&access));
    let value = client.get_secret_value().secret_id(name).send().await.map_err(|error| unanswered(name, &error))?;
    let set = KeySet::parse_secret(value.secret_string().unwrap_or_default(), policy)
        .map_err(|cause| Fault::usage(format!("the secret {name} is not a key set: {cause}")))?;
    let version = value.version_id().unwrap_or_default().to_owned();
    Ok((set, Held { client, name: name.to_owned(), version }))
}

/// What Secrets Manager knows of a secret's rotation. Times are Unix seconds.
pub(crate) struct Schedule {
    /// Whether it rotates by itself.
    pub(crate) is_on: bool,
    pub(crate) last: Option<i64>,
    pub(crate) next: Option<i64>,
    /// Since when a next version waits to become the current one, if one does.
    pub(crate) pending_since: Option<i64>,
}

/// # Errors
/// No such secret, or no right to describe it.
pub(crate) async fn schedule(name: &str, access: &Access) -> Result<Schedule, Fault> {
    let secret = Client::new(&aws::configured(access)).describe_secret().secret_id(name).send().await;
    let secret = secret.map_err(|error| unanswered(name, &error))?;
    let waits = |stages: &Vec<String>| {
        stages.iter().any(|stage| stage == PENDING) && !stages.iter().any(|stage| stage == CURRENT)
    };
    let is_pending = secret.version_ids_to_stages().is_some_and(|versions| versions.values().any(waits));
    Ok(Schedule {
        is_on: secret.rotation_enabled() == Some(true),
        last: secret.last_rotated_date().map(DateTime::secs),
        next: secret.next_rotation_date().map(DateTime::secs),
        pending_since: secret.last_changed_date().map(DateTime::secs).filter(|_| is_pending),
    })
}

impl Held {
    pub(crate) async fn replace(&self, next: &KeySet) -> Result<(), Fault> {
        let put = self.client.put_secret_value().secret_id(&self.name).version_stages(WRITTEN);
        let put = put.secret_string(&*next.to_json()).send().await.map_err(|error| unanswered(&self.name, &error))?;
        // INVARIANT: the label moves only from the version that was read, so that no change of others is lost.
        let moved = self.client.update_secret_version_stage().secret_id(&self.name).version_stage(CURRENT);
        let moved = moved.move_to_version_id(put.version_id().unwrap_or_default());
        match moved.remove_from_version_id(&self.version).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("InvalidParameterException") => {
                Err(Fault::refused("the keys were changed by somebody else meanwhile, and nothing was written")
                    .next("try again"))
            }
            Err(error) => Err(unanswered(&self.name, &error)),
        }
    }
}

/// Never the answer itself, which may hold the keys.
fn unanswered<E: ProvideErrorMetadata>(name: &str, error: &SdkError<E, HttpResponse>) -> Fault {
    match (error.code(), error.message()) {
        (Some("ResourceNotFoundException"), _) => {
            Fault::usage(format!("there is no secret {name}")).next("check the name and the region")
        }
        (Some(code), message) => Fault::unavailable(format!(
            "Secrets Manager refuses the secret {name}: {code} {}",
            message.unwrap_or_default()
        ))
        .next("check the credentials: aws sts get-caller-identity"),
        (None, _) => Fault::unavailable("Secrets Manager does not answer").next("check the region and the network"),
    }
}
