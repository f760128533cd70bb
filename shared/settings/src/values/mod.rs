//! What the text of a setting becomes.

pub(crate) mod choice;
pub(crate) mod clients;
pub(crate) mod copied;
pub(crate) mod function;
pub(crate) mod kind;
pub(crate) mod pattern;
pub(crate) mod routes;
pub(crate) mod secret;
pub(crate) mod span;
pub(crate) mod text;
