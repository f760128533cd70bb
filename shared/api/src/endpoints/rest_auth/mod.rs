//! Accounts, as dj-rest-auth has them (ACCOUNTS=dj-rest-auth): log in and out, the own user, the password, sign up, confirm. What
//! they do to accounts and mails is what djoser's do.

mod credentials;
mod handover;
pub(crate) mod login;
pub(crate) mod logout;
mod names;
pub(crate) mod password_change;
pub(crate) mod password_reset;
pub(crate) mod password_reset_confirm;
mod passwords;
pub(crate) mod refresh;
pub(crate) mod registration;
mod reply;
pub(crate) mod resend_email;
pub(crate) mod user;
pub(crate) mod verify_email;
