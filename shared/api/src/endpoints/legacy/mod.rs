//! The endpoints of the packages before Simple JWT, `djangorestframework-jwt` 1.11 and `drf-jwt` 1.19, where LEGACY
//! switches them on: one token that is sent with every request and renewed while it is good.
//!
//! Both packages are the same endpoints here. What differs between them is a claim, a status, a word: asked of
//! `settings.legacy` where it matters. What they answer with 500 is the refusal next to it.

pub(crate) mod auth;
pub(crate) mod blacklist;
pub(crate) mod impersonate;
pub(crate) mod obtain;
pub(crate) mod outside;
pub(crate) mod payload;
pub(crate) mod refresh;
pub(crate) mod reply;
pub(crate) mod verify;
