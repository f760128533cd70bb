//! What every endpoint answers, literally, over real HTTP. One file for each verb of the API, one sentence for each
//! test.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where the service does not do what it should"
)]

use tests::app;

mod account;
mod accounts;
mod blacklist;
mod cookies;
mod everywhere;
mod foreign;
mod hello;
mod legacy;
mod oauth;
mod obtain;
mod obtain_sliding;
mod organization;
mod organizations;
mod refresh;
mod refresh_sliding;
mod rest_auth;
mod reuse;
mod throttle;
mod verify;
mod well_known;
