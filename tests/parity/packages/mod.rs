//! The packages whose answers were recorded, and where ours answers otherwise on purpose.

pub(crate) mod absent;
pub(crate) mod alike;
pub(crate) mod cors;
pub(crate) mod deliberate;
pub(crate) mod differences;
pub(crate) mod dj_rest_auth;
pub(crate) mod djoser;
pub(crate) mod legacy;
pub(crate) mod master;
pub(crate) mod package;
pub(crate) mod rules;
pub(crate) mod shared;
