//! The command line `admin`, as a program: arguments in, text and exit code out, users in a real engine.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where the program does not do what it should"
)]

mod bulk;
mod change;
mod create;
#[cfg(feature = "tools")]
mod django;
mod doctor;
mod import;
mod keys;
mod look;
mod mails;
#[cfg(target_os = "linux")]
mod memory;
mod pages;
mod place;
mod served_folder;
mod service;
mod sessions;
mod settings;
mod shell;
mod stack;
#[cfg(feature = "tools")]
mod stack_events;
mod tokens;
