//! The authorizer before every kind of API: events as AWS documents them (`events/`), what is none (`foreign/`), and
//! thousands that were damaged.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where the service does not do what it should"
)]

mod bench;
#[cfg(feature = "tools")]
mod binaries;
mod context;
mod cookies;
mod damaged;
mod gateway;
#[cfg(feature = "tools")]
mod readme;
mod refusals;
mod rules;
mod shapes;
mod store;
