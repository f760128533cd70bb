//! Addresses that one can ask.

use http::Uri;

/// Whether it is one of HTTP.
pub(crate) fn is_address(url: &str) -> bool {
    url.parse().is_ok_and(|url: Uri| matches!(url.scheme_str(), Some("http" | "https")))
}
