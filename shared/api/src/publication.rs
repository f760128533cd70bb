//! Replies that anyone may read and keep: the only ones that are not for the caller alone.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode,
    header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
};
use md5::{Digest, Md5};

/// Lets the reply to a `GET` or `HEAD` be kept by anyone for `max_age` seconds, and answers 304 to whoever has it
/// (RFC 9111 section 5.2.2, RFC 9110 section 13.1.2). Pages of any origin may read it.
pub(crate) fn publish(response: &mut Response<Bytes>, method: &Method, headers: &HeaderMap, max_age: i64) {
    if response.status() != StatusCode::OK || (method != Method::GET && method != Method::HEAD) {
        return;
    }
    let tag = tag(response.body());
    if has(headers, &tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.body_mut().clear();
        response.headers_mut().remove(CONTENT_TYPE);
    }
    let control = format!("public, max-age={max_age}");
    let published = response.headers_mut();
    published.remove(VARY);
    published.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    for (name, value) in [(CACHE_CONTROL, control), (ETAG, tag)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            published.insert(name, value);
        }
    }
}

/// A strong entity tag. It tells one state of a public text from another and need not withstand anybody.
fn tag(body: &[u8]) -> String {
    format!("\"{}\"", hex::encode(Md5::digest(body)))
}

fn has(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_with(method: &Method, known: &str) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from_static(b"{}"));
        let headers = HeaderMap::from_iter([(IF_NONE_MATCH, known.parse().unwrap())]);
        publish(&mut response, method, &headers, 300);
        response
    }

    #[test]
    fn who_has_it_is_told_so() {
        let first = asked_with(&Method::GET, "\"other\"");
        let tag = first.headers()[ETAG].to_str().unwrap().to_owned();
        assert_eq!((first.status(), &**first.body()), (StatusCode::OK, &b"{}"[..]));
        assert_eq!(first.headers()[CACHE_CONTROL], "public, max-age=300");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let again = asked_with(&Method::HEAD, &known);
            assert_eq!((again.status(), again.body().len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
            assert_eq!(again.headers()[ETAG].to_str().unwrap(), tag);
        }
    }

    #[test]
    fn another_text_has_another_tag() {
        assert_eq!(tag(b"{}"), "\"99914b932bd37a50b983c5e7c90ae93b\"");
        assert_ne!(tag(b"{}"), tag(b"[]"));
    }

    #[test]
    fn what_changes_something_is_not_kept() {
        assert!(!asked_with(&Method::OPTIONS, "*").headers().contains_key(CACHE_CONTROL));
    }
}
