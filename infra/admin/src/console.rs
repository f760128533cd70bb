//! The operator's page.

mod desk;

pub use desk::desk;
