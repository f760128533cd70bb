//! A service of one's own as a function: any `tower` service for HTTP, behind the authorizer or behind the guard.

use crate::{deadline::in_time, door};
use bytes::Bytes;
use http::{Request, Response};
use lambda_runtime::{Error, LambdaEvent};
use serde_json::{Value, value::RawValue};
use std::{fmt::Display, future::poll_fn};
use tower::Service;

/// Answers one event.
///
/// # Errors
/// For what no known sender sent, and where the service has no answer, or none in time.
pub(crate) async fn answer<S>(service: &S, event: LambdaEvent<Value>) -> Result<Box<RawValue>, Error>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send,
    S::Error: Display,
    S::Future: Send,
{
    let deadline = event.context.deadline;
    door::answer(event, move |mut request, caller| {
        if let Some(principal) = caller.principal {
            request.extensions_mut().insert(principal);
        }
        let mut service = service.clone();
        async move {
            let call = async {
                poll_fn(|context| service.poll_ready(context)).await?;
                service.call(request).await
            };
            let response = in_time(deadline, call).await.ok_or("the time is up")?;
            response.map_err(|fault: S::Error| fault.to_string())
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{Ambient, Principal};
    use guard::Guard;
    use lambda_runtime::Context;
    use settings::Settings;
    use std::convert::Infallible;
    use token::{Claims, Refresh, Stamp, Token};
    use tower::{Layer, service_fn};

    async fn told<S>(service: S, event: LambdaEvent<Value>) -> Result<Value, Error>
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send,
        S::Error: Display,
        S::Future: Send,
    {
        Ok(serde_json::to_value(answer(&service, event).await?).unwrap())
    }

    async fn notes(request: Request<Bytes>) -> Result<Response<Bytes>, Infallible> {
        let principal = request.extensions().get::<Principal>().map(|principal| principal.user_id.clone());
        Ok(Response::new(Bytes::from(format!("{principal:?}"))))
    }

    /// A call that the authorizer let in as user 1, with this header.
    fn event(header: &str) -> LambdaEvent<Value> {
        let event = include_str!("../../../events/hello.json");
        let event = event.replace("Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.PASTE.HERE", header);
        LambdaEvent::new(serde_json::from_str(&event).unwrap(), Context::default())
    }

    fn settings() -> Settings {
        Settings::of(&[("SIGNING_KEY", "a secret of at least thirty-two characters")]).unwrap()
    }

    fn token_of(user_id: &str) -> String {
        let (settings, now) = (settings(), Ambient::time());
        let (keys, rules) = (settings.keys().unwrap().unwrap(), settings.rules());
        let stamp = || Stamp { now, lifetime: 60, jti: "x" };
        let refresh = Token::<Refresh>::issue(&rules, stamp(), user_id, &Claims::default());
        refresh.access(&rules, stamp()).sign(&keys, &rules, now).unwrap().text
    }

    #[tokio::test]
    async fn behind_the_authorizer_the_service_learns_whom_it_let_in() {
        let answer = told(service_fn(notes), event("Bearer x")).await.unwrap();
        assert_eq!((&answer["statusCode"], &answer["body"]), (&200.into(), &r#"Some("1")"#.into()));
    }

    #[tokio::test]
    async fn behind_the_guard_the_token_alone_counts() {
        let guarded = Guard::new(settings()).unwrap().layer(service_fn(notes));
        let refused = told(guarded.clone(), event("Bearer x")).await.unwrap();
        assert_eq!(refused["statusCode"], 401);
        assert!(refused["body"].as_str().unwrap().contains("token_not_valid"), "{refused}");
        let answered = told(guarded, event(&format!("Bearer {}", token_of("7")))).await.unwrap();
        assert_eq!((&answered["statusCode"], &answered["body"]), (&200.into(), &r#"Some("7")"#.into()));
    }

    #[tokio::test]
    async fn a_service_without_an_answer_ends_in_its_error() {
        let broken = service_fn(async |_: Request<Bytes>| Err::<Response<Bytes>, _>("out of ink"));
        assert_eq!(told(broken, event("Bearer x")).await.unwrap_err().to_string(), "out of ink");
        let nothing = LambdaEvent::new(Value::Null, Context::default());
        assert!(told(service_fn(notes), nothing).await.is_err());
    }
}
