//! The two authorizers: by the keys alone, and by session and user, too. They are two functions, so that the first has
//! no store in it.

use crate::{connections, deadline::in_time, host, telemetry};
use api::{
    Ambient,
    authorizer::{self, Decision, Malformed},
};
use keys::KeyProvider;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use settings::environment;
use token::KeySet;

/// Decides by the keys alone until Lambda ends the environment. Settings that ask for the store stop it: it must not
/// let in whom the other would refuse.
pub(crate) async fn by_keys() -> Result<(), Error> {
    let settings = host::settings()?;
    if authorizer::asks_the_store(&settings) {
        return Err("these settings ask for session and user: deploy session_authorizer in place of authorizer".into());
    }
    let deployment = environment::deployment()?;
    // Keys of the settings need no connection: none is made then, which is most of a start.
    let keys = crate::keys::start(&settings, &deployment, || connections::http_client(&deployment)).await?;
    let rules = settings.rules();
    serve(&keys, async |event, keys, now| authorizer::decide(event, keys, &settings, &rules, now)).await
}

/// Decides by session and user, too, where the settings ask for it.
pub(crate) async fn by_sessions() -> Result<(), Error> {
    let (settings, deployment) = (host::settings()?, environment::deployment()?);
    let http = connections::http_client(&deployment);
    let keys = crate::keys::provider(&settings, &deployment, || http.clone())?;
    let service = host::service(settings, &deployment, http);
    tokio::join!(crate::keys::fetch(&keys), service.connect());
    serve(&keys, async |event, keys, now| Box::pin(authorizer::decide_with(event, keys, &service, now)).await).await
}

async fn serve<J>(keys: &KeyProvider, judge: J) -> Result<(), Error>
where
    J: AsyncFn(&Value, &KeySet, i64) -> Result<Decision, Malformed>,
{
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        telemetry::begin(&event.context.request_id);
        let decision = decide(&event.payload, keys, &judge);
        let decision = in_time(event.context.deadline, decision).await.ok_or("the time is up")??;
        decision.render().map_err(Error::from)
    }))
    .await
}

/// Decides about one event. An error, which API Gateway turns into a failure and does not keep, where there is no
/// decision: a malformed event, no keys, no store, no time. Nobody is let in then.
async fn decide<J>(event: &Value, keys: &KeyProvider, judge: &J) -> Result<Decision, Error>
where
    J: AsyncFn(&Value, &KeySet, i64) -> Result<Decision, Malformed>,
{
    let now = Ambient::time();
    let keys = keys.at(now, || named_key(event)).await?;
    judge(event, &keys, now).await.map_err(|Malformed| "not an event of an authorizer".into())
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_key_of_a_token_is_found_wherever_an_event_has_it() {
        let token = "Bearer eyJraWQiOiJvbmUifQ.e30.c2ln";
        for event in [
            json!({"type": "TOKEN", "authorizationToken": token}),
            json!({"headers": {"authorization": token}}),
            json!({"multiValueHeaders": {"Authorization": ["Basic eA==", token]}}),
            json!({"version": "2.0", "cookies": ["theme=dark", token]}),
        ] {
            assert_eq!(named_key(&event).as_deref(), Some("one"), "{event}");
        }
        assert_eq!(named_key(&json!({"headers": {"authorization": "Bearer x"}, "identity": null})), None);
    }
}
