//! The one table of failures: what each is called, its status, and its body, letter for letter as Django REST
//! framework and Simple JWT write them.

use http::StatusCode;
use serde_json::{Map, Value, json};
use std::fmt::Display;

/// How long a client should wait before it asks again after a 503, in seconds.
const RETRY_AFTER: i64 = 1;

/// What Django REST framework calls the place for faults of no single field.
pub(crate) const NO_FIELD: &str = "non_field_errors";

/// Makes the type of the failures, and what is answered to each, from one row for each: what it means, its name with what it
/// carries, its status, and its body with what stands above it.
macro_rules! problems {
    ($($(#[$meaning:meta])+ $name:ident$(($carried:ident: $kind:ty))?, $status:ident, $response:expr;)+) => {
        /// Why a request got no reply. Lower crates say what happened; only this type says what to answer.
        #[derive(Clone, Debug)]
        pub enum Problem {
            $($(#[$meaning])+ $name$(($kind))?,)+
        }

        impl Problem {
            fn response(&self) -> ErrorResponse {
                match self {
                    $(Self::$name$(($carried))? => ErrorResponse { status: StatusCode::$status, ..$response },)+
                }
            }

            /// One of each.
            #[cfg(test)]
            fn all() -> Vec<Self> {
                vec![$(Self::$name$((<$kind as tests::Sample>::sample()))?),+]
            }
        }
    };
}

problems! {
    /// The `Authorization` header has the right scheme but not exactly one token.
    BadAuthorizationHeader, UNAUTHORIZED,
        coded("bad_authorization_header", "Authorization header must contain two space-delimited values");
    /// The token was blacklisted, or its session has ended.
    Blacklisted, UNAUTHORIZED, coded("token_not_valid", "Token is blacklisted");
    /// The token was blacklisted, as the verify endpoint words it: 400 and a field error (Simple JWT 5.5).
    BlacklistedAtVerify, BAD_REQUEST, non_field("Token is blacklisted");
    /// The body is longer than 64 KiB.
    BodyTooLarge, PAYLOAD_TOO_LARGE, detail("Request body is too large; 64 KiB are allowed.");
    /// Fields of the form are missing or wrong: name and message, in the form's order; a name may come twice.
    Fields(faults: Vec<(String, String)>), BAD_REQUEST, fields(faults);
    /// The client may not do this; says what.
    Forbidden(words: &'static str), FORBIDDEN, detail(*words);
    /// A form or multipart body that cannot be read.
    FormParse(cause: String), BAD_REQUEST, detail(format!("Multipart form parse error - {cause}"));
    /// Other software did not prove who it is (RFC 6749 section 5.2).
    InvalidClient, UNAUTHORIZED, oauth("invalid_client").challenged(Challenge::Basic);
    /// A list is to go on from where no list ended.
    InvalidCursor, NOT_FOUND, detail("Invalid cursor");
    /// Other software asked without a token, or proves itself in two ways (RFC 6749 section 5.2).
    InvalidRequest, BAD_REQUEST, oauth("invalid_request");
    /// The body is not JSON; says where.
    JsonParse(cause: String), BAD_REQUEST, detail(format!("JSON parse error - {cause}"));
    /// An endpoint of LEGACY refuses a login or a token, in the package's words.
    LegacyRefused(words: &'static str), BAD_REQUEST, non_field(words);
    /// A guarded endpoint of LEGACY refuses the credentials of a request.
    LegacyUnauthenticated(words: &'static str), UNAUTHORIZED, detail(*words).challenged(Challenge::Credentials);
    /// A request whose address or body cannot be decoded.
    Malformed, BAD_REQUEST, detail("Malformed request.");
    /// The path exists, the method does not.
    MethodNotAllowed(method: String), METHOD_NOT_ALLOWED, detail(format!("Method \"{method}\" not allowed."));
    /// Unknown user, wrong password, inactive user: one answer for all, so that none can be told from another.
    NoActiveAccount, UNAUTHORIZED,
        detail("No active account found with the given credentials").challenged(Challenge::Credentials);
    /// The token is good, its user is gone or inactive.
    NoActiveAccountForToken, UNAUTHORIZED, detail("No active account found for the given token.");
    /// The JSON body is `null`.
    NoData, BAD_REQUEST, non_field("No data provided");
    /// The token does not say whose it is.
    NoUserIdentification, UNAUTHORIZED,
        coded("token_not_valid", "Token contained no recognizable user identification");
    /// The JSON body is not an object but of this Python type.
    NotADictionary(kind: &'static str), BAD_REQUEST,
        non_field(&format!("Invalid data. Expected a dictionary, but got {kind}."));
    /// The `Accept` header allows no JSON.
    NotAcceptable, NOT_ACCEPTABLE, detail("Could not satisfy the request Accept header.");
    /// Nothing came that could be refreshed, in the words of dj-rest-auth.
    NoRefreshToken, UNAUTHORIZED, coded("token_not_valid", "No valid refresh token found.");
    /// A guarded endpoint was called without credentials.
    NotAuthenticated, UNAUTHORIZED,
        detail("Authentication credentials were not provided.").challenged(Challenge::Credentials);
    /// No such path or format.
    NotFound, NOT_FOUND, detail("Not found.");
    /// A logout of dj-rest-auth by a token that ends nothing; says why.
    NotLoggedOut(words: String), UNAUTHORIZED, detail(words);
    /// What an operator does cannot be done now, in words for the operator.
    OperatorUnavailable(words: String), SERVICE_UNAVAILABLE, detail(words);
    /// What an operator sent is wrong, in words for the operator.
    OperatorUnfit(words: String), BAD_REQUEST, detail(words);
    /// What an operator means is not there, in words for the operator.
    OperatorUnknown(words: String), NOT_FOUND, detail(words);
    /// The password was changed after the token was issued (CHECK_REVOKE_TOKEN).
    PasswordChanged, UNAUTHORIZED, coded("password_changed", "The user's password has been changed.");
    /// The same, at a refresh: Simple JWT gives it no code there.
    PasswordChangedAtRefresh, UNAUTHORIZED, detail("The user's password has been changed.");
    /// Two tokens that differ came with one request: in two cookies, or in a cookie and elsewhere.
    SeveralTokens, UNAUTHORIZED, detail("Several tokens were sent. Send one.");
    /// Too many failures: the seconds until the next attempt.
    Throttled(wait: i64), TOO_MANY_REQUESTS, throttled(*wait).retried_after(*wait);
    /// The token is refused, and why.
    Token(error: token::Error), UNAUTHORIZED, coded("token_not_valid", error.to_string());
    /// The access token is refused: token class, token type and reason for each of AUTH_TOKEN_CLASSES.
    TokenForAnyClass(refusals: Vec<(&'static str, &'static str, String)>), UNAUTHORIZED, for_any_class(refusals);
    /// The body did not arrive in time.
    TooSlow, REQUEST_TIMEOUT, detail("Request body did not arrive in time.");
    /// The store or the keys cannot be reached; the cause is for the log.
    Unavailable(_cause: String), SERVICE_UNAVAILABLE,
        detail("Service temporarily unavailable, try again later.").retried_after(RETRY_AFTER);
    /// The Content-Type names a charset that is not one of text.
    UnsupportedCharset(name: String), BAD_REQUEST,
        detail(format!("Unsupported charset \"{name}\" in request Content-Type header."));
    /// The Content-Type is none of JSON, form, multipart.
    UnsupportedMediaType(media: String), UNSUPPORTED_MEDIA_TYPE,
        detail(format!("Unsupported media type \"{media}\" in request."));
    /// No token can be revoked, because nothing is kept (RFC 7009 section 2.2.1).
    UnsupportedTokenType, BAD_REQUEST, oauth("unsupported_token_type");
    /// The token's user is inactive.
    UserInactive, UNAUTHORIZED, coded("user_inactive", "User is inactive");
    /// The token's user does not exist.
    UserNotFound, UNAUTHORIZED, coded("user_not_found", "User not found");
    /// A sentence that djoser answers as a list of one.
    Words(words: &'static str), BAD_REQUEST, ErrorResponse::of(json!([words]));
}

/// What is answered to a failure.
struct ErrorResponse {
    status: StatusCode,
    body: Value,
    /// What a 401 asks for; no other status has a challenge.
    challenge: Challenge,
    /// In seconds, where waiting helps.
    retry_after: Option<i64>,
}

/// What a client should come back with.
#[derive(Clone, Copy)]
enum Challenge {
    /// Id and secret of a client (RFC 6749 section 2.3.1).
    Basic,
    /// Credentials: it showed none, or a password (RFC 6750 section 3.1, "lacks any authentication information").
    Credentials,
    /// Another token than the one that it showed.
    Token,
}

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

    /// A good token without the right to this, as Django REST framework's `PermissionDenied` words it.
    pub fn not_permitted() -> Self {
        Self::Forbidden("You do not have permission to perform this action.")
    }

    /// A fault of no single field, as Django REST framework names it.
    pub(crate) fn of_no_field(fault: &str) -> Self {
        Self::Fields(vec![(NO_FIELD.to_owned(), fault.to_owned())])
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.response().status
    }

    /// The JSON body.
    pub fn body(&self) -> Value {
        self.response().body
    }

    /// `WWW-Authenticate` (RFC 9110 section 11.6.1, RFC 6750 section 3) for a scheme, on a 401.
    pub fn challenge(&self, scheme: &str) -> Option<String> {
        let response = self.response();
        (response.status == StatusCode::UNAUTHORIZED).then(|| match response.challenge {
            Challenge::Basic => r#"Basic realm="api""#.to_owned(),
            Challenge::Credentials => format!(r#"{scheme} realm="api""#),
            Challenge::Token => format!(r#"{scheme} realm="api", error="invalid_token""#),
        })
    }

    /// `Retry-After`, in seconds, where waiting helps.
    pub fn retry_after(&self) -> Option<i64> {
        self.response().retry_after
    }

    /// The sentence of the body; of one without a sentence, all of it.
    pub(crate) fn detail(&self) -> String {
        let body = self.body();
        body.get("detail").and_then(Value::as_str).map_or_else(|| body.to_string(), str::to_owned)
    }
}

impl ErrorResponse {
    /// The status is that of the row.
    fn of(body: Value) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, body, challenge: Challenge::Token, retry_after: None }
    }

    fn challenged(self, challenge: Challenge) -> Self {
        Self { challenge, ..self }
    }

    fn retried_after(self, seconds: i64) -> Self {
        Self { retry_after: Some(seconds), ..self }
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

fn detail(words: impl Into<String>) -> ErrorResponse {
    ErrorResponse::of(json!({"detail": words.into()}))
}

fn coded(code: &str, words: impl Into<String>) -> ErrorResponse {
    ErrorResponse::of(json!({"detail": words.into(), "code": code}))
}

fn non_field(message: &str) -> ErrorResponse {
    ErrorResponse::of(json!({"non_field_errors": [message]}))
}

fn oauth(error: &str) -> ErrorResponse {
    ErrorResponse::of(json!({"error": error}))
}

fn fields(faults: &[(String, String)]) -> ErrorResponse {
    let mut messages = Map::new();
    for (name, message) in faults {
        let list = messages.entry(name.clone()).or_insert_with(|| json!([]));
        list.as_array_mut().into_iter().for_each(|list| list.push(json!(message)));
    }
    ErrorResponse::of(Value::Object(messages))
}

fn throttled(wait: i64) -> ErrorResponse {
    let unit = if wait == 1 { "second" } else { "seconds" };
    detail(format!("Request was throttled. Expected available in {wait} {unit}."))
}

fn for_any_class(refusals: &[(&'static str, &'static str, String)]) -> ErrorResponse {
    let messages: Vec<Value> = refusals
        .iter()
        .map(|(class, kind, reason)| json!({"token_class": class, "token_type": kind, "message": reason}))
        .collect();
    ErrorResponse::of(json!({
        "detail": "Given token not valid for any token type",
        "code": "token_not_valid",
        "messages": messages,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a failure of the table below carries.
    pub(super) trait Sample {
        fn sample() -> Self;
    }

    impl Sample for &'static str {
        fn sample() -> Self {
            "words"
        }
    }

    impl Sample for String {
        fn sample() -> Self {
            "words".to_owned()
        }
    }

    impl Sample for i64 {
        fn sample() -> Self {
            7
        }
    }

    impl Sample for token::Error {
        fn sample() -> Self {
            Self::Expired
        }
    }

    impl<A: Sample, B: Sample> Sample for Vec<(A, B)> {
        fn sample() -> Self {
            vec![(A::sample(), B::sample())]
        }
    }

    impl<A: Sample, B: Sample, C: Sample> Sample for Vec<(A, B, C)> {
        fn sample() -> Self {
            vec![(A::sample(), B::sample(), C::sample())]
        }
    }

    #[test]
    fn every_failure_has_a_status_and_a_body() {
        for problem in Problem::all() {
            let (status, body) = (problem.status(), problem.body());
            assert!(status.is_client_error() || status.is_server_error(), "{problem:?}");
            let members = body.as_object().map(Map::len).or_else(|| body.as_array().map(Vec::len));
            assert!(members.is_some_and(|members| members > 0), "{problem:?}");
            assert!(!problem.detail().is_empty(), "{problem:?}");
        }
    }

    #[test]
    fn every_401_says_what_to_come_back_with_and_nothing_else_does() {
        for problem in Problem::all() {
            let challenge = problem.challenge("Bearer");
            assert_eq!(challenge.is_some(), problem.status() == StatusCode::UNAUTHORIZED, "{problem:?}");
        }
        let told = |problem: Problem| problem.challenge("JWT").unwrap();
        assert_eq!(told(Problem::NotAuthenticated), r#"JWT realm="api""#);
        assert_eq!(told(Problem::Blacklisted), r#"JWT realm="api", error="invalid_token""#);
        assert_eq!(told(Problem::InvalidClient), r#"Basic realm="api""#);
    }

    #[test]
    fn only_what_passes_by_itself_is_tried_again() {
        let retried = Problem::all().into_iter().filter_map(|problem| Some((problem.status(), problem.retry_after()?)));
        let retried: Vec<_> = retried.map(|(status, seconds)| (status.as_u16(), seconds)).collect();
        assert_eq!(retried, [(429, 7), (503, 1)]);
    }
}
