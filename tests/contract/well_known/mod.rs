//! What everybody may read.

mod discover;
mod publish_keys;
