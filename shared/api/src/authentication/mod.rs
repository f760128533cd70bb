//! Who asks: from the headers of a request, or the event of an authorizer, to the principal behind them.

pub(crate) mod caller;
pub(crate) mod client;
pub(crate) mod cookie;
pub(crate) mod credential;
pub(crate) mod gate;
pub(crate) mod legacy;
pub(crate) mod origin;
pub(crate) mod principal;
pub(crate) mod rest_auth;
pub(crate) mod simple_jwt;
pub(crate) mod state;
