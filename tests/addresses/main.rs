//! How long it takes to ask for a mail by an address that somebody has, and by one that nobody has: medians of a thousand requests
//! each, in turns.
//!
//! `cargo run --release -p tests --example addresses`
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a measurement that cannot be taken must stop")]

use api::{Ambient, Call, Caller, Endpoint, ResetPassword, RestAuthPasswordReset, RestAuthRegistration, Service};
use http::Request;
use serde_json::{Value, json};
use settings::Settings;
use std::time::{Duration, Instant};
use store::User;
use tests::app::{SECRET, user};

/// How many requests of each.
const REQUESTS: usize = 1_000;

/// A registration hashes, so fewer of those show as much.
const REGISTRATIONS: usize = 200;

#[tokio::main]
async fn main() {
    let variables = [
        ("SIGNING_KEY", SECRET),
        ("ACCOUNTS", "djoser,dj-rest-auth"),
        ("ACTIVATION_URL", "https://app.example.com/{key}"),
        ("BLACKLIST_ENABLED", "false"),
    ];
    let given = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let running = tests::service::Service::start(&given).await.expect("a service");
    let settings = Settings::of(&variables).expect("settings");
    let keys = settings.keys().expect("keys").expect("a key");
    let service = Service::new(settings, running.store.clone(), 1);
    for number in 0..REQUESTS {
        let known =
            User { email: address("known", number), ..user(&format!("{number}"), &format!("user{number}"), true) };
        running.store.create_user(&known).await.expect("a user");
    }
    let mail = |email: String, _| json!({"email": email});
    measure::<ResetPassword>("djoser reset_password/", REQUESTS, mail, &service, &keys).await;
    measure::<RestAuthPasswordReset>("dj-rest-auth password/reset/", REQUESTS, mail, &service, &keys).await;
    let form = |email: String, number: usize| {
        let (name, good) = (format!("new{number}{}", email.len()), "Zx9-quartz-lamp");
        json!({"username": name, "email": email, "password1": good, "password2": good})
    };
    measure::<RestAuthRegistration>("dj-rest-auth registration/", REGISTRATIONS, form, &service, &keys).await;
}

fn address(of: &str, number: usize) -> String {
    format!("{of}-{number}@example.com")
}

async fn measure<E: Endpoint>(
    name: &str,
    requests: usize,
    body: impl Fn(String, usize) -> Value,
    service: &Service,
    keys: &token::KeySet,
) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..requests {
        for (of, times) in [("known", &mut known), ("nobodys", &mut unknown)] {
            let ip = format!("10.{}.{}.{}", of.len(), number / 256, number % 256);
            times.push(ask::<E>(body(address(of, number), number), ip, service, keys).await);
        }
    }
    let [known, unknown] = [known, unknown].map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    println!("{name:32} known {known:>10.1?}   unknown {unknown:>10.1?}   of {requests} each");
}

async fn ask<E: Endpoint>(body: Value, ip: String, service: &Service, keys: &token::KeySet) -> Duration {
    let request = Request::post("/").header("Content-Type", "application/json").body(body.to_string().into());
    let caller = Caller { ip: Some(ip), principal: None, user_agent: None };
    let call = Call { ambient: Ambient::read().expect("entropy"), caller, keys, service };
    let begun = Instant::now();
    let answer = Box::pin(api::answer::<E>(call, request.expect("a request"))).await;
    let took = begun.elapsed();
    assert!(answer.status().is_success(), "{} {:?}", answer.status(), answer.body());
    took
}
