//! The cookies of AUTH_COOKIE: how they are called, written and read.
//!
//! No script can read them, no page of another site can send them along, nothing but HTTPS carries them (RFC 6265bis
//! section 4.1.2). The access token's goes to every path, and `__Host-` keeps other hosts of the domain from setting one.
//! The refresh token's goes to the token endpoints alone, so that no function behind the gateway ever sees it; the
//! prefix for that is `__Secure-`, and any host of the domain may set one of that name. A third cookie, again with
//! `__Host-`, names its session: a refresh token of another is nobody's.

use crate::{
    authentication::{origin::RequestOrigin, rest_auth},
    problem::Problem,
};
use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, HeaderName},
};
use settings::Settings;

/// What a browser keeps of name and value at most, in bytes (RFC 6265bis section 5.6).
const LONGEST: usize = 4096;

/// The path of the refresh token's cookie, wherever the service is mounted.
const TOKEN_ENDPOINTS: &str = "/api/token";

/// One of the cookies, with the place where it belongs.
pub(crate) struct Cookie<'s> {
    name: String,
    path: &'s str,
}

impl<'s> Cookie<'s> {
    /// The cookie of the access token; `None` unless AUTH_COOKIE names it.
    pub(crate) fn access(settings: &Settings) -> Option<Self> {
        let name = settings.auth_cookie.as_ref()?;
        Some(Self { name: format!("__Host-{name}"), path: "/" })
    }

    /// The cookie of the refresh token, for whoever asked for `path`: the stage of an API may stand before it.
    pub(crate) fn refresh(settings: &Settings, path: &'s str) -> Option<Self> {
        let name = settings.auth_cookie.as_ref()?;
        Some(Self { name: format!("__Secure-{name}-refresh"), path: token_endpoints(path) })
    }

    /// The cookie that names the session of the refresh token's.
    pub(crate) fn session(settings: &Settings) -> Option<Self> {
        let name = settings.auth_cookie.as_ref()?;
        Some(Self { name: format!("__Host-{name}-session"), path: "/" })
    }

    /// `Set-Cookie` for a token that is good for another `lifetime` seconds.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for a token that no browser would keep.
    pub(crate) fn set(&self, token: &str, lifetime: i64) -> Result<HeaderValue, Problem> {
        let Self { name, path } = self;
        if name.len() + token.len() >= LONGEST {
            return Err(Problem::too_large("the token is too long for a cookie: TOKEN_CLAIMS must name less"));
        }
        let cookie = format!("{name}={token}; Path={path}; Max-Age={lifetime}; HttpOnly; Secure; SameSite=Strict");
        HeaderValue::try_from(cookie).map_err(Problem::unavailable)
    }

    /// `Set-Cookie` that takes the cookie away.
    pub(crate) fn clear(&self) -> Result<HeaderValue, Problem> {
        self.set("", 0)
    }

    /// The value of this cookie among those of a request.
    ///
    /// # Errors
    /// [`Problem::SeveralTokens`]: which of two values was meant nobody can know.
    fn read<'r>(&self, lines: impl Iterator<Item = &'r str>) -> Result<Option<&'r str>, Problem> {
        only(self.values(lines))
    }

    /// Every value of this cookie, as it was sent: nothing is unquoted or decoded.
    fn values<'r>(&self, lines: impl Iterator<Item = &'r str>) -> impl Iterator<Item = &'r str> {
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
        pairs
            .filter(|(name, _)| name.trim_matches([' ', '\t']) == self.name)
            .map(|(_, value)| value.trim_matches([' ', '\t']))
    }
}

fn only<'r>(mut values: impl Iterator<Item = &'r str>) -> Result<Option<&'r str>, Problem> {
    let first = values.next();
    if values.all(|value| Some(value) == first) { Ok(first) } else { Err(Problem::SeveralTokens) }
}

/// The access token of a request's cookie, if it comes from a page of ours.
///
/// # Errors
/// [`Problem::SeveralTokens`], and [`Problem::Forbidden`] for any other page: a cookie that is sent along without being
/// asked for is no credential.
pub(crate) fn access<'r>(
    lines: impl Iterator<Item = &'r str>,
    origin: &RequestOrigin<'_>,
    settings: &Settings,
) -> Result<Option<&'r str>, Problem> {
    let Some(cookie) = Cookie::access(settings) else { return rest_auth::access(lines, origin, settings) };
    let token = cookie.read(lines)?;
    token.map_or(Ok(()), |_| origin.prove(settings))?;
    Ok(token)
}

/// The refresh token of a request's cookies: the one of the session that the cookie beside it names. Another host of the
/// domain can add one that comes first, but it can neither name a session nor learn which one is named.
///
/// # Errors
/// [`Problem::SeveralTokens`] for several of that session.
pub(crate) fn refresh<'r>(headers: &'r HeaderMap, settings: &Settings) -> Result<Option<&'r str>, Problem> {
    let (Some(cookie), Some(session)) = (Cookie::refresh(settings, TOKEN_ENDPOINTS), Cookie::session(settings)) else {
        return Ok(None);
    };
    let Some(sid) = session.read(lines(headers))? else { return Ok(None) };
    let claim = settings.rules().names.jti;
    let named = |token: &&str| token::unverified_session(token, &claim).as_deref() == Some(sid);
    only(cookie.values(lines(headers)).filter(named))
}

