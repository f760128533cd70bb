//! The store against a real engine: the embedded one, or the DynamoDB at `LATCHKEY_TEST_DYNAMODB_URL`.

mod accounts;
mod calls;
mod corrupt;
mod engine;
mod faults;
mod ground;
mod proxy;
mod races;
mod rotation;
mod sessions;
mod standing;
mod tables;
mod tries;
mod users;
