//! The endpoints: one verb, one file.

pub(crate) mod accounts;
pub(crate) mod blacklist;
pub(crate) mod change_password;
pub(crate) mod discover;
pub(crate) mod end_session;
pub(crate) mod hello;
pub(crate) mod introspect;
pub(crate) mod legacy;
pub(crate) mod obtain;
pub(crate) mod obtain_sliding;
pub(crate) mod organization;
pub(crate) mod organizations;
pub(crate) mod publish_keys;
pub(crate) mod refresh;
pub(crate) mod refresh_sliding;
pub(crate) mod rest_auth;
pub(crate) mod revoke;
pub(crate) mod sessions;
pub(crate) mod show_user;
pub(crate) mod verify;
