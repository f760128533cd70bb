//! The way AWS Lambda asks: events in, answers out, one request at a time.
//!
//! A program is one line that names its endpoints, or the authorizer:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     lambda::serve!(api::ShowUser, api::Sessions, api::EndSession)
//! }
//! ```
//!
//! What is the same for every request (settings, keys, clients) is made once, before the first event is asked for.

mod authorizer;
mod connections;
mod deadline;
mod door;
mod host;
mod keys;
pub mod mails;
mod mending;
mod own;
pub mod rotation;
mod rotator;
mod secret;
mod telemetry;
mod verbs;

use api::Sharing;
use bytes::Bytes;
use http::{Request, Response};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use settings::{Settings, environment};
use std::{fmt::Display, future::Future, process::ExitCode};
#[doc(hidden)]
pub use verbs::Verb;

/// Answers the events of API Gateway, function URLs and load balancers with the endpoints that are named, each under its path of `api::endpoints!`, until
/// Lambda ends the environment. Any other path is 404. The result is the exit code of `main`.
///
/// A program may hold the endpoints of several functions: each answers its own, and Lambda's `Handler` names the function.
///
/// Settings, tables, secret and credentials come from the environment. What is wrong with them is one line of the log,
/// and the exit code 1. The linker leaves out every endpoint that is not named.
#[macro_export]
macro_rules! serve {
    ($($endpoint:ty),+ $(,)?) => { $crate::serve_verbs(vec![$($crate::Verb::of::<$endpoint>()),+]) };
}

/// What [`serve!`] calls.
#[doc(hidden)]
pub fn serve_verbs(verbs: Vec<Verb>) -> ExitCode {
    run(verbs::serve(verbs, environment::handler()))
}

/// Answers the events of API Gateway, function URLs and load balancers with a service of one's own, until Lambda ends the
/// environment. Behind the authorizer, and behind `guard::Guard`, the request's extensions hold the [`api::Principal`]
/// that was let in.
pub fn serve_service<S>(service: S) -> ExitCode
where
    S: tower::Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send,
    S::Error: Display,
    S::Future: Send,
{
    run(lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| own::answer(&service, event).await)))
}

/// Answers the events of API Gateway's and AppSync's Lambda authorizers by the keys alone, until Lambda ends the
/// environment. It does not start with settings that ask for session or user.
pub fn authorize() -> ExitCode {
    run(authorizer::by_keys())
}

/// Answers the authorizers' events as [`authorize`] does, and looks at session and user where SESSION_CHECK,
/// CHECK_REVOKE_TOKEN or AUTH_TOKEN_CLASSES ask for it.
pub fn authorize_sessions() -> ExitCode {
    run(authorizer::by_sessions())
}

/// Takes the steps by which AWS Secrets Manager rotates the key set, until Lambda ends the environment.
pub fn rotate() -> ExitCode {
    run(async {
        let rotator = rotator::Rotator::start()?;
        lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| rotator.answer(event).await)).await
    })
}

/// Sends the mails that the stream of the outbox tells of, until Lambda ends the environment.
pub fn send_mails() -> ExitCode {
    run(async {
        let mailer = mails::Mailer::start()?;
        lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| mailer.answer(event).await)).await
    })
}

/// Answers such events with the pages for people, until Lambda ends the environment. Of the settings it
/// heeds those for browsers on other origins, ACCOUNTS and LEGACY.
pub fn show_pages() -> ExitCode {
    run(async {
        let settings = host::settings()?;
        let show = |request, _| show(request, &settings);
        lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| door::answer(event, show).await)).await
    })
}

async fn show(request: Request<Bytes>, settings: &Settings) -> Result<Response<Bytes>, &'static str> {
    let sharing = Sharing::of(settings, &request);
    let page = pages::answer(&request, &settings.packages());
    let page = page.ok_or("no such page: the template has more routes than there are")?;
    Ok(sharing.over(async { page }).await)
}

/// Lambda gives an environment at most one request at a time: one thread is all there is to use.
fn run(work: impl Future<Output = Result<(), lambda_runtime::Error>>) -> ExitCode {
    telemetry::start();
    let done = tokio::runtime::Builder::new_current_thread().enable_all().build().map(|runtime| runtime.block_on(work));
    match done {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(fault)) => failed(&fault),
        Err(fault) => failed(&fault),
    }
}

fn failed(fault: &dyn Display) -> ExitCode {
    tracing::error!(event = "not_started", cause = %fault);
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_is_shown_behind_the_stage() {
        let settings = Settings::of(&[("CORS_ALLOWED_ORIGINS", "https://app.example.com")]).unwrap();
        let get = async |path: &str| {
            let context = serde_json::json!({"path": format!("/v1{path}"), "identity": {}});
            let headers = serde_json::json!({"origin": "https://app.example.com"});
            let event = serde_json::json!({"httpMethod": "GET", "path": path, "headers": headers});
            let mut event = event.as_object().unwrap().clone();
            event.insert("requestContext".to_owned(), context);
            let event = LambdaEvent::new(Value::Object(event), lambda_runtime::Context::default());
            let answer = door::answer(event, |request, _| show(request, &settings)).await;
            answer.map(|answer| serde_json::to_value(answer).unwrap())
        };
        let page = get("/console").await.unwrap();
        assert_eq!((&page["statusCode"], &page["isBase64Encoded"]), (&200.into(), &false.into()));
        assert!(
            page["multiValueHeaders"]["content-security-policy"][0].as_str().unwrap().starts_with("default-src 'none'")
        );
        assert!(page["body"].as_str().unwrap().starts_with("<!doctype html>"));
        assert_eq!(page["multiValueHeaders"]["access-control-allow-origin"][0], "https://app.example.com");
        assert_eq!(get("/docs/").await.unwrap()["multiValueHeaders"]["location"][0], "../docs");
        assert!(get("/api/token/").await.is_err());
    }
}
