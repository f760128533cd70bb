//! The functions under AWS's own Lambda Runtime Interface Emulator, without an API Gateway and without a container: every
//! sample event is answered as docs/functions.md says, and a function keeps to what Lambda gives it.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops where the program does not do what it should"
)]

mod backend;
mod emulator;
mod limits;
mod table;

use backend::Backend;
use emulator::Emulator;
use serde_json::Value;
use settings::environment::variable;
use std::path::PathBuf;
use table::Row;
use tests::tools;

#[tokio::test]
async fn every_sample_event_is_answered_as_documented() {
    let rows = table::rows();
    let programs = programs();
    let ground = Backend::prepare().await;
    for Row { verb, function, bare, pasted } in &rows {
        let environment = [ground.environment(verb), vec![("_HANDLER", function.clone())]].concat();
        let function = Emulator::start(&programs(tools::program(function)), &environment).await;
        let event = ground.event(verb);
        is(verb, &function.invoke(&event).await, bare);
        if let Some(pasted) = pasted {
            is(verb, &function.invoke(&ground.paste(verb, &event).await).await, pasted);
        }
    }
}

/// Where each program is: as it is built now, or where cargo-lambda put one for another processor (`make emulate-arm`).
fn programs() -> Box<dyn Fn(&str) -> PathBuf> {
    if let Some(folder) = variable("LATCHKEY_PROGRAMS") {
        return Box::new(move |program| tools::root().join(&folder).join(program).join("bootstrap"));
    }
    let folder = tools::build(&tools::programs());
    Box::new(move |program| folder.join(program))
}

