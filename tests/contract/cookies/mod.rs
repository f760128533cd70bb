//! Tokens in cookies, for browsers.

mod body;
pub(crate) mod cookie;
mod csrf;
mod neighbour;
