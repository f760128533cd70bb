//! The endpoints of ACCOUNTS=dj-rest-auth.

mod cookies;
mod login;
mod logout;
mod password_change;
mod password_reset;
mod password_reset_confirm;
mod paths;
mod refresh;
mod registration;
mod resend_email;
mod user;
mod verify_email;
