//! What each endpoint accepts and answers.
//!
//! A request flows one way: `Request → Form → Token → Store → Reply | Problem → Response`. [`answer`] is the only way
//! in; the hosts, `lambda` and `local`, differ in how they are asked and in nothing else. One file per endpoint holds
//! its form, its reply and what happens between them. This crate knows no server and reads no environment: the
//! clock and the entropy come as [`Ambient`], everything that lasts as [`Service`]. Beside the store it asks nobody but,
//! for a new password, who knows the breached ones.

mod adoption;
mod ambient;
mod asked;
mod authentication;
pub mod authorizer;
mod client;
mod cookie;
mod credential;
mod endpoint;
mod form;
mod instant;
mod json;
mod log;
mod login;
mod metadata;
mod negotiation;
mod new_password;
mod origin;
mod pair;
mod problem;
mod publication;
mod reuse;
mod service;
mod session;
mod throttle;

mod blacklist;
mod change_password;
mod discover;
mod end_session;
mod hello;
mod introspect;
mod legacy;
mod obtain;
mod obtain_sliding;
mod organization;
mod organizations;
mod publish_keys;
mod refresh;
mod refresh_sliding;
mod revoke;
mod sessions;
mod show_user;
mod verify;

pub use ambient::Ambient;
pub use asked::Asked;
pub use authentication::{Authenticated, MAX_TEXT, Principal, admit, admit_with};
pub use blacklist::Blacklist;
pub use change_password::ChangePassword;
pub use discover::Discover;
pub use end_session::EndSession;
pub use endpoint::{Call, Caller, Endpoint, Head, View, answer, unanswered};
pub use hello::Hello;
pub use introspect::Introspect;
pub use legacy::{LegacyAuth, LegacyBlacklist, LegacyImpersonate, LegacyObtain, LegacyRefresh, LegacyVerify};
pub use metadata::Field;
pub use obtain::Obtain;
pub use obtain_sliding::ObtainSliding;
pub use organization::Organization;
pub use organizations::Organizations;
pub use problem::Problem;
pub use publish_keys::PublishKeys;
pub use refresh::Refresh;
pub use refresh_sliding::RefreshSliding;
pub use revoke::Revoke;
pub use service::Service;
pub use sessions::Sessions;
pub use show_user::ShowUser;
pub use verify::Verify;

macro_rules! paths {
    ($($verb:ident: $endpoint:ident, $path:literal, $access:ident;)+) => {
        const PATHS: &[&str] = &[$($path),+];
    };
}
crate::endpoints!(paths);

/// The path of [`endpoints!`] that answers `path`: with or without the trailing slash, with anything for an `{id}`, and
/// with TOKEN_ENDPOINTS `sliding` the sliding endpoints in place of the pair. `None` where nothing stands.
pub fn route(path: &str, settings: &settings::Settings) -> Option<&'static str> {
    let path = path.strip_suffix('/').unwrap_or(path);
    match (settings.token_endpoints, path) {
        (settings::TokenEndpoints::Sliding, "/api/token") => Some("/api/token/sliding"),
        (settings::TokenEndpoints::Sliding, "/api/token/refresh") => Some("/api/token/sliding/refresh"),
        _ => PATHS.iter().copied().find(|known| is_path(known, path)),
    }
}

/// Whether `path` is `known`, segment by segment; `{id}` is any one that is not empty.
fn is_path(known: &str, path: &str) -> bool {
    let same = |(known, given): (&str, &str)| known == given || (known == "{id}" && !given.is_empty());
    known.split('/').count() == path.split('/').count() && known.split('/').zip(path.split('/')).all(same)
}

/// The one list of endpoints: verb, type, path without its trailing slash, and who may call. `{id}` in a path is any one
/// segment. An endpoint answers every method of its path that its view allows.
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
            sessions: Sessions, "/api/sessions", guarded;
            end_session: EndSession, "/api/sessions/{id}", guarded;
            show_user: ShowUser, "/api/user", guarded;
            change_password: ChangePassword, "/api/user/password", guarded;
            organizations: Organizations, "/api/organizations", guarded;
            organization: Organization, "/api/organizations/{id}", guarded;
            revoke: Revoke, "/oauth/revoke", open;
            introspect: Introspect, "/oauth/introspect", open;
            legacy_obtain: LegacyObtain, "/api-token-auth", open;
            legacy_refresh: LegacyRefresh, "/api-token-refresh", open;
            legacy_verify: LegacyVerify, "/api-token-verify", open;
            legacy_auth: LegacyAuth, "/api/jwt-auth", open;
            legacy_blacklist: LegacyBlacklist, "/api-token-blacklist", open;
            legacy_impersonate: LegacyImpersonate, "/api-token-impersonate", open;
            publish_keys: PublishKeys, "/.well-known/jwks.json", open;
            discover: Discover, "/.well-known/openid-configuration", open;
        }
    };
}
