//! What a mail of the outbox says, to whom, and how it is sent.
//!
//! A row of the outbox names an address or a user. Here the account is looked up, the link is made and the templates in
//! `mails/` are filled in. Whether there is an account at all shows only here, long after the answer to who asked.

mod content;
mod delivery;
mod link_in;
mod recipient;
mod sender;
mod template;

pub use content::{Composed, Message, compose};
pub use delivery::{Delivered, Failure, LAST_TURN, PATIENCE, Post, Times};
pub use sender::{Reason, Sender, Unsent};
