//! The token that a request shows to be let in: in its one header, or with AUTH_COOKIE in its cookie.

use crate::{
    authentication::{cookie, origin::RequestOrigin},
    problem::Problem,
};
use http::HeaderMap;
use settings::{Legacy, Profile, Settings};

/// The token of a request's headers.
pub(crate) fn presented(headers: &HeaderMap, settings: &Settings) -> Result<String, Problem> {
    let mut lines = headers.get_all(settings.auth_header_name.as_str()).iter();
    let line = lines.next().map(|line| String::from_utf8_lossy(line.as_bytes()));
    let is_alone = lines.next().is_none();
    let header = line.as_deref().map(|line| match is_alone {
        true => token_of(line, settings),
        false => Err(Problem::BadAuthorizationHeader),
    });
    let cookie = cookie::access(cookie::lines(headers), &RequestOrigin::of(headers), settings);
    one_of(header, cookie).map(str::to_owned)
}

/// The one token of header and cookie. A cookie counts where there is no header at all: a gateway may keep the answer
/// under that header, whatever it says.
pub(crate) fn one_of<'r>(
    header: Option<Result<&'r str, Problem>>,
    cookie: Result<Option<&'r str>, Problem>,
) -> Result<&'r str, Problem> {
    match (header, cookie) {
        (None, cookie) => cookie?.ok_or(Problem::NotAuthenticated),
        (Some(Ok(token)), Ok(Some(other))) if token != other => Err(Problem::SeveralTokens),
        (Some(Ok(_)), Err(Problem::SeveralTokens)) => Err(Problem::SeveralTokens),
        (Some(header), _) => header,
    }
}

/// The token of a header. RFC 6750 section 2.1 has nothing but spaces before it; Simple JWT takes any white space,
/// which the profile `hardened` does not.
pub(crate) fn token_of<'h>(header: &'h str, settings: &Settings) -> Result<&'h str, Problem> {
    if settings.profile == Profile::Hardened && header.contains(|c: char| c.is_ascii_whitespace() && c != ' ') {
        return Err(Problem::BadAuthorizationHeader);
    }
    let mut parts = header.split_ascii_whitespace();
    let scheme = parts.next().ok_or(Problem::NotAuthenticated)?;
    // RFC 9110 section 11.1: schemes are case-insensitive. Simple JWT compares them exactly.
    let legacy = (settings.legacy != Legacy::Off).then(|| settings.legacy_prefix());
    let mut ours = settings.auth_header_types.iter().map(String::as_str).chain(legacy);
    if !ours.any(|ours| ours.eq_ignore_ascii_case(scheme)) {
        return Err(Problem::NotAuthenticated);
    }
    match (parts.next(), parts.next()) {
        (Some(token), None) => Ok(token),
        _ => Err(Problem::BadAuthorizationHeader),
    }
}
