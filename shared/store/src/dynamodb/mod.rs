//! How DynamoDB is reached and spoken to: clients, tables, items, writes.

pub(crate) mod batch;
pub(crate) mod budget;
pub(crate) mod client;
pub(crate) mod connection;
pub(crate) mod creation;
pub(crate) mod item;
pub(crate) mod mark;
pub(crate) mod names;
pub(crate) mod socket;
pub(crate) mod tables;
pub(crate) mod transaction;
pub(crate) mod write;
