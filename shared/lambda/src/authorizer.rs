//! The authorizer's environment.

use api::{
    Ambient, Problem, Service,
    authorizer::{self, Decision, Malformed},
};
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use settings::{Settings, environment};
use token::Rules;

use crate::{host, in_time, keys::Keys, telemetry};

/// Settings and keys of one environment, and a store where one is asked.
pub(crate) struct Authorizer {
    keys: Keys,
    judge: Judge,
}

/// By what a token is judged.
enum Judge {
    /// By the keys alone.
    Keys { rules: Rules, settings: Settings },
    /// By session and user, too.
    Store(Service),
}

impl Authorizer {
    /// Reads the environment and fetches the keys.
    pub(crate) async fn start() -> Result<Self, lambda_runtime::Error> {
        let settings = environment::settings()?;
        let deployment = environment::deployment()?;
        let keys = Keys::start(&settings, &deployment).await?;
        let judge = if authorizer::asks_the_store(&settings) {
            Judge::Store(host::service(settings, &deployment))
        } else {
            Judge::Keys { rules: settings.rules(), settings }
        };
        Ok(Self { keys, judge })
    }

    /// Decides about one event. An error, which API Gateway turns into a failure and does not keep, where there is no
    /// decision: a malformed event, no keys, no store, no time. Nobody is let in then.
    pub(crate) async fn answer(&self, event: LambdaEvent<Value>) -> Result<Value, lambda_runtime::Error> {
        telemetry::begin(&event.context.request_id);
        let decision = in_time(event.context.deadline, self.decide(&event.payload)).await.ok_or("the time is up")??;
        match decision.problem() {
            Some(Problem::Unavailable(cause)) => Err(cause.as_str().into()),
            _ => Ok(decision.render()),
        }
    }

    async fn decide(&self, event: &Value) -> Result<Decision, lambda_runtime::Error> {
        let now = Ambient::read()?.now;
        let keys = self.keys.at(now, named_key(event).as_deref()).await?;
        let decision = match &self.judge {
            Judge::Keys { rules, settings } => authorizer::decide(event, &keys, settings, rules, now),
            Judge::Store(service) => Box::pin(authorizer::decide_with(event, &keys, service, now)).await,
        };
        decision.map_err(|Malformed| "not an event of an authorizer".into())
    }
}

/// The key that the event's token names, wherever the event has it.
fn named_key(event: &Value) -> Option<String> {
    match event {
        Value::String(text) => keys::kid(text.as_bytes()),
        Value::Array(values) => values.iter().find_map(named_key),
        Value::Object(members) => members.values().find_map(named_key),
        _ => None,
    }
}
