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
use table::Row;
use tests::tools;

#[tokio::test]
async fn every_sample_event_is_answered_as_documented() {
    let rows = table::rows();
    let programs = tools::build(&tools::functions());
    let ground = Backend::prepare().await;
    for Row { verb, function, bare, pasted } in &rows {
        let function = Emulator::start(&programs.join(function), &ground.environment(verb)).await;
        let event = ground.event(verb);
        is(verb, &function.invoke(&event).await, bare);
        if let Some(pasted) = pasted {
            is(verb, &function.invoke(&ground.paste(verb, &event).await).await, pasted);
        }
    }
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
