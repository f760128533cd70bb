//! The rotation of the key set in AWS Secrets Manager: its four steps, each of which may be repeated, and resumed after
//! a crash between any two calls.
//!
//! A failure changes nothing for anyone: `AWSCURRENT` goes on to serve. It is loud: the function fails, and its alarm
//! is raised.

use crate::secret::cause;
use aws_sdk_secretsmanager::{Client, operation::get_secret_value::GetSecretValueOutput};
use serde_json::Value;
use std::fmt::Display;
use token::{Entropy, KeySet, Policy, Progress, Work};

pub use token::Step;

/// The label of the version that serves.
const CURRENT: &str = "AWSCURRENT";
/// The label of the version that is being made.
const PENDING: &str = "AWSPENDING";

/// One rotation.
pub struct Rotation {
    client: Client,
    policy: Policy,
    secret: String,
    version: String,
}

/// A version with its set.
struct Version {
    id: String,
    set: KeySet,
}

impl Rotation {
    /// The rotation of `secret` (name or ARN) to a set that becomes `version`: Secrets Manager's `ClientRequestToken`.
    pub fn new(client: Client, policy: Policy, secret: &str, version: &str) -> Self {
        Self { client, policy, secret: secret.to_owned(), version: version.to_owned() }
    }

    /// Takes one step at `now` (Unix seconds). What was done before is not done again.
    ///
    /// # Errors
    /// Why it could not be taken, in words and without a key. Secrets Manager tries again. A set that must not follow
    /// the current one is given up, so that the next rotation can begin.
    pub async fn take(&self, step: Step, now: i64, entropy: &Entropy) -> Result<(), String> {
        match self.progress().await?.next(step).map_err(|cause| cause.to_string())? {
            Work::Nothing => Ok(()),
            Work::Make => self.create(now, entropy).await,
            Work::Check(next) => self.check(&self.pending_set(&next)?, now).await.map(drop),
            Work::Finish(next) => self.finish(&self.pending_set(&next)?, now).await,
        }
    }

    async fn create(&self, now: i64, entropy: &Entropy) -> Result<(), String> {
        let Version { set, .. } = self.current().await?;
        let next = set.rotate(&self.policy, now, entropy).map_err(|cause| cause.to_string())?;
        let put = self.client.put_secret_value().secret_id(&self.secret).client_request_token(&self.version);
        let put = put.secret_string(&*next.to_json()).version_stages(PENDING);
        put.send().await.map_err(|error| cause(&error)).map(drop)
    }

    async fn finish(&self, next: &KeySet, now: i64) -> Result<(), String> {
        let current = self.check(next, now).await?;
        // INVARIANT: moves the label only from the version that was checked; from another one AWS refuses.
        let moved = self.client.update_secret_version_stage().secret_id(&self.secret).version_stage(CURRENT);
        let moved = moved.move_to_version_id(&self.version).remove_from_version_id(current);
        moved.send().await.map_err(|error| cause(&error))?;
        tracing::info!(event = "keys_rotated", at = now, version = self.version);
        Ok(())
    }

    /// The id of the current version, which the set may follow.
    async fn check(&self, next: &KeySet, now: i64) -> Result<String, String> {
        let current = self.current().await?;
        if let Err(unfit) = next.check_follows(&current.set, &self.policy, now) {
            let withdrawn = self.client.update_secret_version_stage().secret_id(&self.secret).version_stage(PENDING);
            let withdrawn = withdrawn.remove_from_version_id(&self.version).send().await;
            let then = withdrawn.map_or_else(|error| cause(&error), |_| "given up; start another rotation".to_owned());
            return Err(format!("{unfit}: {then}"));
        }
        Ok(current.id)
    }

    async fn progress(&self) -> Result<Progress<GetSecretValueOutput>, String> {
        let described = self.client.describe_secret().secret_id(&self.secret).send().await;
        let described = described.map_err(|error| cause(&error))?;
        let labels = described.version_ids_to_stages().and_then(|versions| versions.get(&self.version));
        let has = |label: &str| labels.is_some_and(|labels| labels.iter().any(|known| known == label));
        let value = if has(CURRENT) { None } else { self.pending().await? };
        Ok(Progress::of(has(CURRENT), has(PENDING), value))
    }

    fn pending_set(&self, value: &GetSecretValueOutput) -> Result<KeySet, String> {
        parsed(PENDING, value, &self.policy)
    }

    /// The value of this rotation's version. Secrets Manager labels a version before it has one.
    async fn pending(&self) -> Result<Option<GetSecretValueOutput>, String> {
        match self.client.get_secret_value().secret_id(&self.secret).version_id(&self.version).send().await {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => {
                Ok(None)
            }
            Err(error) => Err(cause(&error)),
        }
    }

    async fn current(&self) -> Result<Version, String> {
        let value = self.client.get_secret_value().secret_id(&self.secret).version_stage(CURRENT).send().await;
        let value = value.map_err(|error| cause(&error))?;
        let id = value.version_id().ok_or("AWSCURRENT has no version")?.to_owned();
        Ok(Version { id, set: parsed(CURRENT, &value, &self.policy)? })
    }
}

fn parsed(label: &str, value: &GetSecretValueOutput, policy: &Policy) -> Result<KeySet, String> {
    let text = value.secret_string().filter(|text| !text.is_empty()).ok_or_else(|| format!("{label} is empty"))?;
    KeySet::parse_secret(text, policy).map_err(|cause| format!("{label} is not a key set: {cause}"))
}

/// Reads Secrets Manager's event: the step, the secret, the version.
pub(crate) fn read(event: &Value) -> Result<(Step, &str, &str), String> {
    let text = |name: &str| event.get(name).and_then(Value::as_str).ok_or_else(|| foreign(&name));
    let step = match text("Step")? {
        "createSecret" => Step::Create,
        "setSecret" => Step::Set,
        "testSecret" => Step::Test,
        "finishSecret" => Step::Finish,
        other => return Err(foreign(&other)),
    };
    Ok((step, text("SecretId")?, text("ClientRequestToken")?))
}

fn foreign(what: &dyn Display) -> String {
    format!("not an event of Secrets Manager: {what}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_four_steps_are_read_and_nothing_else() {
        for (name, step) in [
            ("createSecret", Step::Create),
            ("setSecret", Step::Set),
            ("testSecret", Step::Test),
            ("finishSecret", Step::Finish),
        ] {
            let event = json!({"Step": name, "SecretId": "arn", "ClientRequestToken": "v1", "RotationToken": "x"});
            assert_eq!(read(&event), Ok((step, "arn", "v1")));
        }
        for event in [
            json!({}),
            json!({"Step": "dropSecret", "SecretId": "arn", "ClientRequestToken": "v1"}),
            json!({"Step": "createSecret", "ClientRequestToken": "v1"}),
            json!({"Step": "createSecret", "SecretId": "arn"}),
            json!([]),
        ] {
            assert!(read(&event).is_err(), "{event}");
        }
        assert_eq!(read(&json!({})), Err("not an event of Secrets Manager: Step".to_owned()));
    }
}
