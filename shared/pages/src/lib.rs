//! What people see of the service beside its API: the console, and the description of the API, as a page and in OpenAPI.
//!
//! Each page is a file of this crate, served as it is: there is nothing to build. The endpoints of
//! packages such as djoser are added to the description of the API where they are served. Pages name each other and the API by
//! addresses relative to their own, so that they work under whatever stage or base path they stand.

mod description;

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
        X_FRAME_OPTIONS,
    },
};

/// One text and what it is.
struct Page {
    name: &'static str,
    media: &'static str,
    text: &'static str,
}

const PAGES: [Page; 11] = [
    Page { name: "console", media: HTML, text: include_str!("../console/index.html") },
    Page { name: "console-accounts.js", media: SCRIPT, text: include_str!("../console/console-accounts.js") },
    Page { name: "console-kit.js", media: SCRIPT, text: include_str!("../console/console-kit.js") },
    Page { name: "console.css", media: CSS, text: include_str!("../console/console.css") },
    Page { name: "console.js", media: SCRIPT, text: include_str!("../console/console.js") },
    Page { name: "console.svg", media: "image/svg+xml", text: include_str!("../console/console.svg") },
    Page { name: "docs", media: HTML, text: include_str!("../docs/index.html") },
    Page { name: "docs-try.js", media: SCRIPT, text: include_str!("../docs/docs-try.js") },
    Page { name: "docs.css", media: CSS, text: include_str!("../docs/docs.css") },
    Page { name: "docs.js", media: SCRIPT, text: include_str!("../docs/docs.js") },
    Page { name: DESCRIPTION, media: "application/json", text: include_str!("../../../docs/openapi.json") },
];

/// What the console of local mode has beside, for operators.
const OPERATOR: [Page; 2] = [
    Page { name: "operator-page.js", media: SCRIPT, text: include_str!("../operator/operator-page.js") },
    Page { name: "operator-user.js", media: SCRIPT, text: include_str!("../operator/operator-user.js") },
];

/// The operator's page of a service elsewhere.
const ALONE: [Page; 2] = [
    Page { name: "", media: HTML, text: include_str!("../operator/index.html") },
    Page { name: "operator.js", media: SCRIPT, text: include_str!("../operator/operator.js") },
];

/// The description of the API.
const DESCRIPTION: &str = "openapi.json";

const CSS: &str = "text/css; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Nothing but what this service serves, nothing inline, no text that becomes code, in no frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (CACHE_CONTROL, "no-store"),
    (CONTENT_SECURITY_POLICY, POLICY),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
];

/// The same, and around it a page of its own at `/`, for a service elsewhere.
pub fn operators_alone(request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let around = match request.uri().path() {
        "/" => Some(&ALONE[0]),
        "/operator.js" => Some(&ALONE[1]),
        "/console.css" | "/console.svg" | "/console-kit.js" => page(request.uri().path()),
        _ => return operators(request),
    };
    around.filter(|_| request.method() == Method::GET).map(|page| shown(page, false))
}

/// The answer to a `GET` of what only operators use. No deployed stack has it.
pub fn operators(request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let page = OPERATOR.iter().find(|page| request.uri().path().strip_prefix('/') == Some(page.name))?;
    (request.method() == Method::GET).then(|| shown(page, false))
}

/// The answer to a `GET` or `HEAD` whose path ends in a page's name. A slash after it is led away: relative addresses
/// would mean something else there. `packages` are those whose endpoints are served: `djoser`, `dj-rest-auth`, `jwt`, `drf-jwt`, `oauth`.
pub fn answer(request: &Request<Bytes>, packages: &[&str]) -> Option<Response<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return None;
    }
    let path = request.uri().path();
    let page = page(path.strip_suffix('/').unwrap_or(path))?;
    match path.ends_with('/') {
        true if page.media == HTML => Some(moved(page)),
        true => None,
        false => Some(told(page, request.method() == Method::HEAD, packages)),
    }
}

fn page(path: &str) -> Option<&'static Page> {
    let name = path.rsplit('/').next()?;
    PAGES.iter().find(|page| page.name == name)
}

/// The page, with what the packages add to the description.
fn told(page: &Page, bodiless: bool, packages: &[&str]) -> Response<Bytes> {
    let mut response = shown(page, bodiless);
    if page.name == DESCRIPTION && !bodiless {
        *response.body_mut() = description::with(packages, page.text);
    }
    response
}

fn shown(page: &Page, bodiless: bool) -> Response<Bytes> {
    let text = if bodiless { "" } else { page.text };
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(page.media));
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn moved(page: &Page) -> Response<Bytes> {
    let mut response = shown(page, true);
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    if let Ok(place) = HeaderValue::try_from(format!("../{}", page.name)) {
        response.headers_mut().insert(LOCATION, place);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: Method, path: &str) -> Option<Response<Bytes>> {
        described(method, path, &[])
    }

    fn described(method: Method, path: &str, packages: &[&str]) -> Option<Response<Bytes>> {
        answer(&Request::builder().method(method).uri(path).body(Bytes::new()).unwrap(), packages)
    }

    #[test]
    fn the_description_has_the_endpoints_of_the_packages_that_are_served() {
        let paths = [
            ("djoser", "/auth/users/me/"),
            ("dj-rest-auth", "/dj-rest-auth/login/"),
            ("jwt", "/api-token-auth/"),
            ("drf-jwt", "/api-token-impersonate/"),
            ("oauth", "/oauth/introspect/"),
        ];
        for packages in [&[][..], &["djoser"], &["dj-rest-auth", "jwt"], &["drf-jwt", "djoser"], &["oauth"]] {
            let page = described(Method::GET, "/openapi.json", packages).unwrap();
            let text = String::from_utf8_lossy(page.body()).into_owned();
            let has = |path: &str| text.contains(&format!("\"{path}\""));
            for (package, path) in
                paths.into_iter().filter(|(package, _)| *package != "jwt" || !packages.contains(&"drf-jwt"))
            {
                assert_eq!(has(path), packages.contains(&package), "{path} with {packages:?}");
            }
            assert!(has("/api/token/"));
        }
    }

    #[test]
    fn a_page_is_found_behind_any_stage() {
        for path in ["/console", "/v1/console", "/base/v1/console.css", "/v1/docs", "/v1/openapi.json"] {
            assert_eq!(asked(Method::GET, path).map(|page| page.status()), Some(StatusCode::OK), "{path}");
        }
        for path in ["/", "/v1/", "/consoles", "/console.css/", "/docs/x", "/console/.."] {
            assert!(asked(Method::GET, path).is_none(), "{path}");
        }
        assert!(asked(Method::POST, "/console").is_none());
    }

    #[test]
    fn a_slash_behind_a_page_is_led_away() {
        let moved = asked(Method::GET, "/v1/console/").unwrap();
        assert_eq!(moved.status(), StatusCode::PERMANENT_REDIRECT);
        assert_eq!(moved.headers()[LOCATION], "../console");
    }

    #[test]
    fn head_has_the_headers_alone() {
        let head = asked(Method::HEAD, "/docs").unwrap();
        assert_eq!(head.body().len(), 0);
        assert_eq!(head.headers()[CONTENT_TYPE], HTML);
    }
}
