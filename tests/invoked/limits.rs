//! What Lambda does to a function: it gives it little memory and little of a processor, and ends it without asking.

use crate::{backend::Backend, emulator::Emulator};
use serde_json::{Value, json};
use std::{process::Command, sync::Arc, time::Duration};
use store::{Session, User};
use tests::{
    app::{NO_ACCOUNT, PASSWORD, claims, user},
    process,
    proxy::{Interference, Proxy},
    tools,
};
use tokio::sync::Notify;

/// What Lambda gives 128 MB of a processor: 1769 MB have a whole one.
const SHARE: u32 = 14;
/// A fourteenth of each tenth of a second.
const SLOWED: &str = "(while kill -STOP $$; do sleep 0.093; kill -CONT $$; sleep 0.007; done 2> /dev/null) &";

/// What Django's Argon2PasswordHasher makes of the same password.
const DJANGOS: &str =
    "argon2$argon2id$v=19$m=102400,t=2,p=8$V0tyZ3Q3aWlrcVNob0dLcjM3WG5LMw$JS2VSkH6ht0ITPm3RrwzoqMNVwRN9+KZEveaX6dPTuQ";

/// No more than this for everything that is written to, in megabytes.
fn memory(megabytes: u64) -> String {
    format!("ulimit -d {};", megabytes * 1024)
}

