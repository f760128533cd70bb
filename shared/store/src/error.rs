//! What can go wrong in every act of the store.

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{BuildError, ProvideErrorMetadata, SdkError},
};
use std::fmt;

/// Why an act has no outcome. The cause is for the log of the operator, never for the body of an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Error {
    /// An item cannot be read: an attribute is missing or has another type. Nobody is let in by such an item.
    Corrupt {
        /// Which attribute of which item.
        cause: String,
    },
    /// DynamoDB failed, throttled or did not answer in time. Whether a write took place is unknown; doing the act again is safe.
    Unavailable {
        /// What DynamoDB or the connection said.
        cause: String,
    },
}

impl Error {
    pub(crate) fn corrupt(cause: impl Into<String>) -> Self {
        Self::Corrupt { cause: cause.into() }
    }

    pub(crate) fn unavailable(cause: impl Into<String>) -> Self {
        Self::Unavailable { cause: cause.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt { cause } => write!(f, "an item cannot be read: {cause}"),
            Self::Unavailable { cause } => write!(f, "the store is unavailable: {cause}"),
        }
    }
}

impl std::error::Error for Error {}

impl<E: ProvideErrorMetadata> From<SdkError<E, HttpResponse>> for Error {
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        Self::unavailable(match &error {
            SdkError::ConstructionFailure(_) => "the request cannot be built".to_owned(),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => "no connection in time".to_owned(),
            SdkError::DispatchFailure(_) => "no connection".to_owned(),
            SdkError::ResponseError(_) => "the answer cannot be read".to_owned(),
            SdkError::ServiceError(context) => spoken(context.err()),
            SdkError::TimeoutError(_) => "no answer in time".to_owned(),
            _ => "the request failed".to_owned(),
        })
    }
}

/// What DynamoDB says of a failure.
pub(crate) fn spoken(error: &impl ProvideErrorMetadata) -> String {
    let code = error.code().unwrap_or("an error without a code");
    match error.message() {
        Some(message) => format!("{code}: {message}"),
        None => code.to_owned(),
    }
}

/// For the builders of the SDK, which ask at run time whether a field that we always set is set.
pub(crate) fn unfit(error: BuildError) -> Error {
    Error::unavailable(format!("the request cannot be built: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::operation::get_item::GetItemError;
    use aws_smithy_runtime_api::client::result::ConnectorError;

    #[test]
    fn says_how_far_the_call_came() {
        let answer = HttpResponse::new(500.try_into().unwrap(), "".into());
        let failures: [(SdkError<GetItemError, HttpResponse>, &str); 5] = [
            (SdkError::construction_failure("x"), "the request cannot be built"),
            (SdkError::dispatch_failure(ConnectorError::timeout("x".into())), "no connection in time"),
            (SdkError::dispatch_failure(ConnectorError::io("x".into())), "no connection"),
            (SdkError::timeout_error("x"), "no answer in time"),
            (SdkError::response_error("x", answer), "the answer cannot be read"),
        ];
        for (failure, says) in failures {
            assert_eq!(Error::from(failure).to_string(), format!("the store is unavailable: {says}"));
        }
        assert_eq!(Error::corrupt("no epoch").to_string(), "an item cannot be read: no epoch");
    }
}
