//! Latchkey's decision inside your own service: a [`tower::Layer`] in front of a handler, with no authorizer to call.
//!
//! A good token's [`Principal`] and [`Claims`] are in the request's extensions; whoever brings none gets the 401 that
//! Django REST framework and Simple JWT answer, letter for letter. [`Guard::require`] asks for more than a good token.
//!
//! ```
//! use http::{Request, Response};
//! use tower::{Layer, service_fn};
//!
//! let variables = [("SIGNING_KEY", "a secret of at least thirty-two characters")];
//! let find = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string());
//! let guard = guard::Guard::new(settings::Settings::read(find).unwrap()).unwrap();
//! let service = guard.layer(service_fn(async |request: Request<String>| {
//!     let principal = request.extensions().get::<guard::Principal>();
//!     Ok::<_, std::convert::Infallible>(Response::new(format!("{principal:?}").into_bytes()))
//! }));
//! # let _ = service;
//! ```
//!
//! Settings are those of the service that issues the tokens: `SIGNING_KEY` or `VERIFYING_KEY`, or `JWK_URL` with
//! the address of its `/.well-known/jwks.json`.

mod judge;
mod layer;
mod requirement;
mod source;

pub use api::Principal;
pub use judge::Guard;
pub use layer::Guarded;
pub use requirement::{Requirement, claim, group, staff, superuser};
pub use source::GuardError;
pub use token::Claims;
