//! The cookies of dj-rest-auth: JWT_AUTH_COOKIE and JWT_AUTH_REFRESH_COOKIE, as Django writes them.
//!
//! In place of Django's token against forged requests stands what a browser says of the page that asks: a cookie counts for pages of
//! the service's own origin and of AUTH_COOKIE_ORIGINS alone.

use crate::{authentication::origin::RequestOrigin, instant, problem::Problem};
use http::HeaderValue;
use settings::Settings;

/// What a browser keeps of name and value at most, in bytes (RFC 6265bis section 5.6).
const LONGEST: usize = 4096;

/// Where the endpoints stand, behind whatever a gateway puts before it.
const ROOT: &str = "/dj-rest-auth";

/// A cookie by its name, with the path where it belongs.
pub(crate) struct Cookie<'s> {
    name: &'s str,
    path: &'s str,
}

impl<'s> Cookie<'s> {
    /// The cookie of the access token; `None` unless JWT_AUTH_COOKIE names it.
    pub(crate) fn access(settings: &'s Settings) -> Option<Self> {
        Some(Self { name: settings.rest_auth_cookie()?, path: "/" })
    }

    /// The cookie of the refresh token, for whoever asked for `path`; `None` unless JWT_AUTH_REFRESH_COOKIE names it.
    pub(crate) fn refresh(settings: &'s Settings, path: &'s str) -> Option<Self> {
        let name = settings.jwt_auth_refresh_cookie.as_deref()?;
        let given = settings.jwt_auth_refresh_cookie_path.as_deref();
        Some(Self { name, path: given.unwrap_or_else(|| root(path)) })
    }

    /// `Set-Cookie` for a token that ends at `expiry`.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for a token that no browser would keep.
    pub(crate) fn set(&self, token: &str, expiry: i64, settings: &Settings, now: i64) -> Result<HeaderValue, Problem> {
        if self.name.len() + token.len() >= LONGEST {
            return Err(Problem::too_large("the token is too long for a cookie: TOKEN_CLAIMS must name less"));
        }
        let hidden = if settings.jwt_auth_httponly { "; HttpOnly" } else { "" };
        let secure = if settings.jwt_auth_secure { "; Secure" } else { "" };
        let age = expiry.saturating_sub(now);
        self.written(token, expiry, &format!("{hidden}; Max-Age={age}"), secure, settings)
    }

    /// `Set-Cookie` that takes the cookie away.
    ///
    /// # Errors
    /// A name or a path that is none.
    pub(crate) fn clear(&self, settings: &Settings) -> Result<HeaderValue, Problem> {
        // A browser takes no line for a name of these without it (RFC 6265bis section 4.1.3).
        let is_bound = ["__Host-", "__Secure-"].iter().any(|prefix| self.name.starts_with(prefix));
        self.written("\"\"", 0, "; Max-Age=0", if is_bound { "; Secure" } else { "" }, settings)
    }

    fn written(
        &self,
        value: &str,
        expiry: i64,
        age: &str,
        secure: &str,
        settings: &Settings,
    ) -> Result<HeaderValue, Problem> {
        let domain = settings.jwt_auth_cookie_domain.as_ref();
        let domain = domain.map_or_else(String::new, |domain| format!("; Domain={domain}"));
        let sites = settings.jwt_auth_samesite.map_or_else(String::new, |sites| format!("; SameSite={sites}"));
        let (Self { name, path }, end) = (self, instant::of_http(expiry));
        let cookie = format!("{name}={value}{domain}; expires={end}{age}; Path={path}{sites}{secure}");
        HeaderValue::try_from(cookie).map_err(Problem::unavailable)
    }

    /// The value of this cookie among those of a request.
    ///
    /// # Errors
    /// [`Problem::SeveralTokens`]: which of two values was meant nobody can know.
    pub(crate) fn read<'r>(&self, lines: impl Iterator<Item = &'r str>) -> Result<Option<&'r str>, Problem> {
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
        let mut values = pairs.filter(|(name, _)| name.trim() == self.name).map(|(_, value)| value.trim());
        let first = values.next();
        if values.all(|value| Some(value) == first) { Ok(first) } else { Err(Problem::SeveralTokens) }
    }
}

