//! The endpoints of ACCOUNTS=djoser.

mod activation;
mod me;
mod resend_activation;
mod reset_password;
mod reset_password_confirm;
mod reset_username;
mod reset_username_confirm;
mod set_password;
mod set_username;
mod user;
mod users;
