//! Conditional writes.

use crate::{
    dynamodb::item::Item,
    error::{Error, spoken},
};
use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};

/// What became of a conditional write.
pub(crate) enum Write<T> {
    /// It took place.
    Done(T),
    /// Its condition did not hold; this is the item it met, if there was one.
    Refused(Option<Item>),
}

/// Tells a condition that did not hold from a failure.
pub(crate) fn written<T, E>(result: Result<T, SdkError<E, HttpResponse>>) -> Result<Write<T>, Error>
where
    E: ProvideErrorMetadata + Into<aws_sdk_dynamodb::Error>,
{
    match result {
        Ok(output) => Ok(Write::Done(output)),
        Err(SdkError::ServiceError(context)) => refused(context.into_err()),
        Err(failure) => Err(failure.into()),
    }
}

fn refused<T, E>(error: E) -> Result<Write<T>, Error>
where
    E: ProvideErrorMetadata + Into<aws_sdk_dynamodb::Error>,
{
    let cause = spoken(&error);
    match error.into() {
        aws_sdk_dynamodb::Error::ConditionalCheckFailedException(refusal) => Ok(Write::Refused(refusal.item)),
        _ => Err(Error::unavailable(cause)),
    }
}
