//! One table of every setting: text becomes types once, at the start, and every fault is told at once.
//!
//! A setting lives in three places: a row of `table.rs`, a parameter of `template.yaml`, a line of `docs/settings.md`. A test holds
//! them together. Names and defaults are Simple JWT's (its `SIMPLE_JWT` dictionary); what Latchkey adds is said in the row.

mod accounts;
mod checks;
mod deployment;
pub mod environment;
mod fault;
pub mod file;
mod former;
mod keys;
mod legacy;
mod read;
mod rules;
mod schema;
mod table;
mod values;

pub use deployment::{Credentials, Deployment};
pub use fault::{Fault, Faults};
pub use schema::Setting;
pub use table::{Settings, TABLE};
pub use values::{
    choice::{
        Accounts, AuthorizerRefusal, AuthorizerResponse, EmailVerification, Legacy, LoginMethods, Profile, SameSite,
        SimpleJwtVersion, TokenClass, TokenEndpoints, TokenId, UserField, UserIdField, UsernameField, WebSocketToken,
    },
    clients::Clients,
    copied::{CopiedField, FieldSource},
    function::ClaimsFunction,
    pattern::Pattern,
    routes::{ROUTED, Route},
    secret::Secret,
    span::lifetime,
    text::is_claim,
};
