//! What every endpoint answers, literally, over real HTTP. One file for each verb of the API, one sentence for each
//! test.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where the service does not do what it should"
)]

use tests::stage;

mod attacks;
mod authority;
mod blacklist;
mod change_password;
mod console;
mod cookie;
mod cookie_body;
mod cookie_csrf;
mod cookie_neighbour;
mod cors;
mod discover;
mod end_session;
mod events;
mod every_endpoint;
mod foreign;
mod hello;
mod introspect;
mod legacy_auth;
mod legacy_blacklist;
mod legacy_csrf;
mod legacy_impersonate;
mod legacy_obtain;
mod legacy_refresh;
mod legacy_verify;
mod obtain;
mod obtain_sliding;
mod openapi;
mod organization;
mod organizations;
mod publish_keys;
mod refresh;
mod refresh_sliding;
mod reuse;
mod revoke;
mod sessions;
mod show_user;
mod throttle;
mod verify;
