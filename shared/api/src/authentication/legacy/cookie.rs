//! The cookie that carries a token, as Django writes and reads it.

use crate::{authentication::origin::RequestOrigin, instant, problem::Problem, request::api_request::ApiRequest};
use http::{HeaderMap, HeaderValue, header::COOKIE};
use settings::Settings;

/// `Set-Cookie` for a token that was given out now; `None` for a text that is no value of a cookie.
pub(crate) fn write(name: &str, token: &str, settings: &Settings, now: i64) -> Option<HeaderValue> {
    let lifetime = settings.jwt_expiration_delta;
    let mut cookie = format!("{name}={token}");
    if let Some(domain) = &settings.jwt_auth_cookie_domain {
        cookie.push_str(&format!("; Domain={domain}"));
    }
    cookie.push_str(&format!("; expires={}", instant::of_http(now.saturating_add(lifetime))));
    let path = settings.jwt_auth_cookie_path.as_deref().unwrap_or("/");
    cookie.push_str(&format!("; HttpOnly; Max-Age={lifetime}; Path={path}"));
    if let Some(sites) = settings.legacy_cookie_same_site() {
        cookie.push_str(&format!("; SameSite={sites}"));
    }
    if settings.legacy_cookie_is_secure() {
        cookie.push_str("; Secure");
    }
    HeaderValue::try_from(cookie).ok().filter(|_| token.bytes().all(is_of_token))
}

/// The value of a cookie; where it stands twice, the last.
pub(crate) fn read<'h>(name: &str, headers: &'h HeaderMap) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.filter(|(known, _)| known.trim() == name).map(|(_, value)| value.trim().trim_matches('"')).next_back()
}

/// Lets a request go on whose cookie would count, or whose answer would set one, unless a browser sent it for a page of
/// another origin. A program on its own says nothing of pages, and nobody can make it send a cookie.
///
/// # Errors
/// [`Problem::Forbidden`] for such a page.
pub(crate) fn check_page(headers: &HeaderMap, settings: &Settings) -> Result<(), Problem> {
    RequestOrigin::of(headers).prove_of_browser(settings)
}

/// The same for an endpoint that sets the cookie `name`, where the settings name one.
///
/// # Errors
/// As [`check_page`].
pub(crate) fn check_page_where_set(
    name: Option<&String>,
    request: &ApiRequest<'_>,
    settings: &Settings,
) -> Result<(), Problem> {
    name.map_or(Ok(()), |_| check_page(request.headers(), settings))
}

/// What the compact form of a token is made of: nothing that ends the value of a cookie.
fn is_of_token(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        let find = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Settings::read(find).unwrap()
    }

    fn written(pairs: &[(&str, &str)]) -> String {
        write("jwt", "a.b.c", &settings(pairs), 784_111_477).unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn is_written_as_each_package_writes_it() {
        let common = "jwt=a.b.c; expires=Sun, 06 Nov 1994 08:49:37 GMT; HttpOnly; Max-Age=300; Path=/";
        assert_eq!(written(&[("LEGACY", "jwt")]), common);
        assert_eq!(written(&[("LEGACY", "drf-jwt")]), format!("{common}; SameSite=Lax; Secure"));
    }

    #[test]
    fn says_what_is_set() {
        let cookie = written(&[
            ("LEGACY", "drf-jwt"),
            ("JWT_AUTH_COOKIE_DOMAIN", "a.example"),
            ("JWT_AUTH_COOKIE_PATH", "/api"),
            ("JWT_AUTH_COOKIE_SECURE", "false"),
            ("JWT_AUTH_COOKIE_SAMESITE", "Strict"),
            ("JWT_EXPIRATION_DELTA", "60"),
        ]);
        assert!(cookie.starts_with("jwt=a.b.c; Domain=a.example; expires="), "{cookie}");
        assert!(cookie.ends_with("; HttpOnly; Max-Age=60; Path=/api; SameSite=Strict"), "{cookie}");
    }

    #[test]
    fn holds_nothing_but_a_token() {
        for text in ["a;b", "a b", "a\r\nb", "a,b"] {
            assert_eq!(write("jwt", text, &settings(&[]), 0), None, "{text}");
        }
    }

    #[test]
    fn is_found_among_others() {
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("a=1; jwt=x; xjwt=2; jwt=\"y\"; b"))]);
        assert_eq!(read("jwt", &headers), Some("y"));
        assert_eq!(read("b", &headers), None);
    }
}
