//! What a call of DynamoDB costs a function: CPU time of `GetItem` by AWS's client, as we configure it and as little as it can be.
//! `cargo bench --package store`. Who answers is a thread that answers every request alike.
#![expect(clippy::expect_used, reason = "a measurement that cannot be taken must stop")]

use aws_sdk_dynamodb::{
    Client,
    config::{Builder, IdentityCache, StalledStreamProtectionConfig, retry::RetryConfig, timeout::TimeoutConfig},
    types::AttributeValue,
};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};
use store::Access;

const CALLS: u32 = 400;
const ROUNDS: usize = 15;
const ITEM: &str =
    r#"{"Item":{"pk":{"S":"user#1"},"username":{"S":"alice"},"is_active":{"BOOL":true},"epoch":{"N":"0"}}}"#;

fn main() {
    let client = store::client(&Access::local(&answering()));
    let bare = Client::from_conf(without_options(client.config().to_builder()).build());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let pause = || thread::sleep(Duration::from_millis(1));
    let call = |client: &Client| runtime.block_on(read(client));
    println!("| CPU of a call, median of {ROUNDS} rounds of {CALLS} | µs |\n|---|--:|");
    println!("| as we configure it | {:.0} |", median(|| call(&client)));
    println!(
        "| without time limits, retries, caches and the watch over slow streams | {:.0} |",
        median(|| call(&bare))
    );
    println!("| as we configure it, a millisecond after the last one | {:.0} |", median(|| (pause(), call(&client))));
    println!("| of that, the pause | {:.0} |", median(pause));
}

async fn read(client: &Client) {
    let key = AttributeValue::S("user#1".to_owned());
    let answer = client.get_item().table_name("users").key("pk", key).consistent_read(true).send().await;
    assert!(answer.expect("an answer").item.is_some());
}

fn without_options(config: Builder) -> Builder {
    config
        .timeout_config(TimeoutConfig::disabled())
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .identity_cache(IdentityCache::no_cache())
}

/// CPU time of this thread for each of these, in microseconds.
fn median<T>(mut work: impl FnMut() -> T) -> f64 {
    let mut rounds = [0.0; ROUNDS];
    for round in &mut rounds {
        let before = spent();
        for _ in 0..CALLS {
            work();
        }
        *round = (spent() - before) / f64::from(CALLS);
    }
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

/// CPU time of this thread until now, in microseconds.
fn spent() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    told.split(' ').next().and_then(|number| number.parse().ok()).map_or(0.0, |nanoseconds: f64| nanoseconds / 1e3)
}

fn answering() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || while answer(&stream).is_some() {});
        }
    });
    url
}

fn answer(mut stream: &TcpStream) -> Option<()> {
    let (mut reader, mut length) = (BufReader::new(stream), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.to_ascii_lowercase().strip_prefix("content-length:") {
            Some(number) => length = number.trim().parse().ok()?,
            None if line == "\r\n" => break,
            None => (),
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length:";
    stream.write_all(format!("{head} {}\r\n\r\n{ITEM}", ITEM.len()).as_bytes()).ok()
}