#[tokio::test]
async fn a_function_answers_its_own_endpoints_and_no_other_of_its_program() {
    let ground = Backend::prepare().await;
    let program = tools::build(&["endpoints".to_owned()]).join("endpoints");
    let environment = [ground.environment("obtain"), vec![("_HANDLER", "verify".to_owned())]].concat();
    let verify = Emulator::start(&program, &environment).await;
    is("obtain", &verify.invoke(&ground.event("obtain")).await, r#"404 {"detail":"Not found."}"#);
    is(
        "verify",
        &verify.invoke(&ground.event("verify")).await,
        r#"401 {"detail":"Token is invalid","code":"token_not_valid"}"#,
    );
}

#[tokio::test]
async fn the_authorizer_with_sessions_and_the_pages_answer_too() {
    let ground = Backend::prepare().await;
    let folder = tools::build(&tools::programs());
    let checked = [ground.environment("authorizer"), vec![("SESSION_CHECK", "true".to_owned())]].concat();
    let authorizer = Emulator::start(&folder.join("session_authorizer"), &checked).await;
    let event = ground.paste("authorizer", &ground.event("authorizer")).await;
    is("session_authorizer", &authorizer.invoke(&event).await, "Allow");
    ground.0.service.store.bump_epoch("1", tests::app::now()).await.unwrap();
    let over = "Deny {\"detail\":\"Token is blacklisted\"…";
    is("session_authorizer, after the end of all sessions", &authorizer.invoke(&event).await, over);
    let pages = Emulator::start(&folder.join("pages"), &ground.environment("pages")).await;
    let event = ground.event("hello").replace("/api/hello", "/openapi.json").replace("openapi.json/", "openapi.json");
    is("pages", &pages.invoke(&event).await, "200 {…\"openapi\"…");
}

/// The authorizer has verified the token, so the role of a guarded function may read no keys. A browser asks with OPTIONS first, and
/// shows no token there.
#[tokio::test]
async fn a_guarded_function_needs_no_keys_and_no_other_answers_without() {
    let ground = Backend::prepare().await;
    let program = tools::build(&["endpoints".to_owned()]).join("endpoints");
    let start = async |verb: &str| {
        let mut environment = ground.environment(verb);
        environment.retain(|(name, _)| *name != "SIGNING_KEY");
        environment.push(("_HANDLER", verb.to_owned()));
        Emulator::start(&program, &environment).await
    };
    let away = r#"503 {"detail":"Service temporarily unavailable, try again later."}"#;
    let hello = start("hello").await;
    let event: Value = serde_json::from_str(&ground.event("hello")).unwrap();
    let hello_with = async |changes: &[(&str, Value)]| {
        let mut event = event.clone();
        for (pointer, value) in changes {
            *event.pointer_mut(pointer).unwrap() = value.clone();
        }
        hello.invoke(&event.to_string()).await
    };
    is("hello", &hello_with(&[]).await, r#"200 {"message":"Hello, World!"}"#);
    let unguarded = ("/requestContext/authorizer", Value::Null);
    is("hello, which no authorizer guards", &hello_with(std::slice::from_ref(&unguarded)).await, away);
    let preflight = [("/httpMethod", "OPTIONS".into()), unguarded];
    let untold = "401 {\"detail\":\"Given token not valid for any token type\",…";
    is("hello, asked with OPTIONS", &hello_with(&preflight).await, untold);
    let verify = start("verify").await;
    is("verify", &verify.invoke(&ground.event("verify")).await, away);
}

/// By the id that Lambda writes when a request begins, CloudWatch finds the lines about it.
#[tokio::test]
async fn a_line_of_the_log_names_its_request() {
    let ground = Backend::prepare().await;
    let program = tools::build(&["endpoints".to_owned()]).join("endpoints");
    let environment = [ground.environment("obtain"), vec![("_HANDLER", "obtain".to_owned())]].concat();
    let obtain = Emulator::start(&program, &environment).await;
    let event = ground.event("obtain");
    is("obtain", &obtain.invoke(&event).await, r#"200 {…"refresh":…"#);
    is("obtain, once more", &obtain.invoke(&event).await, r#"200 {…"refresh":…"#);
    // The emulator passes lines on beside the answers: the last may come a moment later.
    let mut log = obtain.log();
    for _ in 0..100 {
        if log.matches(r#""event":"login""#).count() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        log = obtain.log();
    }
    let begun = log.lines().filter_map(|line| line.strip_prefix("START RequestId: ")?.split(' ').next());
    let logins = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let named: Vec<Value> =
        logins.filter(|line| line["event"] == "login").map(|line| line["request_id"].clone()).collect();
    assert_eq!(named, begun.collect::<Vec<_>>(), "{log}");
    assert!(named.len() == 2 && named[0] != named[1], "{named:?}");
}

#[test]
fn a_handler_that_names_no_function_ends_the_start() {
    let program = tools::build(&["endpoints".to_owned()]).join("endpoints");
    let ended = std::process::Command::new(program).env("_HANDLER", "verfiy").output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout) + String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && said.contains("none is called verfiy"), "{said}");
}

#[test]
fn no_sample_event_is_forgotten() {
    let folder = std::fs::read_dir(tools::root().join("events")).unwrap();
    let mut events: Vec<String> = folder.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let mut told: Vec<String> = table::rows().into_iter().map(|row| format!("{}.json", row.verb)).collect();
    told.push("env.json".to_owned());
    events.sort();
    told.sort();
    assert_eq!(events, told);
}

/// Fails unless the answer is this one; `…` stands for whatever is new each time.
#[track_caller]
fn is(verb: &str, answer: &Value, wanted: &str) {
    let said = said(answer);
    let mut rest = said.as_str();
    let mut parts = wanted.split('…');
    let begins = parts.next().is_some_and(|first| rest.starts_with(first));
    for part in wanted.split('…') {
        let place = rest.find(part).unwrap_or_else(|| panic!("{verb}: {said}\nand not {wanted}"));
        rest = &rest[place + part.len()..];
    }
    assert!(begins && (rest.is_empty() || wanted.ends_with('…')), "{verb}: {said}\nand not {wanted}");
}

/// An answer in short: status and body, or what an authorizer decided and why; of a stream, all of it.
fn said(answer: &Value) -> String {
    if answer.get("batchItemFailures").is_some() {
        return answer.to_string();
    }
    match answer.get("statusCode") {
        Some(status) => format!("{status} {}", answer["body"].as_str().unwrap_or_default()).trim_end().to_owned(),
        None => {
            let effect = answer.pointer("/policyDocument/Statement/0/Effect").and_then(Value::as_str);
            let body = answer.pointer("/context/body").and_then(Value::as_str).unwrap_or_default();
            format!("{} {body}", effect.unwrap_or_else(|| panic!("{answer}"))).trim_end().to_owned()
        }
    }
}
