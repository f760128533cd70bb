//! Further paths of endpoints: those that a team's clients know (`ROUTES`).

use crate::values::text;

/// A further path of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The endpoint's verb, such as `obtain`.
    pub verb: String,
    /// The path without a slash at its end, such as `/auth/login`.
    pub path: String,
}

/// The verbs of endpoints whose paths can have another name. Those with an `{id}` in the path cannot.
pub const ROUTED: &[&str] = &[
    "blacklist",
    "change_password",
    "hello",
    "obtain",
    "obtain_sliding",
    "refresh",
    "refresh_sliding",
    "sessions",
    "show_user",
    "verify",
];

/// The most further paths: each is a route of the gateway.
const MOST: usize = 20;

/// Reads `obtain:/auth/login/,refresh:/api/v1/token/refresh/`. No path comes twice.
pub(crate) fn routes(text: &str) -> Option<Vec<Route>> {
    let routes = text::words(text, |word| {
        let (verb, path) = word.split_once(':')?;
        let path = path.strip_suffix('/').unwrap_or(path);
        (ROUTED.contains(&verb) && is_path(path)).then(|| Route { verb: verb.to_owned(), path: path.to_owned() })
    })?;
    let is_first = |(place, route): (usize, &Route)| routes.iter().take(place).all(|it| it.path != route.path);
    (routes.len() <= MOST && routes.iter().enumerate().all(is_first)).then_some(routes)
}

/// A path as API Gateway takes one, without variables; no segment that a client resolves.
fn is_path(path: &str) -> bool {
    let is_segment = |segment: &str| {
        !segment.is_empty()
            && ![".", ".."].contains(&segment)
            && segment.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-~".contains(letter))
    };
    path.strip_prefix('/').is_some_and(|path| path.split('/').all(is_segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_a_verb_and_a_path_with_or_without_its_slash() {
        let route = |verb: &str, path: &str| Route { verb: verb.to_owned(), path: path.to_owned() };
        let expected = [route("obtain", "/auth/login"), route("refresh", "/api/v1/token/refresh")];
        assert_eq!(routes("obtain:/auth/login/, refresh:/api/v1/token/refresh").unwrap(), expected);
        assert_eq!(routes("").unwrap(), []);
    }

    #[test]
    fn what_no_gateway_could_route_is_refused() {
        for text in [
            "obtain",
            "obtain:",
            "obtain:/",
            "obtain:login",
            "obtain:/a//b",
            "obtain:/a/../b",
            "obtain:/{id}",
            "obtain:/a b",
            "nothing:/a",
            "end_session:/a",
            "obtain:/a,refresh:/a/",
        ] {
            assert_eq!(routes(text), None, "{text}");
        }
    }
}