async fn start(limit: &str, verb: &str, ground: &Backend, environment: &[(&'static str, String)]) -> Emulator {
    let program = tools::program(verb);
    let handler = vec![("_HANDLER", verb.to_owned())];
    let environment = [&ground.environment(verb), environment, &handler].concat();
    Emulator::within(limit, &tools::build(&[program.to_owned()]).join(program), &environment).await
}

fn login(name: &str) -> String {
    posting("obtain", &json!({"username": name, "password": PASSWORD}))
}

/// A sample event with another body.
fn posting(verb: &str, body: &Value) -> String {
    let text = std::fs::read_to_string(tools::root().join(format!("events/{verb}.json"))).unwrap();
    let mut event: Value = serde_json::from_str(&text).unwrap();
    event["body"] = json!(body.to_string());
    event.to_string()
}

fn said(answer: &Value) -> (u64, &str) {
    (answer["statusCode"].as_u64().unwrap_or_else(|| panic!("{answer}")), answer["body"].as_str().unwrap())
}

#[tokio::test]
async fn lr_09_twenty_logins_fit_into_128_megabytes() {
    let ground = Backend::prepare().await;
    let function = start(&memory(128), "obtain", &ground, &[]).await;
    for _ in 0..20 {
        let answer = function.invoke(&login("alice")).await;
        assert_eq!(said(&answer).0, 200, "{answer}");
    }
    let most = process::usage(function.process()).memory;
    assert!((1..128 << 10).contains(&most), "{most} KiB");
}

#[tokio::test]
async fn lr_10_a_hash_of_djangos_fits_into_the_least_memory_and_is_refused_in_less() {
    let ground = Backend::prepare().await;
    let imported = User { password: DJANGOS.to_owned(), ..user("9", "django", true) };
    ground.0.service.store.create_user(&imported).await.unwrap();

    let function = start(&memory(64), "obtain", &ground, &[]).await;
    assert_eq!(said(&function.invoke(&login("django")).await), (401, NO_ACCOUNT));
    let process = function.process();
    assert_eq!(said(&function.invoke(&login("alice")).await).0, 200);
    assert_eq!(function.process(), process, "it lives on");

    let function = start(&memory(least("HashingMemory")), "obtain", &ground, &[]).await;
    let answer = function.invoke(&login("django")).await;
    assert_eq!(said(&answer).0, 200, "{answer}");
}

/// What the template lets a parameter be at least.
fn least(parameter: &str) -> u64 {
    number(&format!("\n  {parameter}:\n"), "MinValue: ")
}

/// The number behind this word, the first behind that one, in the template.
fn number(place: &str, word: &str) -> u64 {
    let template = std::fs::read_to_string(tools::root().join("template.yaml")).unwrap();
    let (_, rest) = template.split_once(place).unwrap();
    let (_, rest) = rest.split_once(word).unwrap();
    rest.lines().next().unwrap().parse().unwrap()
}

/// Within the template's own time: past it the function says 503, and Lambda nothing.
#[tokio::test]
async fn lr_11_a_fourteenth_of_a_processor_is_enough_for_a_login() {
    let ground = Backend::prepare().await;
    let time = ("AWS_LAMBDA_FUNCTION_TIMEOUT", number("\n  ObtainFunction:\n", "Timeout: ").to_string());
    let function = start(SLOWED, "obtain", &ground, &[time]).await;
    for _ in 0..2 {
        let answer = function.invoke(&login("alice")).await;
        assert_eq!(said(&answer).0, 200, "{answer}");
    }
}

/// By the time that the processor spent on it, which depends little on what else the machine does: not in three rounds.
#[tokio::test]
async fn lr_11_a_fourteenth_of_a_processor_verifies_within_50_milliseconds() {
    let ground = Backend::prepare().await;
    let (token, _) = ground.0.log_in().await;
    let (function, event) = (start("", "verify", &ground, &[]).await, posting("verify", &json!({"token": token})));
    assert_eq!(said(&function.invoke(&event).await).0, 200);
    let mut took = Vec::new();
    while took.len() < 3 && took.last().is_none_or(|took| *took >= Duration::from_millis(50)) {
        took.push(most_spent(&function, &event).await * SHARE);
    }
    let last = took.last().copied().unwrap();
    assert!(last > Duration::ZERO && last < Duration::from_millis(50), "{took:?}");
}

/// What 99 of 100 calls stay within, of the processor's time.
async fn most_spent(function: &Emulator, event: &str) -> Duration {
    let mut spent = Vec::new();
    for _ in 0..200 {
        let before = process::usage(function.process()).cpu;
        assert_eq!(said(&function.invoke(event).await), (200, "{}"));
        spent.push(process::usage(function.process()).cpu - before);
    }
    spent.sort();
    spent.iter().nth_back(2).copied().unwrap()
}

/// A start has a whole processor, a call a fourteenth of one.
#[tokio::test]
async fn a_start_opens_the_connection_of_the_first_call_and_is_held_up_by_nothing() {
    let ground = Backend::prepare().await;
    let (token, _) = ground.0.log_in().await;
    let refresh = posting("refresh", &json!({"refresh": token}));
    for fate in [|| Interference::Made, || Interference::Hung, || Interference::Reset] {
        let mut is_first = true;
        let plan = move |_: &_| if std::mem::take(&mut is_first) { fate() } else { Interference::Made };
        let proxy = Proxy::start(&ground.0.service.engine(), plan).await;
        let function = start("", "refresh", &ground, &[("AWS_ENDPOINT_URL", proxy.url.clone())]).await;
        assert_eq!(said(&function.invoke(&refresh).await).0, 200);
        let first = proxy.take().remove(0);
        assert_eq!((first.operation.as_str(), &first.body["Key"]["pk"]["S"]), ("GetItem", &json!("user#")));
    }
}

#[tokio::test]
async fn a_function_that_asks_no_store_opens_no_connection_to_it() {
    let ground = Backend::prepare().await;
    let proxy = Proxy::start(&ground.0.service.engine(), |_| Interference::Made).await;
    let function = start("", "well_known", &ground, &[("AWS_ENDPOINT_URL", proxy.url.clone())]).await;
    let answer = function.invoke(&ground.event("publish_keys")).await;
    assert_eq!(said(&answer).0, 200, "{answer}");
    assert_eq!(proxy.operations(), [""; 0]);
}

/// The one write of a refresh has taken place or it has not: the client asks again, and gets what it would have got.
#[tokio::test]
async fn lr_21_a_function_that_is_ended_before_it_writes_costs_no_session() {
    let (before, after) = ended_during_a_refresh(|| Interference::Hung).await;
    assert_eq!((before.generation, after.generation), (0, 1));
}

#[tokio::test]
async fn lr_21_a_function_that_is_ended_when_it_has_written_costs_no_session() {
    let (before, after) = ended_during_a_refresh(|| Interference::Late).await;
    assert_eq!((before.generation, before.jti), (1, after.jti));
}

/// The session after the function was ended, and after the client has asked again.
async fn ended_during_a_refresh(fate: fn() -> Interference) -> (Session, Session) {
    let (ground, begun) = (Backend::prepare().await, Arc::new(Notify::new()));
    let (begins, mut writes) = (Arc::clone(&begun), 0);
    let proxy = Proxy::start(&ground.0.service.engine(), move |call| {
        writes += usize::from(call.operation == "UpdateItem");
        if call.operation != "UpdateItem" || writes > 1 {
            return Interference::Made;
        }
        begins.notify_one();
        fate()
    })
    .await;
    let hardened = [("PROFILE", "hardened"), ("ALGORITHM", "HS256")].map(|(name, value)| (name, value.to_owned()));
    let proxied = [("AWS_ENDPOINT_URL", proxy.url.clone())];
    let function = start("", "refresh", &ground, &[hardened.as_slice(), &proxied].concat()).await;
    let (token, _) = ground.0.log_in().await;
    let sid: String = claims(&token)["jti"].as_str().unwrap().chars().take(16).collect();
    let refresh = posting("refresh", &json!({"refresh": token}));

    let end = async {
        begun.notified().await;
        tools::done(Command::new("kill").args(["-TERM", &function.process().to_string()]));
    };
    let (answer, ()) = tokio::join!(function.send(&refresh), end);
    assert!(!answer.text().contains("statusCode"), "{}", answer.text());
    // The write that nobody waits for any more.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let before = ground.0.service.store.session(&sid).await.unwrap().unwrap();

    let answer = function.invoke(&refresh).await;
    assert_eq!(said(&answer).0, 200, "{answer}");
    let after = ground.0.service.store.session(&sid).await.unwrap().unwrap();
    let pair: Value = serde_json::from_str(said(&answer).1).unwrap();
    let next = pair["refresh"].as_str().unwrap();
    assert_eq!((claims(next)["jti"].as_str(), after.revoked_at), (Some(after.jti.as_str()), None));
    let once_more = function.invoke(&posting("refresh", &json!({"refresh": next}))).await;
    assert_eq!(said(&once_more).0, 200, "{once_more}");
    (before, after)
}

#[tokio::test]
async fn a_start_takes_the_memory_of_the_first_hash() {
    let ground = Backend::prepare().await;
    let taken = async |verb: &str| {
        let function = start("", verb, &ground, &[]).await;
        assert_eq!(said(&function.invoke(&posting(verb, &json!({}))).await).0, 400);
        process::usage(function.process()).memory
    };
    let (obtain, refresh) = (taken("obtain").await, taken("refresh").await);
    assert!(obtain > refresh + 18 * 1024, "{obtain} KiB, and {refresh} of a function that does not hash");
}
