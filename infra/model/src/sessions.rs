//! One login, its honest client and a thief, as a model: every order in which their requests can meet the rows.

mod act;
mod broken;
mod exploration;
mod history;
mod occurrence;
mod world;

pub use act::Action;
pub use broken::Invariant;
pub use occurrence::{OCCURRENCES, Occurrence};
pub use world::{History, Issued, Origin, Pending, State, Who, World};
