//! The pair of tokens on its way to a client of dj-rest-auth: in the body, and in the cookies of JWT_AUTH_COOKIE and
//! JWT_AUTH_REFRESH_COOKIE.

use crate::{
    authentication::{cookie, origin::RequestOrigin, rest_auth::Cookie},
    call::Call,
    problem::Problem,
    request::api_request::ApiRequest,
    session::pair::{Delivery, Pair},
};
use http::HeaderValue;
use settings::Settings;

/// Where the tokens of an answer go, for whoever asked for this path.
pub(crate) struct Handover {
    path: String,
    to_cookies: bool,
}

impl Handover {
    /// Where whoever asks gets tokens.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for a page that is none of ours, where cookies are set: it could log somebody in, or out, unasked.
    pub(crate) fn to(request: &ApiRequest<'_>, settings: &Settings) -> Result<Self, Problem> {
        let to_cookies = settings.rest_auth_cookie().is_some() || settings.jwt_auth_refresh_cookie.is_some();
        if to_cookies {
            RequestOrigin::of(request.headers()).prove_of_browser(settings)?;
        }
        Ok(Self { path: request.path().to_owned(), to_cookies })
    }

    /// The same, as it bounds what a token may say.
    pub(crate) fn delivery(&self) -> Delivery {
        if self.to_cookies { Delivery::Cookies(self.path.clone()) } else { Delivery::Body }
    }

    /// The cookies of a pair.
    pub(crate) fn set(&self, pair: &Pair, call: &Call<'_>) -> Result<Vec<HeaderValue>, Problem> {
        let (settings, now) = (call.service.settings(), call.ambient.now);
        let access = Cookie::access(settings).map(|cookie| (cookie, &pair.access));
        let refresh = Cookie::refresh(settings, &self.path).zip(pair.refresh.as_ref());
        let tokens = access.into_iter().chain(refresh);
        tokens.map(|(cookie, token)| cookie.set(token.text(), token.expiry(), settings, now)).collect()
    }

    /// Takes the tokens away from whoever has them in cookies.
    pub(crate) fn clear(&self, call: &Call<'_>) -> Result<Vec<HeaderValue>, Problem> {
        let settings = call.service.settings();
        let cookies = [Cookie::access(settings), Cookie::refresh(settings, &self.path)];
        cookies.into_iter().flatten().map(|cookie| cookie.clear(settings)).collect()
    }
}

/// Whether the refresh token is in its cookie and nowhere else.
pub(crate) fn is_hidden(settings: &Settings) -> bool {
    settings.jwt_auth_httponly && settings.jwt_auth_refresh_cookie.is_some()
}

/// What an answer's body says of its refresh token: nothing, where that is in its cookie alone.
pub(crate) fn refresh_in_body(pair: &Pair, settings: &Settings) -> Option<String> {
    let refresh = pair.refresh.as_ref().filter(|_| !is_hidden(settings))?;
    Some(refresh.text().to_owned())
}

/// The refresh token of a request's cookie.
///
/// # Errors
/// [`Problem::SeveralTokens`] for two values.
pub(crate) fn refresh_cookie(request: &ApiRequest<'_>, settings: &Settings) -> Result<Option<String>, Problem> {
    let Some(refresh) = Cookie::refresh(settings, request.path()) else { return Ok(None) };
    Ok(refresh.read(cookie::lines(request.headers()))?.map(str::to_owned))
}
