//! The rotation of the keys in Secrets Manager, in a local AWS: step by step, again, after a crash at every call, and
//! under the load of the real functions.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where the program does not do what it should"
)]

mod fleet;
mod function;
mod loading;
mod operator;
mod secrets_manager;
mod steps;
