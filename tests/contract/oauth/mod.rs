//! What other software asks.

mod introspect;
mod revoke;
