//! Tokens of the packages before Simple JWT, `djangorestframework-jwt` 1.11 and `drf-jwt` 1.19, where LEGACY switches them on.
//!
//! What differs between the packages is a claim, a status, a word: asked of `settings.legacy` where it matters.

pub(crate) mod cookie;
pub(crate) mod guard;
pub(crate) mod refusal;
pub(crate) mod user;

use crate::{call::Call, service::Service};
use settings::{Legacy, Settings};
use token::KeySet;

/// Whether the endpoints of either package are served.
pub(crate) fn is_on(settings: &Settings) -> bool {
    settings.legacy != Legacy::Off
}

/// Whether it is `drf-jwt` that is served.
pub(crate) fn is_drf(settings: &Settings) -> bool {
    settings.legacy == Legacy::DrfJwt
}

/// What tokens are held against.
#[derive(Clone, Copy)]
pub(crate) struct Verifier<'c> {
    /// The keys of JWT_SECRET_KEY and its like, or the service's own.
    pub(crate) keys: &'c [KeySet],
    pub(crate) now: i64,
    pub(crate) service: &'c Service,
}

impl<'c> Verifier<'c> {
    pub(crate) fn new(own: &'c KeySet, service: &'c Service, now: i64) -> Self {
        let keys = service.legacy.keys.as_deref().unwrap_or(std::slice::from_ref(own));
        Self { keys, now, service }
    }

    pub(crate) fn of(call: &Call<'c>) -> Self {
        Self::new(call.keys, call.service, call.ambient.now)
    }
}
