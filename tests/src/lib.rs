//! The harness of the tests: it speaks HTTP byte by byte, forges tokens that no honest library would write,
//! and starts the whole service in this process.
//!
//! [`wire`] sends exactly the bytes it is told, [`forge`] signs whatever it is given, and [`service`] is the
//! product itself on a free port of the loopback interface, over an engine in memory.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a harness that cannot do its work must stop the test that uses it"
)]

pub mod accounts;
pub mod app;
pub mod bridge;
pub mod claims;
pub mod claims_function;
pub mod clock;
pub mod cloudformation;
pub mod events;
pub mod forge;
pub mod logs;
pub mod process;
pub mod proxy;
pub mod routes;
pub mod service;
pub mod ses;
pub mod signature;
pub mod template;
pub mod tools;
pub mod wire;
