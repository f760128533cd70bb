//! The keys that a host keeps in memory: renewed ahead of time, good through an outage, and beside them those that
//! another issuer publishes.
//!
//! A [`Cache`] knows nothing of where its set comes from; a [`KeyProvider`] holds all keys of a host. The time comes from the
//! caller.

mod cache;
mod hint;
#[cfg(test)]
mod issuer;
mod provider;
mod published;

pub use cache::{Cache, Fetch, Pauses};
pub use hint::{kid, named};
pub use provider::{KeyProvider, Own};
