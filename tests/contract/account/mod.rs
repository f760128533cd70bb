//! A user's own account and sessions.

mod attributes;
mod change_password;
mod end_session;
mod remember;
mod sessions;
mod show_user;
