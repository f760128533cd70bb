//! The endpoints of the packages before Simple JWT, `djangorestframework-jwt` 1.11 and `drf-jwt` 1.19, where LEGACY
//! switches them on: one token that is sent with every request and renewed while it is good.
//!
//! Both packages are the same endpoints here. What differs between them is a claim, a status, a word: asked of
//! `settings.legacy` where it matters. What they answer with 500 is the refusal next to it.

use crate::{call::Call, service::Service};
use settings::{Legacy, Settings};
use token::KeySet;

mod auth;
mod blacklist;
mod cookie;
mod guard;
mod impersonate;
mod obtain;
mod outside;
mod payload;
mod refresh;
mod refusal;
mod reply;
mod verify;
mod welcome;

pub use auth::LegacyAuth;
pub use blacklist::LegacyBlacklist;
pub(crate) use guard::{authenticate, authenticate_superuser, vouch};
pub use impersonate::LegacyImpersonate;
pub use obtain::LegacyObtain;
pub(crate) use outside::{examine, revoke};
pub use refresh::LegacyRefresh;
pub use verify::LegacyVerify;

/// A legacy token names no session; events about it do not, either.
const NO_SESSION: &str = "";

/// Whether the endpoints of either package are served.
fn is_on(settings: &Settings) -> bool {
    settings.legacy != Legacy::Off
}

/// Whether it is `drf-jwt` that is served.
fn is_drf(settings: &Settings) -> bool {
    settings.legacy == Legacy::DrfJwt
}

/// What tokens are held against.
#[derive(Clone, Copy)]
struct Measure<'c> {
    /// The keys of JWT_SECRET_KEY and its like, or the service's own.
    keys: &'c [KeySet],
    now: i64,
    service: &'c Service,
}

impl<'c> Measure<'c> {
    fn new(own: &'c KeySet, service: &'c Service, now: i64) -> Self {
        let keys = service.legacy.keys.as_deref().unwrap_or(std::slice::from_ref(own));
        Self { keys, now, service }
    }

    fn of(call: &Call<'c>) -> Self {
        Self::new(call.keys, call.service, call.ambient.now)
    }
}
