//! The rotation of keys, as a model: Secrets Manager's steps, an operator and deployments in every order, and whoever signs or verifies
//! meanwhile with a set from a cache of any age.
//!
//! How many hosts there are does not matter: in every moment the model looks at all sets that a cache can hold then, at all that can be
//! signed with them, and at all that can be refused.

mod act;
mod broken;
mod exploration;
mod on_its_way;
mod operator;
mod run;
mod set;
mod terms;
mod watch;
mod world;

pub use act::Action;
pub use broken::Broken;
pub use exploration::{OCCURRENCES, Occurrence};
pub use on_its_way::{Operation, Order, Run};
pub use set::{Kid, Set};
pub use terms::{ALL_TERMS, Term};
pub use world::{State, World};
