//! The pair of tokens on its way: in bodies, or, for browsers with AUTH_COOKIE, in cookies.
//!
//! Whether a browser asks is told by headers that its scripts can neither set nor leave out, so that no script, whatever
//! it sends, gets a refresh token to read.

use crate::{
    authentication::{
        cookie::{self, Cookie},
        origin::RequestOrigin,
    },
    call::Call,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    view::Field,
};
use http::HeaderValue;
use settings::Settings;
use token::{Kind, Signed, Token};

/// Where the tokens of an answer go.
pub(crate) enum Delivery {
    /// Into its body.
    Body,
    /// Into cookies, for whoever asked for this path.
    Cookies(String),
}

/// A refresh token that came back, and where the answer's tokens go.
pub struct Form {
    pub(crate) refresh: String,
    pub(crate) delivery: Delivery,
}

/// A signed token, and when it ends.
pub(crate) struct Issued {
    text: String,
    expiry: i64,
}

/// An access token, and the refresh token beside it if it is a new one.
pub(crate) struct Pair {
    pub(crate) access: Issued,
    pub(crate) refresh: Option<Issued>,
}

/// What of a pair stands in the body, and the cookies that hold the rest.
#[derive(Default)]
pub(crate) struct Delivered {
    pub(crate) access: Option<String>,
    pub(crate) refresh: Option<String>,
    pub(crate) cookies: Vec<HeaderValue>,
}

impl Issued {
    pub(crate) fn new<K: Kind>(token: &Token<K>, signed: Signed) -> Self {
        Self { text: signed.text, expiry: token.expiry() }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// In Unix seconds.
    pub(crate) fn expiry(&self) -> i64 {
        self.expiry
    }
}

impl Form {
    /// The one field, for `OPTIONS`.
    pub(crate) fn field() -> Field<'static> {
        Field::required("refresh")
    }

    /// Reads the refresh token: of the body, or of a browser's cookie.
    pub(crate) fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Self, Problem> {
        let delivery = Delivery::to(request, settings)?;
        if matches!(delivery, Delivery::Body) {
            return Ok(Self { refresh: in_body(request)?, delivery });
        }
        let refresh = match cookie::refresh(request.headers(), settings)? {
            Some(token) if request.has("refresh") && in_body(request)? != token => return Err(Problem::SeveralTokens),
            Some(token) => token.to_owned(),
            None if request.has("refresh") => in_body(request)?,
            None => return Err(Problem::NotAuthenticated),
        };
        Ok(Self { refresh, delivery })
    }
}

impl Delivery {
    /// Where whoever asks gets tokens.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for a page that is none of ours: it could log somebody in, or out, unasked.
    pub(crate) fn to(request: &ApiRequest<'_>, settings: &Settings) -> Result<Self, Problem> {
        let origin = RequestOrigin::of(request.headers());
        if settings.auth_cookie.is_none() || !origin.is_browser() || origin.keeps_tokens(settings) {
            return Ok(Self::Body);
        }
        origin.prove(settings)?;
        Ok(Self::Cookies(request.path().to_owned()))
    }

    /// Hands a pair over.
    pub(crate) fn deliver(&self, pair: Pair, call: &Call<'_>) -> Result<Delivered, Problem> {
        let Pair { access, refresh } = pair;
        let Some([for_access, for_refresh, for_session]) = self.cookies(call) else {
            let refresh = refresh.map(|refresh| refresh.text);
            return Ok(Delivered { access: Some(access.text), refresh, cookies: Vec::new() });
        };
        let lifetime = |token: &Issued| token.expiry - call.ambient.now;
        let mut cookies = vec![for_access.set(&access.text, lifetime(&access))?];
        if let Some(refresh) = refresh {
            let sid = token::unverified_session(&refresh.text, &call.service.rules.names.jti).unwrap_or_default();
            cookies.push(for_refresh.set(&refresh.text, lifetime(&refresh))?);
            cookies.push(for_session.set(&sid, lifetime(&refresh))?);
        }
        Ok(Delivered { cookies, ..Delivered::default() })
    }

    /// Takes the tokens away from whoever has them in cookies.
    pub(crate) fn clear(&self, call: &Call<'_>) -> Result<Vec<HeaderValue>, Problem> {
        self.cookies(call).into_iter().flatten().map(|cookie| cookie.clear()).collect()
    }

    fn cookies<'s>(&'s self, call: &Call<'_>) -> Option<[Cookie<'s>; 3]> {
        let settings = call.service.settings();
        match self {
            Self::Body => None,
            Self::Cookies(path) => {
                Some([Cookie::access(settings)?, Cookie::refresh(settings, path)?, Cookie::session(settings)?])
            }
        }
    }
}

fn in_body(request: &ApiRequest<'_>) -> Result<String, Problem> {
    let [refresh] = request.require([Char::trimmed("refresh")])?;
    Ok(refresh)
}
