//! The endpoints of the packages before Simple JWT.

mod auth;
mod blacklist;
mod csrf;
mod impersonate;
pub(crate) mod obtain;
mod refresh;
mod verify;
