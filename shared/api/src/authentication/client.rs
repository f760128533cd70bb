//! Which other software asks: OAuth's client authentication (RFC 6749 section 2.3.1) against OAUTH_CLIENTS.

use crate::{problem::Problem, request::api_request::ApiRequest, view::Field};
use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use http::header::AUTHORIZATION;
use settings::Settings;
use zeroize::Zeroizing;

/// A token that other software asks about.
pub struct Form {
    pub(crate) token: Zeroizing<String>,
}

/// Who a client says it is.
struct Credentials {
    id: String,
    secret: Zeroizing<String>,
}

impl Form {
    /// The fields, for `OPTIONS`.
    pub(crate) fn fields() -> Vec<Field<'static>> {
        let optional = ["token_type_hint", "client_id", "client_secret"].map(Field::optional);
        std::iter::once(Field::required("token")).chain(optional).collect()
    }

    /// Reads the token, if a client asks that OAUTH_CLIENTS names.
    ///
    /// # Errors
    /// [`Problem::InvalidClient`], or [`Problem::InvalidRequest`] for one that names no token, or authenticates in two
    /// ways at once.
    pub(crate) fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Self, Problem> {
        authenticate(request, settings)?;
        let token = request.text("token").ok_or(Problem::InvalidRequest)?;
        Ok(Self { token: Zeroizing::new(token.trim().to_owned()) })
    }
}

/// Lets a client that OAUTH_CLIENTS names go on; where it names none, nobody.
fn authenticate(request: &ApiRequest<'_>, settings: &Settings) -> Result<(), Problem> {
    let headers: Vec<_> = request.headers().get_all(AUTHORIZATION).iter().collect();
    let credentials = match (headers.as_slice(), request.text("client_secret")) {
        ([], Some(secret)) => in_body(request, secret),
        ([header], None) => header.to_str().ok().and_then(in_header),
        ([], None) => None,
        _ => return Err(Problem::InvalidRequest),
    };
    let known = credentials.is_some_and(|credentials| is_known(&credentials, settings));
    if known { Ok(()) } else { Err(Problem::InvalidClient) }
}

fn in_body(request: &ApiRequest<'_>, secret: &str) -> Option<Credentials> {
    Some(Credentials { id: request.text("client_id")?.to_owned(), secret: Zeroizing::new(secret.to_owned()) })
}

/// HTTP Basic, in which id and secret are encoded as in a form.
fn in_header(header: &str) -> Option<Credentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| BASE64_STANDARD.decode(encoded.trim()).ok())??;
    let text = Zeroizing::new(String::from_utf8(decoded).ok()?);
    let (id, secret) = text.split_once(':')?;
    Some(Credentials { id: form_decoded(id), secret: Zeroizing::new(form_decoded(secret)) })
}

fn form_decoded(text: &str) -> String {
    let plain = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(plain.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

/// The time this takes depends on no secret: equal lengths are compared, and for an unknown id, too.
fn is_known(credentials: &Credentials, settings: &Settings) -> bool {
    let known = settings.oauth_clients.secret_of(&credentials.id);
    let expected = digest(&SHA256, known.unwrap_or_default().as_bytes());
    let given = digest(&SHA256, credentials.secret.as_bytes());
    let equal = verify_slices_are_equal(expected.as_ref(), given.as_ref()).is_ok();
    equal && known.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> Option<(String, String)> {
        in_header(header).map(|credentials| (credentials.id, credentials.secret.as_str().to_owned()))
    }

    #[test]
    fn basic_carries_encoded_id_and_secret() {
        let header = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(read(&header("app:secret")), pair("app", "secret"));
        assert_eq!(read(&header("app:a:b")), pair("app", "a:b"));
        assert_eq!(read(&header("a%3Ab:s%20p+c=&x")), pair("a:b", "s p c=&x"));
        assert_eq!(read(&header("app:").replace("Basic", "bAsIc")), pair("app", ""));
        for header in ["", "Basic", "Basic !", "Bearer YTpi", &header("nocolon")] {
            assert_eq!(read(header), None, "{header}");
        }
    }
}
