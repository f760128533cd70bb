//! What every endpoint answers, literally, over real HTTP. One file for each verb of the API, one sentence for each
//! test.

use tests::stage;

mod blacklist;
mod every_endpoint;
mod hello;
mod obtain;
mod obtain_sliding;
mod refresh;
mod refresh_sliding;
mod verify;
