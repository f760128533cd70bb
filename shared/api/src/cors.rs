//! Browsers on other origins (Fetch standard, section "CORS protocol"): settings and the head of a request in, headers
//! out. Names and meanings are those of django-cors-headers.
//!
//! It is stricter where no browser notices: origins are compared byte for byte, an expression must match the whole
//! origin, and `null` is allowed where it is listed and nowhere else.

use crate::route;
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
        ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, ORIGIN, VARY, X_CONTENT_TYPE_OPTIONS,
    },
};
use settings::Settings;
use std::future::Future;

/// Where a page of the public Internet asks for, and is given, a private network (Private Network Access).
const ALLOW_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");
const REQUEST_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-request-private-network");

const TRUE: HeaderValue = HeaderValue::from_static("true");

/// What a page of another origin may see of the answer to one request.
#[derive(Clone, Debug, Default)]
pub struct Sharing {
    /// The headers to add; `None` where CORS is off, or not for this path.
    headers: Option<HeaderMap>,
    is_preflight: bool,
}

impl Sharing {
    /// Reads nothing of a request but method, path and headers, so that it can be asked before everything else.
    pub fn of<B>(settings: &Settings, request: &Request<B>) -> Self {
        if !is_on(settings) || !covers(settings, request.uri().path()) {
            return Self::default();
        }
        let given = request.headers().get_all(ORIGIN).iter().map(HeaderValue::as_bytes);
        let allowed = allowed(given, settings);
        let asks = request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        Self {
            headers: Some(allowed.map(|origin| headers(origin, request, settings)).unwrap_or_default()),
            is_preflight: request.method() == Method::OPTIONS && asks,
        }
    }

    /// The answer with its headers. A preflight is answered here; for any other request `answer` is asked.
    pub async fn over(self, answer: impl Future<Output = Response<Bytes>>) -> Response<Bytes> {
        let Some(headers) = self.headers else { return answer.await };
        let mut response = if self.is_preflight { nothing() } else { answer.await };
        vary(response.headers_mut());
        // It replaces the star of an answer that everybody may read, which no request with credentials may.
        response.headers_mut().extend(headers);
        response
    }
}

/// Whether an origin could be allowed at all. Off is off: an answer then does not even vary.
pub(crate) fn is_on(settings: &Settings) -> bool {
    settings.cors_allow_all_origins
        || !settings.cors_allowed_origins.is_empty()
        || !settings.cors_allowed_origin_regexes.is_empty()
}

/// The origin to allow, of those that a request names: one, itself, or a star for every one.
pub(crate) fn allowed<'o>(mut given: impl Iterator<Item = &'o [u8]>, settings: &Settings) -> Option<&'o [u8]> {
    let origin = given.next().filter(|origin| is_serialized(origin))?;
    let is_only = given.next().is_none();
    match settings.cors_allow_all_origins {
        true if !settings.cors_allow_credentials => Some(b"*"),
        every => Some(origin).filter(|origin| is_only && (every || is_listed(origin, settings))),
    }
}

/// Not empty, and no half of an IPv6 address.
fn is_serialized(origin: &[u8]) -> bool {
    !origin.is_empty() && origin.contains(&b'[') == origin.contains(&b']')
}

fn is_listed(origin: &[u8], settings: &Settings) -> bool {
    let text = std::str::from_utf8(origin).ok().filter(|text| text.is_ascii());
    text.is_some_and(|origin| {
        settings.cors_allowed_origins.iter().any(|known| known == origin)
            || settings.cors_allowed_origin_regexes.iter().any(|pattern| pattern.matches(origin))
    })
}

/// Whether CORS_URLS_REGEX matches the path of an endpoint, whatever a gateway puts before it.
fn covers(settings: &Settings, path: &str) -> bool {
    let covers = |pattern: &settings::Pattern| pattern.matches(route::behind_stage(path, settings));
    settings.cors_urls_regex.as_ref().is_none_or(covers)
}

