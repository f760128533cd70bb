//! What explains the program to a shell and to a reader.

pub(crate) mod completions;
pub(crate) mod man;
