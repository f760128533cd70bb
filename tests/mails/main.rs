//! Mails of the outbox on their way to a stub of Amazon SES: each is sent once, and none is lost.
#![expect(clippy::unwrap_used, reason = "a test stops where the program does not do what it should")]

mod content;
mod once;
mod speed;
mod stream;
mod trouble;
mod world;
