//! The environment of the function that rotates the keys.

use crate::{
    connections,
    deadline::in_time,
    host,
    rotation::{self, Rotation},
    secret, telemetry,
};
use api::Ambient;
use aws_sdk_secretsmanager::Client;
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use settings::environment;
use token::Policy;

/// How many seconds lie between the steps at most, with every repetition. The next key waits that much longer before it
/// signs: what is made in one step is in force after the last.
const DELAY: i64 = 60 * 60;

/// Settings and client of one environment.
pub(crate) struct Rotator {
    client: Client,
    policy: Policy,
}

impl Rotator {
    /// Reads the environment.
    pub(crate) fn start() -> Result<Self, lambda_runtime::Error> {
        let settings = host::settings()?;
        let deployment = environment::deployment()?;
        let http = connections::http_client(&deployment);
        let policy = Policy { delay: DELAY, ..settings.policy() };
        Ok(Self { client: secret::client(&deployment, http), policy })
    }

    /// Takes one step. An error fails the function, which Secrets Manager and the alarm see.
    pub(crate) async fn answer(&self, event: LambdaEvent<Value>) -> Result<Value, lambda_runtime::Error> {
        telemetry::begin(&event.context.request_id);
        let (step, secret, version) = rotation::read(&event.payload)?;
        let (now, entropy) = (Ambient::time(), Ambient::key_entropy()?);
        let rotation = Rotation::new(self.client.clone(), self.policy.clone(), secret, version);
        let taken = in_time(event.context.deadline, rotation.take(step, now, &entropy)).await;
        let taken = taken.unwrap_or_else(|| Err("the time is up".to_owned()));
        if let Err(reason) = &taken {
            tracing::error!(event = "keys_not_rotated", at = now, ?step, reason);
        }
        taken.map(|()| Value::Null).map_err(Into::into)
    }
}