fn headers<B>(origin: &[u8], request: &Request<B>, settings: &Settings) -> HeaderMap {
    let is_options = request.method() == Method::OPTIONS;
    let list = |names: &[String]| HeaderValue::try_from(names.join(", ")).ok();
    let max_age = settings.cors_preflight_max_age;
    let is_private = request.headers().get(REQUEST_PRIVATE_NETWORK).is_some_and(|request| request == TRUE);
    let headers = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_bytes(origin).ok()),
        (ACCESS_CONTROL_ALLOW_CREDENTIALS, settings.cors_allow_credentials.then_some(TRUE)),
        (ACCESS_CONTROL_EXPOSE_HEADERS, list(&settings.cors_expose_headers).filter(|names| !names.is_empty())),
        (ACCESS_CONTROL_ALLOW_HEADERS, list(&settings.cors_allow_headers).filter(|_| is_options)),
        (ACCESS_CONTROL_ALLOW_METHODS, list(&settings.cors_allow_methods).filter(|_| is_options)),
        (ACCESS_CONTROL_MAX_AGE, (is_options && max_age > 0).then(|| HeaderValue::from(max_age))),
        (ALLOW_PRIVATE_NETWORK, (settings.cors_allow_private_network && is_private).then_some(TRUE)),
    ];
    headers.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The answer to a preflight: 200 and no body, whatever it asks for. What is allowed stands in its headers.
fn nothing() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn vary(headers: &mut HeaderMap) {
    let known = headers.get(VARY).and_then(|value| value.to_str().ok());
    let names = known.map_or_else(|| "origin".to_owned(), |known| format!("{known}, origin"));
    if let Ok(names) = HeaderValue::try_from(names) {
        headers.insert(VARY, names);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: (&str, &str) = ("CORS_ALLOWED_ORIGINS", "https://app.example.com,http://[::1]:5173");
    const ALL: (&str, &str) = ("CORS_ALLOW_ALL_ORIGINS", "true");
    const CREDENTIALS: (&str, &str) = ("CORS_ALLOW_CREDENTIALS", "true");

    fn allows(variables: &[(&str, &str)], origins: &[&str]) -> Option<String> {
        let settings = Settings::of(variables).unwrap();
        let allowed = allowed(origins.iter().map(|origin| origin.as_bytes()), &settings);
        allowed.map(|origin| String::from_utf8(origin.to_vec()).unwrap())
    }

    #[test]
    fn an_origin_is_allowed_byte_for_byte() {
        for origin in ["https://app.example.com", "http://[::1]:5173"] {
            assert_eq!(allows(&[LISTED], &[origin]).as_deref(), Some(origin));
        }
        let odd = ["", "null", "https://app.example.com/", "HTTPS://app.example.com", "https://app.example.com:443"];
        let evil = ["https://app.example.com.evil.test", "https://app.example.com,https://evil.test", "https://\u{e9}"];
        for origin in odd.into_iter().chain(evil) {
            assert_eq!(allows(&[LISTED], &[origin]), None, "{origin}");
        }
    }

    #[test]
    fn two_origins_are_none() {
        let two = ["https://app.example.com", "https://app.example.com"];
        assert_eq!(allows(&[LISTED], &two), None);
        assert_eq!(allows(&[ALL, CREDENTIALS], &two), None);
        assert_eq!(allows(&[ALL], &two).as_deref(), Some("*"), "which tells nothing");
    }

    #[test]
    fn every_origin_is_a_star_and_with_credentials_its_own() {
        let origin = ["https://any.example"];
        assert_eq!(allows(&[ALL], &origin).as_deref(), Some("*"));
        assert_eq!(allows(&[ALL, CREDENTIALS], &origin).as_deref(), Some("https://any.example"));
        for none in ["", "https://[::1"] {
            assert_eq!(allows(&[ALL], &[none]), None, "{none}");
        }
    }

    #[test]
    fn null_is_allowed_where_it_is_listed() {
        assert_eq!(allows(&[("CORS_ALLOWED_ORIGINS", "null")], &["null"]).as_deref(), Some("null"));
        for other in ["NULL", "garbage", "app.example.com", "*"] {
            assert_eq!(allows(&[("CORS_ALLOWED_ORIGINS", "null")], &[other]), None, "{other}");
        }
    }

    #[test]
    fn the_stage_before_a_path_is_not_part_of_it() {
        let settings = Settings::of(&[LISTED, ("CORS_URLS_REGEX", "^/api/token/$")]).unwrap();
        assert!(covers(&settings, "/api/token/") && covers(&settings, "/v1/api/token/"));
        assert!(!covers(&settings, "/api/token/refresh/") && !covers(&settings, "/nowhere/"));
    }

    #[tokio::test]
    async fn without_settings_an_answer_stays_as_it_is() {
        let request = Request::builder().header(ORIGIN, "https://app.example.com").body(()).unwrap();
        let off = Settings::of(&[("CORS_ALLOW_CREDENTIALS", "true")]).unwrap();
        let response = Sharing::of(&off, &request).over(async { Response::new(Bytes::new()) }).await;
        assert!(response.headers().is_empty());
    }
}
