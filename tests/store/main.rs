//! The store against a real engine: the embedded one, or the DynamoDB at `LATCHKEY_TEST_DYNAMODB_URL`.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where the service does not do what it should"
)]

mod account_units;
mod accounts;
mod calls;
mod corrupt;
mod drawn_rows;
mod endpoints;
mod engine;
mod faults;
mod organizations;
mod outbox;
mod proxy;
mod races;
mod rights;
mod sessions;
mod tables;
mod test_store;
mod traces;
mod tries;
mod units;
mod users;
