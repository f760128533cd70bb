//! The rotation of the keys in Secrets Manager, in a local AWS: step by step, again, and after a crash at every call.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where the program does not do what it should"
)]

mod ground;
mod operator;
mod steps;
