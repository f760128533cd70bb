//! What every start of a function would pay for, and none does. `make bench` measures the rest.
#![expect(clippy::unwrap_used, reason = "a test stops where the program does not do what it should")]

use std::process::Command;
use tests::tools;

/// Crates that cost a start: patterns to compile, filters of log lines, credentials from files, processes and the network.
const MACHINERY: [&str; 6] = ["aws-config", "env_logger", "matchers", "regex", "regex-automata", "tracing-subscriber"];

/// aws-lc takes its first byte from the kernel, and not from 43 ms of measuring the processor's jitter.
#[cfg(target_os = "linux")]
#[test]
#[expect(clippy::disallowed_methods, reason = "what is asked for here is the price of it")]
fn the_first_random_byte_costs_less_than_five_milliseconds() {
    let before = spent();
    aws_lc_rs::rand::fill(&mut [0; 1]).unwrap();
    let took = spent() - before;
    assert!(took < 5_000_000, "{took} ns; was AWS_LC_SYS_NO_JITTER_ENTROPY set, as .cargo/config.toml sets it?");
}

/// CPU time of this thread, in nanoseconds.
#[cfg(target_os = "linux")]
fn spent() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    told.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn functions_carry_no_machinery() {
    let crates = crates();
    assert!(crates.iter().any(|one| one.starts_with("tokio v")), "the crates are known");
    for name in MACHINERY {
        assert!(!crates.iter().any(|one| one.starts_with(&format!("{name} v"))), "{name} is in a function");
    }
}

/// Every crate of every function, with its version.
fn crates() -> Vec<String> {
    let programs = tools::programs();
    let named = programs.iter().flat_map(|program| ["--package", program]);
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}"]).args(named);
    String::from_utf8(tools::done(&mut tree).stdout).unwrap().lines().map(str::to_owned).collect()
}
