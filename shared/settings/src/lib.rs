//! One table of every setting: text becomes types once, at the start, and every fault is told at once.
//!
//! A setting lives in three places: a row of `table.rs`, a parameter of `template.yaml`, a line of `docs/settings.md`. A test holds
//! them together. Names and defaults are Simple JWT's (its `SIMPLE_JWT` dictionary); what Latchkey adds is said in the row.

mod checks;
mod choice;
mod clients;
mod deployment;
pub mod environment;
mod fault;
mod foreign;
mod former;
mod guessable;
mod keys;
mod kind;
mod legacy;
mod near;
mod notes;
mod pattern;
mod read;
mod rules;
mod schema;
mod secret;
mod span;
mod table;
mod text;

pub use choice::{
    AuthorizerRefusal, AuthorizerResponse, Legacy, Profile, SameSite, SimpleJwtVersion, TokenClass, TokenEndpoints,
    TokenId, UserField, UserIdField, UsernameField, WebSocketToken,
};
pub use clients::Clients;
pub use deployment::{Credentials, Deployment};
pub use fault::{Fault, Faults};
pub use pattern::Pattern;
pub use schema::Setting;
pub use secret::Secret;
pub use span::lifetime;
pub use table::{Settings, TABLE};
