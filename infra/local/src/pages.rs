//! What this server shows beside the API: its description in OpenAPI.

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Response,
    header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};

/// One text of this program and what it is.
struct Page {
    path: &'static str,
    media: &'static str,
    text: &'static str,
}

const PAGES: &[Page] =
    &[Page { path: "/openapi.json", media: "application/json", text: include_str!("../../../docs/openapi.json") }];

/// The page that a `GET` or `HEAD` asks for, if it is one of ours.
pub(crate) fn page(request: &Request<Bytes>) -> Option<Response<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return None;
    }
    let page = PAGES.iter().find(|page| page.path == request.uri().path())?;
    Some(shown(page, request.method() == Method::HEAD))
}

fn shown(page: &Page, bodiless: bool) -> Response<Bytes> {
    let text = if bodiless { "" } else { page.text };
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    for (name, value) in [(CONTENT_TYPE, page.media), (CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")]
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
