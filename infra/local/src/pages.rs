//! What this server shows beside the API: the console at `/`, and the description of the API in OpenAPI.

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Method, Request, Response,
    header::{
        ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
        X_FRAME_OPTIONS,
    },
};

/// One text of this program and what it is.
struct Page {
    path: &'static str,
    media: &'static str,
    text: &'static str,
}

const PAGES: &[Page] = &[
    Page { path: "/", media: HTML, text: include_str!("../console/index.html") },
    Page { path: "/console.css", media: "text/css; charset=utf-8", text: include_str!("../console/console.css") },
    Page { path: "/console.js", media: "text/javascript; charset=utf-8", text: include_str!("../console/console.js") },
    Page { path: "/console.svg", media: "image/svg+xml", text: include_str!("../console/console.svg") },
    Page { path: "/openapi.json", media: "application/json", text: include_str!("../../../docs/openapi.json") },
];

const HTML: &str = "text/html; charset=utf-8";

/// Nothing but what this server serves, nothing inline, no text that becomes code, in no frame.
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

/// The page that a `GET` or `HEAD` asks for, if it is one of ours. The console is for browsers: whoever does not ask for
/// HTML by name finds nothing at `/`, as on Lambda.
pub(crate) fn page(request: &Request<Bytes>) -> Option<Response<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return None;
    }
    let page = PAGES.iter().find(|page| page.path == request.uri().path())?;
    (page.media != HTML || is_browser(request)).then(|| shown(page, request.method() == Method::HEAD))
}

fn is_browser(request: &Request<Bytes>) -> bool {
    let accepted = request.headers().get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|range| range.trim().starts_with("text/html"))
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
