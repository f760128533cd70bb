//! By which names the pages are shown. A foreign page can let a name of its own lead to 127.0.0.1 (DNS rebinding), and would then be of
//! the same origin as the console: on the loopback interface the pages answer to `localhost` and to addresses alone.

use http::{
    HeaderMap, HeaderName,
    header::{HOST, ORIGIN},
    uri::Authority,
};
use std::net::{IpAddr, SocketAddr};

/// From where a browser's request comes (Fetch Metadata).
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The names that a server answers to.
pub(crate) enum Hosts {
    /// Whatever leads here: the network has names for this machine.
    Any,
    /// `localhost` and addresses.
    Own,
}

impl Hosts {
    /// Those of a server that listens there.
    pub(crate) fn of(listen: SocketAddr) -> Self {
        if listen.ip().is_loopback() { Self::Own } else { Self::Any }
    }

    /// Whether the request calls the server by such a name.
    pub(crate) fn have(&self, headers: &HeaderMap) -> bool {
        let mut named = headers.get_all(HOST).iter();
        match (self, named.next(), named.next()) {
            (Self::Any, ..) => true,
            (Self::Own, Some(host), None) => host.to_str().ok().and_then(|host| host.parse().ok()).is_some_and(is_own),
            (Self::Own, ..) => false,
        }
    }
}

/// Whether no page of another origin sent the request: browsers say so in headers that no script can set. A client that is no browser
/// sends neither.
pub(crate) fn is_of_this_origin(headers: &HeaderMap) -> bool {
    let all = |name: HeaderName, is_ours: &dyn Fn(&[u8]) -> bool| {
        headers.get_all(name).iter().all(|value| is_ours(value.as_bytes()))
    };
    let own = headers.get(HOST).map(|host| [b"http://", host.as_bytes()].concat()).unwrap_or_default();
    all(ORIGIN, &|origin| origin == own) && all(SITE, &|site| [&b"same-origin"[..], b"none"].contains(&site))
}

fn is_own(host: Authority) -> bool {
    let name = host.host().to_ascii_lowercase();
    // No browser sends a user's name along; whatever does is no page of ours.
    let has_user = host.as_str().contains('@');
    let is_address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    !has_user && (is_address || name == "localhost" || name.ends_with(".localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn has(listen: [u8; 4], hosts: &[&str]) -> bool {
        let headers = hosts.iter().map(|host| (HOST, HeaderValue::from_str(host).unwrap())).collect::<Vec<_>>();
        let mut map = HeaderMap::new();
        for (name, host) in headers {
            map.append(name, host);
        }
        Hosts::of((listen, 8000).into()).have(&map)
    }

    #[test]
    fn a_page_of_another_origin_is_told_by_either_header() {
        let is_ours = |given: &[(HeaderName, &str)]| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("localhost:8000"));
            for (name, value) in given {
                headers.append(name, HeaderValue::from_str(value).unwrap());
            }
            is_of_this_origin(&headers)
        };
        assert!(is_ours(&[]) && is_ours(&[(ORIGIN, "http://localhost:8000"), (SITE, "same-origin")]));
        for origin in ["http://localhost:3000", "https://localhost:8000", "http://evil.test", "null", ""] {
            assert!(!is_ours(&[(ORIGIN, origin)]), "{origin}");
            assert!(!is_ours(&[(ORIGIN, "http://localhost:8000"), (ORIGIN, origin)]), "{origin}");
        }
        assert!(!is_ours(&[(SITE, "same-site")]) && !is_ours(&[(SITE, "cross-site")]) && is_ours(&[(SITE, "none")]));
    }

    #[test]
    fn a_foreign_name_that_leads_to_loopback_is_no_name_of_ours() {
        for own in ["localhost:8000", "LOCALHOST", "app.localhost:8000", "127.0.0.1:8000", "[::1]:8000"] {
            assert!(has([127, 0, 0, 1], &[own]), "{own}");
        }
        for foreign in ["evil.test:8000", "localhost.evil.test", "127.0.0.1.evil.test", "", "evil.test@localhost:x"] {
            assert!(!has([127, 0, 0, 1], &[foreign]), "{foreign}");
        }
        assert!(!has([127, 0, 0, 1], &[]) && !has([127, 0, 0, 1], &["localhost", "evil.test"]));
        assert!(has([0, 0, 0, 0], &["latchkey.lan:8000"]), "the network has names for this machine");
    }
}
