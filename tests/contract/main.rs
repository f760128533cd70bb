//! What every endpoint answers, literally, over real HTTP. One file for each verb of the API, one sentence for each
//! test.

use tests::stage;

mod blacklist;
mod end_session;
mod every_endpoint;
mod hello;
mod obtain;
mod obtain_sliding;
mod refresh;
mod refresh_sliding;
mod sessions;
mod show_user;
mod throttle;
mod verify;
