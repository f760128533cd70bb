//! What can happen to a session, and to the keys, as models that a machine explores.
//!
//! The models decide with the functions of the product: [`store::decide`] and its neighbours, and those of [`token::KeySet`]. What they
//! add is the world around: clients, thieves, lost answers, crashes, clocks that differ, rows that DynamoDB deletes, caches of every age.

pub mod request;
pub mod rotation;
pub mod sessions;
pub mod table;
pub mod terms;
pub mod verdict;
