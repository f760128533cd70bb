//! The one table of failures: what each is called, its status, and its body, letter for letter as Django REST
//! framework and Simple JWT write them.

use http::StatusCode;
use serde_json::{Map, Value, json};
use std::fmt::Display;

/// Why a request got no reply. Lower crates say what happened; only this type says what to answer.
#[derive(Clone, Debug)]
pub enum Problem {
    /// The `Authorization` header has the right scheme but not exactly one token.
    BadAuthorizationHeader,
    /// The token was blacklisted, or its session has ended.
    Blacklisted,
    /// The token was blacklisted, as the verify endpoint words it: 400 and a field error (Simple JWT 5.5).
    BlacklistedAtVerify,
    /// The body is longer than 64 KiB.
    BodyTooLarge,
    /// Fields of the form are missing or wrong: name and message, in the form's order; a name may come twice.
    Fields(Vec<(String, String)>),
    /// Whoever asks may not do this; says what.
    Forbidden(&'static str),
    /// A form or multipart body that cannot be read.
    FormParse(String),
    /// Other software did not prove who it is (RFC 6749 section 5.2).
    InvalidClient,
    /// A list is to go on from where no list ended.
    InvalidCursor,
    /// Other software asked without a token, or proves itself in two ways (RFC 6749 section 5.2).
    InvalidRequest,
    /// The body is not JSON; says where.
    JsonParse(String),
    /// An endpoint of LEGACY refuses a login or a token, in the package's words.
    LegacyRefused(&'static str),
    /// A guarded endpoint of LEGACY refuses the credentials of a request.
    LegacyUnauthenticated(&'static str),
    /// A request whose address or body cannot be decoded.
    Malformed,
    /// The path exists, the method does not.
    MethodNotAllowed(String),
    /// Unknown user, wrong password, inactive user: one answer for all, so that none can be told from another.
    NoActiveAccount,
    /// The token is good, its user is gone or inactive.
    NoActiveAccountForToken,
    /// The JSON body is `null`.
    NoData,
    /// The token does not say whose it is.
    NoUserIdentification,
    /// The JSON body is not an object but of this Python type.
    NotADictionary(&'static str),
    /// The `Accept` header allows no JSON.
    NotAcceptable,
    /// A guarded endpoint was called without credentials.
    NotAuthenticated,
    /// No such path or format.
    NotFound,
    /// The password was changed after the token was issued (CHECK_REVOKE_TOKEN).
    PasswordChanged,
    /// The same, at a refresh: Simple JWT gives it no code there.
    PasswordChangedAtRefresh,
    /// Two tokens that differ came with one request: in two cookies, or in a cookie and elsewhere.
    SeveralTokens,
    /// Too many failures: the seconds until the next attempt.
    Throttled(i64),
    /// The token is refused, and why.
    Token(token::Error),
    /// The access token is refused: token class, token type and reason for each of AUTH_TOKEN_CLASSES.
    TokenForAnyClass(Vec<(&'static str, &'static str, String)>),
    /// The body did not arrive in time.
    TooSlow,
    /// The store or the keys cannot be reached; the cause is for the log.
    Unavailable(String),
    /// The Content-Type names a charset that is not one of text.
    UnsupportedCharset(String),
    /// The Content-Type is none of JSON, form, multipart.
    UnsupportedMediaType(String),
    /// No token can be revoked, because nothing is kept (RFC 7009 section 2.2.1).
    UnsupportedTokenType,
    /// The token's user is inactive.
    UserInactive,
    /// The token's user does not exist.
    UserNotFound,
}

/// How long a client should wait before it asks again after a 503, in seconds.
const RETRY_AFTER: i64 = 1;

impl Problem {
    /// A failure outside the request: answered with 503, its cause logged once.
    pub(crate) fn unavailable(cause: impl Display) -> Self {
        Self::Unavailable(cause.to_string())
    }

    /// Tokens that no request could carry: the same at every try, so nobody is told to try again.
    pub(crate) fn too_large(cause: impl Display) -> Self {
        let cause = cause.to_string();
        tracing::error!(event = "token_too_large", cause);
        Self::Forbidden("The tokens of this user would be too large to be sent.")
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BlacklistedAtVerify
            | Self::Fields(_)
            | Self::FormParse(_)
            | Self::InvalidRequest
            | Self::JsonParse(_)
            | Self::LegacyRefused(_)
            | Self::Malformed
            | Self::NoData
            | Self::NotADictionary(_)
            | Self::UnsupportedCharset(_)
            | Self::UnsupportedTokenType => StatusCode::BAD_REQUEST,
            Self::BadAuthorizationHeader
            | Self::Blacklisted
            | Self::InvalidClient
            | Self::LegacyUnauthenticated(_)
            | Self::NoActiveAccount
            | Self::NoActiveAccountForToken
            | Self::NoUserIdentification
            | Self::NotAuthenticated
            | Self::PasswordChanged
            | Self::PasswordChangedAtRefresh
            | Self::SeveralTokens
            | Self::Token(_)
            | Self::TokenForAnyClass(_)
            | Self::UserInactive
            | Self::UserNotFound => StatusCode::UNAUTHORIZED,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::InvalidCursor | Self::NotFound => StatusCode::NOT_FOUND,
            Self::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    /// The JSON body.
    pub fn body(&self) -> Value {
        match self {
            Self::Fields(faults) => fields(faults),
            Self::BlacklistedAtVerify => non_field("Token is blacklisted"),
            Self::LegacyRefused(words) => non_field(words),
            Self::InvalidClient => json!({"error": "invalid_client"}),
            Self::InvalidRequest => json!({"error": "invalid_request"}),
            Self::UnsupportedTokenType => json!({"error": "unsupported_token_type"}),
            Self::NoData => non_field("No data provided"),
            Self::NotADictionary(kind) => non_field(&format!("Invalid data. Expected a dictionary, but got {kind}.")),
            Self::TokenForAnyClass(refusals) => for_any_class(refusals),
            other => match other.code() {
                Some(code) => json!({"detail": other.detail(), "code": code}),
                None => json!({"detail": other.detail()}),
            },
        }
    }

    /// `WWW-Authenticate` (RFC 9110 section 11.6.1, RFC 6750 section 3) for a scheme, on a 401.
    pub fn challenge(&self, scheme: &str) -> Option<String> {
        let realm = format!(r#"{scheme} realm="api""#);
        match self {
            _ if self.status() != StatusCode::UNAUTHORIZED => None,
            Self::InvalidClient => Some(r#"Basic realm="api""#.to_owned()),
            Self::LegacyUnauthenticated(_) | Self::NoActiveAccount | Self::NotAuthenticated => Some(realm),
            _ => Some(format!(r#"{realm}, error="invalid_token""#)),
        }
    }

    /// `Retry-After`, in seconds, where waiting helps.
    pub fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Throttled(seconds) => Some(*seconds),
            Self::Unavailable(_) => Some(RETRY_AFTER),
            _ => None,
        }
    }

    fn code(&self) -> Option<&'static str> {
        match self {
            Self::BadAuthorizationHeader => Some("bad_authorization_header"),
            Self::Blacklisted | Self::NoUserIdentification | Self::Token(_) => Some("token_not_valid"),
            Self::PasswordChanged => Some("password_changed"),
            Self::UserInactive => Some("user_inactive"),
            Self::UserNotFound => Some("user_not_found"),
            _ => None,
        }
    }

    /// The sentence of the body; of one without a sentence, all of it.
    pub(crate) fn detail(&self) -> String {
        let fixed = match self {
            Self::BadAuthorizationHeader => "Authorization header must contain two space-delimited values",
            Self::Blacklisted => "Token is blacklisted",
            Self::BodyTooLarge => "Request body is too large; 64 KiB are allowed.",
            Self::Forbidden(words) | Self::LegacyUnauthenticated(words) => words,
            Self::InvalidCursor => "Invalid cursor",
            Self::Malformed => "Malformed request.",
            Self::NoActiveAccount => "No active account found with the given credentials",
            Self::NoActiveAccountForToken => "No active account found for the given token.",
            Self::NoUserIdentification => "Token contained no recognizable user identification",
            Self::NotAcceptable => "Could not satisfy the request Accept header.",
            Self::NotAuthenticated => "Authentication credentials were not provided.",
            Self::NotFound => "Not found.",
            Self::PasswordChanged | Self::PasswordChangedAtRefresh => "The user's password has been changed.",
            Self::SeveralTokens => "Several tokens were sent. Send one.",
            Self::TooSlow => "Request body did not arrive in time.",
            Self::Unavailable(_) => "Service temporarily unavailable, try again later.",
            Self::UserInactive => "User is inactive",
            Self::UserNotFound => "User not found",
            Self::FormParse(cause) => return format!("Multipart form parse error - {cause}"),
            Self::JsonParse(cause) => return format!("JSON parse error - {cause}"),
            Self::MethodNotAllowed(method) => return format!("Method \"{method}\" not allowed."),
            Self::Throttled(1) => "Request was throttled. Expected available in 1 second.",
            Self::Throttled(wait) => return format!("Request was throttled. Expected available in {wait} seconds."),
            Self::Token(error) => return error.to_string(),
            Self::UnsupportedCharset(name) => {
                return format!("Unsupported charset \"{name}\" in request Content-Type header.");
            }
            Self::UnsupportedMediaType(media) => return format!("Unsupported media type \"{media}\" in request."),
            Self::BlacklistedAtVerify
            | Self::Fields(_)
            | Self::InvalidClient
            | Self::InvalidRequest
            | Self::LegacyRefused(_)
            | Self::NoData
            | Self::NotADictionary(_)
            | Self::TokenForAnyClass(_)
            | Self::UnsupportedTokenType => return self.body().to_string(),
        };
        fixed.to_owned()
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        Self::unavailable(error)
    }
}

impl From<token::Error> for Problem {
    fn from(error: token::Error) -> Self {
        match error {
            token::Error::NoSigner => Self::unavailable(error),
            token::Error::TooLong => Self::too_large(error),
            refused => Self::Token(refused),
        }
    }
}

fn fields(faults: &[(String, String)]) -> Value {
    let mut messages = Map::new();
    for (name, message) in faults {
        let list = messages.entry(name.clone()).or_insert_with(|| json!([]));
        list.as_array_mut().into_iter().for_each(|list| list.push(json!(message)));
    }
    Value::Object(messages)
}

fn non_field(message: &str) -> Value {
    json!({"non_field_errors": [message]})
}

fn for_any_class(refusals: &[(&'static str, &'static str, String)]) -> Value {
    let messages: Vec<Value> = refusals
        .iter()
        .map(|(class, kind, reason)| json!({"token_class": class, "token_type": kind, "message": reason}))
        .collect();
    json!({
        "detail": "Given token not valid for any token type",
        "code": "token_not_valid",
        "messages": messages,
    })
}
