//! The whole service in one process on the loopback interface: gateway, authorizer and every endpoint over an embedded
//! DynamoDB engine.
//!
//! It stands where API Gateway stands on Lambda and runs the very code that runs there. Nothing depends on it
//! but the program `latchkey`, its commands and the tests.

mod authorizer;
pub mod cli;
mod clock;
pub mod engine;
mod engine_file;
mod events;
mod folder;
mod gateway;
mod host;
mod http_api;
mod keys;
mod kind;
mod listening;
mod operator;
mod owner;
mod pages;
mod refusal;
mod server;
mod start_error;
mod welcome;

pub use clock::{Clock, system_clock};
pub use engine_file::served;
pub use folder::Folder;
pub use keys::{KeyFile, Keys};
pub use kind::Api;
pub use operator::{
    backend::{Act, Answering, Asked, Backend, NewBackend, Refused},
    console::Console,
};
pub use server::{Options, Server};
pub use start_error::StartError;
