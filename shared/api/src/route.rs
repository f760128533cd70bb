//! Which endpoint a path belongs to.

use settings::{Settings, TokenEndpoints};

macro_rules! paths {
    ($($verb:ident: $endpoint:ident, $path:literal, $function:ident;)+) => {
        const PATHS: &[&str] = &[$($path),+];

        /// Paths by their verbs.
        const NAMED: &[(&str, &str)] = &[$((stringify!($verb), $path)),+];
    };
}
crate::endpoints!(paths);

/// The path of [`endpoints!`](crate::endpoints) that `path` ends with, as [`route`] finds it: a gateway may put its stage or the base path of
/// a domain before it. `None` where nothing stands.
pub fn route_behind(path: &str, settings: &Settings) -> Option<&'static str> {
    ends(path).find_map(|path| route(path, settings))
}

/// The end of `path` that [`route_behind`] finds, or all of it.
pub(crate) fn behind_stage<'p>(path: &'p str, settings: &Settings) -> &'p str {
    ends(path).find(|path| route(path, settings).is_some()).unwrap_or(path)
}

/// A path, and it again without its first segment, and so on.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.get(path.get(1..)?.find('/')? + 1..))
}

/// The path of [`endpoints!`](crate::endpoints) that answers `path`: with or without the trailing slash, with anything for an `{id}`, and
/// with TOKEN_ENDPOINTS `sliding` the sliding endpoints in place of the pair; or a further path of ROUTES. `None` where nothing
/// stands.
pub fn route(path: &str, settings: &Settings) -> Option<&'static str> {
    let path = path.strip_suffix('/').unwrap_or(path);
    own(path, settings).or_else(|| of_package(path, settings)).or_else(|| {
        let route = settings.routes.iter().find(|route| route.path == path)?;
        let (_, path) = NAMED.iter().find(|(verb, _)| *verb == route.verb)?;
        own(path, settings)
    })
}

/// Paths that packages of ACCOUNTS have for Simple JWT's own views, and where those stand here.
pub const PACKAGE_PATHS: [(&str, &str); 4] = [
    ("/auth/jwt/create", "/api/token"),
    ("/auth/jwt/refresh", "/api/token/refresh"),
    ("/auth/jwt/verify", "/api/token/verify"),
    ("/dj-rest-auth/token/verify", "/api/token/verify"),
];

/// The path of the list that answers one of those.
fn of_package(path: &str, settings: &Settings) -> Option<&'static str> {
    let (known, target) = PACKAGE_PATHS.iter().find(|(known, _)| *known == path)?;
    let is_offered = if known.starts_with("/auth/") { settings.offers_djoser() } else { settings.offers_rest_auth() };
    own(target, settings).filter(|_| is_offered)
}

/// The path of the list that answers `path`, which has no slash at its end.
fn own(path: &str, settings: &Settings) -> Option<&'static str> {
    match (settings.token_endpoints, path) {
        (TokenEndpoints::Sliding, "/api/token") => Some("/api/token/sliding"),
        (TokenEndpoints::Sliding, "/api/token/refresh") => Some("/api/token/sliding/refresh"),
        _ => PATHS.iter().copied().find(|known| is_path(known, path)),
    }
}

/// Whether `path` is `known`, segment by segment; `{id}` is any one that is not empty.
fn is_path(known: &str, path: &str) -> bool {
    let same = |(known, given): (&str, &str)| known == given || (known == "{id}" && !given.is_empty());
    known.split('/').count() == path.split('/').count() && known.split('/').zip(path.split('/')).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_behind_a_stage_and_behind_the_base_path_of_a_domain() {
        let settings = Settings::of(&[("PROFILE", "simplejwt")]).unwrap();
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
        let routed = Settings::of(&[("ROUTES", "obtain:/auth/login/,verify:/api/token")]).unwrap();
        for path in ["/auth/login", "/auth/login/", "/v1/auth/login", "/api/token/"] {
            assert_eq!(route_behind(path, &routed), Some("/api/token"), "{path}");
        }
        assert_eq!((route_behind("/auth/login", &settings), route_behind("/auth/logins", &routed)), (None, None));
        let accounts = |packages| Settings::of(&[("ACCOUNTS", packages)]).unwrap();
        let (djoser, rest_auth) = (accounts("djoser"), accounts("dj-rest-auth"));
        assert_eq!(route_behind("/v1/auth/jwt/create/", &djoser), Some("/api/token"));
        assert_eq!(route_behind("/dj-rest-auth/token/verify", &rest_auth), Some("/api/token/verify"));
        assert_eq!([route("/auth/jwt/create", &rest_auth), route("/auth/jwt/create", &settings)], [None, None]);
        let sliding = Settings::of(&[("TOKEN_ENDPOINTS", "sliding")]).unwrap();
        assert_eq!(route_behind("/v1/api/token/", &sliding), Some("/api/token/sliding"));
    }
}
