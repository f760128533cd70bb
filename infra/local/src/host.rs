//! By which names the pages are shown. A foreign page can let a name of its own lead to 127.0.0.1 (DNS rebinding), and would then be of
//! the same origin as the console: on the loopback interface the pages answer to `localhost` and to addresses alone.

use http::{HeaderMap, header::HOST, uri::Authority};
use std::net::{IpAddr, SocketAddr};

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