/// The access token of a request's cookie, if it comes from a page of ours, or from no page.
///
/// # Errors
/// [`Problem::SeveralTokens`], and [`Problem::Forbidden`] for any other page.
pub(crate) fn access<'r>(
    lines: impl Iterator<Item = &'r str>,
    origin: &RequestOrigin<'_>,
    settings: &Settings,
) -> Result<Option<&'r str>, Problem> {
    let Some(cookie) = Cookie::access(settings) else { return Ok(None) };
    let token = cookie.read(lines)?;
    token.map_or(Ok(()), |_| origin.prove_of_browser(settings))?;
    Ok(token)
}

/// A path up to dj-rest-auth's own; that alone where it does not name it, or has what ends an attribute.
fn root(path: &str) -> &str {
    let known = path.find(ROOT).and_then(|start| path.get(..start + ROOT.len()));
    let plain = |path: &&str| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~%".contains(&byte));
    known.filter(plain).unwrap_or(ROOT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(given: &[(&str, &str)]) -> Settings {
        let own = [("ACCOUNTS", "dj-rest-auth"), ("JWT_AUTH_COOKIE", "access"), ("JWT_AUTH_REFRESH_COOKIE", "refresh")];
        Settings::of(&[&own, given].concat()).unwrap()
    }

    fn text(value: Result<HeaderValue, Problem>) -> String {
        value.unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn is_hidden_from_scripts_and_goes_where_it_is_needed() {
        let settings = settings(&[]);
        let cookie = Cookie::refresh(&settings, "/v1/dj-rest-auth/login/").unwrap();
        assert_eq!(
            text(cookie.set("a.b.c", 1_300, &settings, 1_000)),
            "refresh=a.b.c; expires=Thu, 01 Jan 1970 00:21:40 GMT; HttpOnly; Max-Age=300; Path=/v1/dj-rest-auth; \
             SameSite=Lax; Secure"
        );
        assert_eq!(
            text(Cookie::access(&settings).unwrap().clear(&settings)),
            "access=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax"
        );
    }

    #[test]
    fn is_written_as_the_settings_say() {
        let settings = settings(&[
            ("JWT_AUTH_SECURE", "false"),
            ("JWT_AUTH_HTTPONLY", "false"),
            ("JWT_AUTH_SAMESITE", "Strict"),
            ("JWT_AUTH_COOKIE_DOMAIN", "example.com"),
            ("JWT_AUTH_REFRESH_COOKIE_PATH", "/"),
        ]);
        let cookie = Cookie::refresh(&settings, "/dj-rest-auth/login/").unwrap();
        let end = "Thu, 01 Jan 1970 00:00:10 GMT; Max-Age=10; Path=/; SameSite=Strict";
        assert_eq!(text(cookie.set("x", 10, &settings, 0)), format!("refresh=x; Domain=example.com; expires={end}"));
        assert!(cookie.set(&"x".repeat(5_000), 1, &settings, 0).is_err());
    }

    #[test]
    fn of_a_name_that_browsers_guard_is_taken_away_as_they_want_it() {
        let bound = Settings::of(&[("ACCOUNTS", "dj-rest-auth"), ("JWT_AUTH_COOKIE", "__Host-access")]).unwrap();
        assert!(text(Cookie::access(&bound).unwrap().clear(&bound)).ends_with("; SameSite=Lax; Secure"));
    }

    #[test]
    fn that_stands_there_with_two_values_is_nobodys() {
        let settings = settings(&[]);
        let cookie = Cookie::access(&settings).unwrap();
        assert_eq!(cookie.read(["a=1; access=x", "access=x"].into_iter()).unwrap(), Some("x"));
        assert!(cookie.read(["access=x; access=y"].into_iter()).is_err());
        assert_eq!(cookie.read(["xaccess=x"].into_iter()).unwrap(), None);
    }

    #[test]
    fn is_none_without_the_package() {
        let settings = Settings::of(&[("JWT_AUTH_COOKIE", "access")]).unwrap();
        assert!(Cookie::access(&settings).is_none());
    }
}
