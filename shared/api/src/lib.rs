//! What each endpoint accepts and answers.
//!
//! A request flows one way: `Request → Form → Token → Store → Reply | Problem → Response`. [`answer`] is the only way
//! in; the hosts, `lambda` and `local`, differ in how they are asked and in nothing else. One file per endpoint holds
//! its form, its reply and what happens between them. This crate knows no server and reads neither environment nor
//! network: the clock and the entropy come as [`Ambient`], everything that lasts as [`Service`].

mod ambient;
mod authentication;
pub mod authorizer;
mod endpoint;
mod form;
mod json;
mod negotiation;
mod problem;
mod service;
mod session;

mod blacklist;
mod hello;
mod obtain;
mod obtain_sliding;
mod refresh;
mod refresh_sliding;
mod verify;

pub use ambient::Ambient;
pub use authentication::Principal;
pub use blacklist::Blacklist;
pub use endpoint::{Call, Caller, Endpoint, Field, View, answer, unanswered};
pub use hello::Hello;
pub use obtain::Obtain;
pub use obtain_sliding::ObtainSliding;
pub use problem::Problem;
pub use refresh::Refresh;
pub use refresh_sliding::RefreshSliding;
pub use service::Service;
pub use verify::Verify;

/// The path of [`endpoints!`] that answers `path`: with or without the trailing slash, and with TOKEN_ENDPOINTS
/// `sliding` the sliding endpoints in place of the pair.
pub fn route<'p>(path: &'p str, settings: &settings::Settings) -> &'p str {
    let path = path.strip_suffix('/').unwrap_or(path);
    match (settings.token_endpoints, path) {
        (settings::TokenEndpoints::Sliding, "/api/token") => "/api/token/sliding",
        (settings::TokenEndpoints::Sliding, "/api/token/refresh") => "/api/token/sliding/refresh",
        _ => path,
    }
}

/// The one list of endpoints: verb, type, path without its trailing slash, and who may call.
///
/// It is a macro and not a table so that a function that names one endpoint links one endpoint. Call it with the name
/// of a macro that takes the rows.
#[macro_export]
macro_rules! endpoints {
    ($with:ident) => {
        $with! {
            obtain: Obtain, "/api/token", open;
            refresh: Refresh, "/api/token/refresh", open;
            verify: Verify, "/api/token/verify", open;
            blacklist: Blacklist, "/api/token/blacklist", open;
            obtain_sliding: ObtainSliding, "/api/token/sliding", open;
            refresh_sliding: RefreshSliding, "/api/token/sliding/refresh", open;
            hello: Hello, "/api/hello", guarded;
        }
    };
}
