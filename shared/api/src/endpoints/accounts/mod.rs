//! Accounts, as djoser has them (ACCOUNTS=djoser): sign up, confirm, reset, change, delete. dj-rest-auth's endpoints stand on
//! the same.
//!
//! Mails are not sent here. A row of the outbox says which one and to whom; whether anybody has the address that was typed
//! shows only when it is sent, so no answer and no call tells who has an account.

pub(crate) mod activation;
pub(crate) mod address;
pub(crate) mod bounds;
pub(crate) mod confirmation;
pub(crate) mod fields;
pub(crate) mod mailing;
pub(crate) mod me;
pub(crate) mod object;
pub(crate) mod proof;
pub(crate) mod reached;
pub(crate) mod resend_activation;
pub(crate) mod reset_password;
pub(crate) mod reset_password_confirm;
pub(crate) mod reset_username;
pub(crate) mod reset_username_confirm;
pub(crate) mod set_password;
pub(crate) mod set_username;
pub(crate) mod user;
pub(crate) mod username;
pub(crate) mod users;
