//! Tokens in cookies, for browsers.

mod body;
mod cookie;
mod csrf;
mod neighbour;
