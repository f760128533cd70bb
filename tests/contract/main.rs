//! What every endpoint answers, literally, over real HTTP. One file for each verb of the API, one sentence for each
//! test.

use tests::stage;

mod blacklist;
mod change_password;
mod discover;
mod end_session;
mod every_endpoint;
mod hello;
mod obtain;
mod obtain_sliding;
mod publish_keys;
mod refresh;
mod refresh_sliding;
mod sessions;
mod show_user;
mod throttle;
mod verify;
