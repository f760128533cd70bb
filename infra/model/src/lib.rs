//! The refresh protocol as a model that a machine explores.
//!
//! The model decides with the function of the product, [`store::decide`]. What it adds is
//! the world around: clients, thieves, lost answers, crashes, clocks that differ, rows that DynamoDB deletes.

pub mod request;
pub mod sessions;
pub mod table;
pub mod terms;
pub mod verdict;
