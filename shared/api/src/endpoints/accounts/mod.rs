//! Accounts, as djoser has them (ACCOUNTS=djoser): sign up, confirm, reset, change, delete.
//!
//! Mails are not sent here. A row of the outbox says which one and to whom; whether anybody has the address that was typed
//! shows only when it is sent, so no answer and no call tells who has an account.

pub(crate) mod activation;
mod address;
mod bounds;
mod confirmation;
mod fields;
mod mailing;
pub(crate) mod me;
mod object;
mod proof;
mod reached;
pub(crate) mod resend_activation;
pub(crate) mod reset_password;
pub(crate) mod reset_password_confirm;
pub(crate) mod reset_username;
pub(crate) mod reset_username_confirm;
pub(crate) mod set_password;
pub(crate) mod set_username;
pub(crate) mod user;
mod username;
pub(crate) mod users;
