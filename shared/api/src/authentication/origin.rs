//! Whether a request that a browser sends comes from a page of ours. Cookies travel with every request to their host, so
//! they prove nothing by themselves (OWASP, Cross-Site Request Forgery Prevention: Fetch Metadata, with `Origin` as the
//! fallback).

use crate::problem::Problem;
use http::{
    HeaderMap, HeaderName,
    header::{HOST, ORIGIN},
};
use settings::Settings;

/// Where a browser says whether page and service share an origin (W3C Fetch Metadata section 2.4).
pub(crate) const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

const FOREIGN: &str =
    "CSRF Failed: cookies count in requests from pages of this origin, or of AUTH_COOKIE_ORIGINS, alone.";

/// What a browser says of the page that asks. No script can set these headers, or leave them out.
pub(crate) struct RequestOrigin<'r> {
    host: Option<&'r str>,
    origin: Option<&'r str>,
    site: Option<&'r str>,
}

impl<'r> RequestOrigin<'r> {
    /// Who asks, by the one value of each header. What stands there twice is empty: it is nobody's.
    pub(crate) fn new(value: impl Fn(&HeaderName) -> Option<&'r str>) -> Self {
        Self { host: value(&HOST), origin: value(&ORIGIN), site: value(&SITE) }
    }

    /// Who asks, by the headers of a request.
    pub(crate) fn of(headers: &'r HeaderMap) -> Self {
        Self::new(|name| {
            let mut values = headers.get_all(name).iter();
            let first = values.next()?.to_str().unwrap_or_default();
            Some(if values.next().is_none() { first } else { "" })
        })
    }

    /// Whether it is a browser: a program on its own says neither.
    pub(crate) fn is_browser(&self) -> bool {
        self.origin.is_some() || self.site.is_some()
    }

    /// Whether it is a page or a web view that keeps its tokens itself (AUTH_COOKIE_BODY_ORIGINS).
    pub(crate) fn keeps_tokens(&self, settings: &Settings) -> bool {
        self.origin.is_some_and(|origin| settings.auth_cookie_body_origins.iter().any(|known| known == origin))
    }

    /// Lets a page of ours go on. `none` is what a person typed or chose from the bookmarks.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for any other page, and for whoever says nothing.
    pub(crate) fn prove(&self, settings: &Settings) -> Result<(), Problem> {
        let ours = match self.site {
            Some("none" | "same-origin") => true,
            Some(_) => self.is_listed(settings),
            None => self.is_listed(settings) || self.is_here(),
        };
        if ours { Ok(()) } else { Err(Problem::Forbidden(FOREIGN)) }
    }

    /// The same for cookies that count in other programs, too: such a program says nothing of pages, and nobody can make it send
    /// a cookie.
    ///
    /// # Errors
    /// As [`RequestOrigin::prove`], for a browser alone.
    pub(crate) fn prove_of_browser(&self, settings: &Settings) -> Result<(), Problem> {
        if self.is_browser() { self.prove(settings) } else { Ok(()) }
    }

    fn is_listed(&self, settings: &Settings) -> bool {
        self.origin.is_some_and(|origin| settings.auth_cookie_origins.iter().any(|known| known == origin))
    }

    /// Whether page and service share an origin, as an older browser tells by `Origin` alone. Without TLS only on the
    /// machine itself: anybody on the way could have written any other page.
    fn is_here(&self) -> bool {
        let (Some(host), Some(origin)) = (self.host, self.origin) else { return false };
        match origin.split_once("://") {
            Some(("https", place)) => place.eq_ignore_ascii_case(host),
            Some(("http", place)) => place.eq_ignore_ascii_case(host) && is_loopback(place),
            _ => false,
        }
    }
}

fn is_loopback(place: &str) -> bool {
    let name = match place.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => place,
    };
    matches!(name, "127.0.0.1" | "[::1]" | "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ours(lines: &[(&'static str, &'static str)]) -> bool {
        let headers: HeaderMap =
            lines.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect();
        let origins = |name: &str| match name {
            "AUTH_COOKIE" => Some("latchkey".to_owned()),
            "AUTH_COOKIE_ORIGINS" => Some("https://app.example.com".to_owned()),
            _ => None,
        };
        RequestOrigin::of(&headers).prove(&Settings::read(origins).unwrap()).is_ok()
    }

    #[test]
    fn a_page_of_the_same_origin_is_ours() {
        assert!(is_ours(&[("sec-fetch-site", "same-origin")]));
        assert!(is_ours(&[("sec-fetch-site", "none")]));
        assert!(is_ours(&[("origin", "https://api.example.com"), ("host", "api.example.com")]));
        assert!(is_ours(&[("origin", "http://localhost:8000"), ("host", "localhost:8000")]));
        assert!(is_ours(&[("origin", "http://[::1]"), ("host", "[::1]")]));
    }

    #[test]
    fn a_page_of_another_origin_is_ours_if_it_is_listed() {
        for site in ["same-site", "cross-site"] {
            assert!(is_ours(&[("sec-fetch-site", site), ("origin", "https://app.example.com")]));
            for origin in ["https://app.example.com.evil.example", "http://app.example.com", "null", ""] {
                assert!(!is_ours(&[("sec-fetch-site", site), ("origin", origin)]), "{origin}");
            }
        }
    }

    #[test]
    fn what_says_nothing_or_too_much_is_not_ours() {
        assert!(!is_ours(&[]));
        assert!(!is_ours(&[("host", "api.example.com")]));
        assert!(!is_ours(&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")]));
        assert!(!is_ours(&[("origin", "https://api.example.com"), ("host", "other.example.com")]));
        assert!(!is_ours(&[("origin", "http://api.example.com"), ("host", "api.example.com")]), "no TLS");
        assert!(!is_ours(&[("sec-fetch-site", "cross-site"), ("origin", "https://a.example"), ("host", "a.example")]));
    }
}