/// The lines of a request that hold its cookies.
pub(crate) fn lines(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all::<HeaderName>(COOKIE).iter().filter_map(|line| line.to_str().ok())
}

/// A path up to the token endpoints; theirs alone where it does not name them, or has what ends an attribute.
fn token_endpoints(path: &str) -> &str {
    let end = path.rfind(TOKEN_ENDPOINTS).map(|start| start + TOKEN_ENDPOINTS.len());
    let known = end.and_then(|end| path.get(..end));
    let plain = |path: &&str| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~%".contains(&byte));
    known.filter(plain).unwrap_or(TOKEN_ENDPOINTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    proptest! {
        #[test]
        fn that_was_set_is_found_among_whatever_else_is_sent(
            token in "[A-Za-z0-9._-]{1,200}", lifetime in any::<i64>(), others in vec("[ -:<-~]{0,30}", 0..6), at in 0..6_usize
        ) {
            let set = cookie().set(&token, lifetime).unwrap();
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            let mut pairs = others.clone();
            pairs.retain(|other| !other.contains("__Host-latchkey"));
            pairs.insert(at.min(pairs.len()), pair);
            let line = pairs.join(";");
            prop_assert_eq!(read(&[&line]), Ok(Some(token.as_str())));
            let lines: Vec<&str> = pairs.iter().map(String::as_str).collect();
            prop_assert_eq!(read(&lines), Ok(Some(token.as_str())));
        }

        #[test]
        fn that_is_set_ends_no_header_and_adds_no_attribute(token in ".{0,60}", lifetime in any::<i64>()) {
            if let Ok(set) = cookie().set(&token, lifetime) && !token.contains(';') {
                let attributes: Vec<&[u8]> = set.as_bytes().split(|byte| *byte == b';').collect();
                prop_assert_eq!(attributes.len(), 6, "{:?}", set);
                prop_assert!(set.as_bytes().iter().all(|byte| *byte >= b' ' || *byte == b'\t'));
            }
        }
    }

    fn cookie() -> Cookie<'static> {
        Cookie { name: "__Host-latchkey".to_owned(), path: "/" }
    }

    fn read<'r>(lines: &[&'r str]) -> Result<Option<&'r str>, u16> {
        cookie().read(lines.iter().copied()).map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn is_found_among_others() {
        assert_eq!(read(&["a=1; __Host-latchkey=x.y.z; b=2"]), Ok(Some("x.y.z")));
        assert_eq!(read(&["a=1", "__Host-latchkey=x.y.z"]), Ok(Some("x.y.z")));
        for other in ["", ";", "__Host-latchkey", "__host-latchkey=x", "x__Host-latchkey=y", "a=__Host-latchkey=x"] {
            assert_eq!(read(&[other]), Ok(None), "{other}");
        }
    }

    #[test]
    fn is_taken_as_it_was_sent() {
        assert_eq!(read(&["__Host-latchkey=\"x\""]), Ok(Some("\"x\"")));
        assert_eq!(read(&["__Host-latchkey=%78; "]), Ok(Some("%78")));
        assert_eq!(read(&["__Host-latchkey="]), Ok(Some("")));
        assert_eq!(read(&["__Host-latchkey=a=b"]), Ok(Some("a=b")));
    }

    #[test]
    fn that_stands_there_twice_is_nobodys() {
        assert_eq!(read(&["__Host-latchkey=x; __Host-latchkey=y"]), Err(401));
        assert_eq!(read(&["__Host-latchkey=x", "__Host-latchkey="]), Err(401));
        assert_eq!(read(&["__Host-latchkey=x", "__Host-latchkey=x"]), Ok(Some("x")), "the two maps of one event");
    }

    #[test]
    fn goes_no_further_than_the_token_endpoints() {
        assert_eq!(token_endpoints("/api/token/"), "/api/token");
        assert_eq!(token_endpoints("/v1/api/token/refresh"), "/v1/api/token");
        assert_eq!(token_endpoints("/base/v1/api/token/blacklist/"), "/base/v1/api/token");
        for odd in ["", "/", "/api/%74oken", "/a;Domain=b/api/token/", "/a b/api/token"] {
            assert_eq!(token_endpoints(odd), "/api/token", "{odd}");
        }
    }

    #[test]
    fn that_no_browser_would_keep_is_not_set() {
        assert_eq!(cookie().set(&"x".repeat(5000), 1).unwrap_err().status().as_u16(), 403);
        assert_eq!(cookie().set("a\r\nb", 1).unwrap_err().status().as_u16(), 503);
    }
}
