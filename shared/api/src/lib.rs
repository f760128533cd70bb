//! What each endpoint accepts and answers.
//!
//! A request flows one way: `Request → Form → Token → Store → Reply | Problem → Response`. [`answer`] is the only way
//! in; the hosts, `lambda` and `local`, differ in how they are asked and in nothing else. One file per endpoint holds
//! its form, its reply and what happens between them. This crate knows no server and reads no environment: the
//! clock and the entropy come as [`Ambient`], everything that lasts as [`Service`]. Beside the store it asks nobody but,
//! for a new password, who knows the breached ones.

mod ambient;
mod answer;
mod authentication;
pub mod authorizer;
mod call;
mod cors;
mod endpoint;
mod endpoints;
mod instant;
mod listed;
mod log;
mod metadata;
mod problem;
mod publication;
mod request;
mod service;
mod session;
mod view;

pub use ambient::Ambient;
pub use answer::{answer, unanswered, unreadable};
pub use authentication::{Authenticated, MAX_TEXT, Principal, admit, admit_with};
pub use call::{Call, Caller};
pub use cors::Sharing;
pub use endpoint::{Answer, Endpoint};
pub use endpoints::{
    blacklist::Blacklist,
    change_password::ChangePassword,
    discover::Discover,
    end_session::EndSession,
    hello::Hello,
    introspect::Introspect,
    legacy::{LegacyAuth, LegacyBlacklist, LegacyImpersonate, LegacyObtain, LegacyRefresh, LegacyVerify},
    obtain::Obtain,
    obtain_sliding::ObtainSliding,
    organization::Organization,
    organizations::Organizations,
    publish_keys::PublishKeys,
    refresh::Refresh,
    refresh_sliding::RefreshSliding,
    revoke::Revoke,
    sessions::Sessions,
    show_user::ShowUser,
    verify::Verify,
};
pub use log::warn_of_settings;
pub use problem::Problem;
pub use request::asked::Asked;
pub use service::Service;
pub use view::{Field, Guard, View};

macro_rules! paths {
    ($($verb:ident: $endpoint:ident, $path:literal, $access:ident, $function:ident;)+) => {
        const PATHS: &[&str] = &[$($path),+];

        $(impl Listed for $endpoint {
            const PATH: &'static str = $path;
        })+
    };
}
crate::endpoints!(paths);

/// An endpoint with its row of [`endpoints!`].
pub trait Listed: Endpoint {
    /// Its path there.
    const PATH: &'static str;
}

/// The path of [`endpoints!`] that `path` ends with, as [`route`] finds it: a gateway may put its stage or the base path of
/// a domain before it. `None` where nothing stands.
pub fn route_behind(path: &str, settings: &settings::Settings) -> Option<&'static str> {
    ends(path).find_map(|path| route(path, settings))
}

/// The end of `path` that [`route_behind`] finds, or all of it.
pub(crate) fn behind_stage<'p>(path: &'p str, settings: &settings::Settings) -> &'p str {
    ends(path).find(|path| route(path, settings).is_some()).unwrap_or(path)
}

/// A path, and it again without its first segment, and so on.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.get(path.get(1..)?.find('/')? + 1..))
}

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

/// The one list of endpoints: verb, type, path without its trailing slash, who may call, and the function that it belongs
/// to. `{id}` in a path is any one segment. An endpoint answers every method of its path that its view allows.
///
/// It is a macro and not a table so that a function that names one endpoint links one endpoint. Call it with the name
/// of a macro that takes the rows.
#[macro_export]
macro_rules! endpoints {
    ($with:ident) => {
        $with! {
            obtain: Obtain, "/api/token", open, obtain;
            refresh: Refresh, "/api/token/refresh", open, refresh;
            verify: Verify, "/api/token/verify", open, verify;
            blacklist: Blacklist, "/api/token/blacklist", open, blacklist;
            obtain_sliding: ObtainSliding, "/api/token/sliding", open, obtain;
            refresh_sliding: RefreshSliding, "/api/token/sliding/refresh", open, refresh;
            hello: Hello, "/api/hello", guarded, hello;
            sessions: Sessions, "/api/sessions", guarded, account;
            end_session: EndSession, "/api/sessions/{id}", guarded, account;
            show_user: ShowUser, "/api/user", guarded, account;
            change_password: ChangePassword, "/api/user/password", guarded, credentials;
            organizations: Organizations, "/api/organizations", guarded, organizations;
            organization: Organization, "/api/organizations/{id}", guarded, organizations;
            revoke: Revoke, "/oauth/revoke", open, oauth;
            introspect: Introspect, "/oauth/introspect", open, oauth;
            legacy_obtain: LegacyObtain, "/api-token-auth", open, legacy;
            legacy_refresh: LegacyRefresh, "/api-token-refresh", open, legacy;
            legacy_verify: LegacyVerify, "/api-token-verify", open, legacy;
            legacy_auth: LegacyAuth, "/api/jwt-auth", open, legacy;
            legacy_blacklist: LegacyBlacklist, "/api-token-blacklist", open, legacy;
            legacy_impersonate: LegacyImpersonate, "/api-token-impersonate", open, legacy;
            publish_keys: PublishKeys, "/.well-known/jwks.json", open, well_known;
            discover: Discover, "/.well-known/openid-configuration", open, well_known;
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_behind_a_stage_and_behind_the_base_path_of_a_domain() {
        let settings = settings::Settings::of(&[("PROFILE", "simplejwt")]).unwrap();
        let found = |path: &str| route_behind(path, &settings);
        for before in ["", "/v1", "/$default", "/auth/v1"] {
            for path in ["/api/token", "/api/token/sliding/refresh", "/api/user", "/.well-known/jwks.json"] {
                assert_eq!(found(&format!("{before}{path}")), Some(path));
                assert_eq!(found(&format!("{before}{path}/")), Some(path));
            }
            assert_eq!(found(&format!("{before}/api/sessions/7c9e6679f86443b2")), Some("/api/sessions/{id}"));
        }
        for path in ["", "/", "/v1", "api/token", "/v1/api/tokens", "/api/token/nope", "/é/api", "//"] {
            assert_eq!(found(path), None, "{path}");
        }
        let sliding = settings::Settings::of(&[("TOKEN_ENDPOINTS", "sliding")]).unwrap();
        assert_eq!(route_behind("/v1/api/token/", &sliding), Some("/api/token/sliding"));
    }
}
