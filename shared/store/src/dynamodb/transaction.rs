//! Several items changed together or not at all.

use crate::{
    dynamodb::{item::Item, mark},
    error::Error,
    store::Store,
};
use aws_sdk_dynamodb::{
    config::{ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeSerializationInterceptorContextMut},
    error::{BoxError, SdkError},
    operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput},
    types::{CancellationReason, TransactWriteItem},
};
use std::time::Duration;

/// How often a transaction that met another one is tried, or an act whose row changed under it: as often as the time of one
/// act allows, with the pauses between.
pub(crate) const ATTEMPTS: u32 = 14;

/// The longest first pause. The second is twice that, as are all that follow: what is in the way is there for milliseconds,
/// and who waits longer than the others gets nowhere among many.
const FIRST_BACKOFF_MS: u64 = 50;

/// What became of a transaction.
pub(crate) enum Transaction {
    /// All of it took place.
    Done,
    /// None of it did. One entry for each item, in order.
    Refused(Vec<Cancellation>),
}

/// What one item had against a transaction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cancellation {
    /// Whether its condition did not hold.
    pub(crate) failed: bool,
    /// The item that the condition met, if there was one.
    pub(crate) met: Option<Item>,
}

impl Store {
    /// Writes all or nothing. One token for the intent, however often it is sent, so that an answer that was lost is given again.
    pub(crate) async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<Transaction, Error> {
        let call =
            self.client.transact_write_items().set_transact_items(Some(items)).client_request_token(mark::unique());
        persist(|| call.clone().send()).await
    }

    /// The same without an idempotency token, for callers that read again after a refusal. An engine keeps each token for ten minutes, and
    /// with it some bytes of each item: 200 MB for a million users.
    pub(crate) async fn transact_unremembered(&self, items: Vec<TransactWriteItem>) -> Result<Transaction, Error> {
        let call = self.client.transact_write_items().set_transact_items(Some(items));
        persist(|| call.clone().customize().interceptor(NoToken).send()).await
    }
}

/// Sends a transaction again while others stand in its way.
async fn persist<F>(send: impl Fn() -> F) -> Result<Transaction, Error>
where
    F: Future<Output = Result<TransactWriteItemsOutput, Failure>>,
{
    let mut attempt = 1;
    loop {
        match send().await {
            Ok(_) => return Ok(Transaction::Done),
            Err(error) => match refusals(&error) {
                Some(refusals) => return Ok(Transaction::Refused(refusals)),
                None if attempt < ATTEMPTS && is_conflict(&error) => pause(attempt).await,
                None => return Err(unavailable(error)),
            },
        }
        attempt += 1;
    }
}

/// Takes away the token that the SDK gives to a transaction that has none.
#[derive(Debug)]
struct NoToken;

impl Intercept for NoToken {
    fn name(&self) -> &'static str {
        "no token"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(input) = context.input_mut().downcast_mut::<TransactWriteItemsInput>() {
            input.client_request_token = None;
        }
        Ok(())
    }
}

type Failure = SdkError<TransactWriteItemsError, aws_sdk_dynamodb::config::http::HttpResponse>;

/// What the items said, if a condition did not hold: that is an answer. Everything else is not.
fn refusals(error: &Failure) -> Option<Vec<Cancellation>> {
    let refusals: Vec<Cancellation> = reasons(error).iter().map(refusal).collect();
    refusals.iter().any(|refusal| refusal.failed).then_some(refusals)
}

fn refusal(reason: &CancellationReason) -> Cancellation {
    Cancellation { failed: reason.code() == Some("ConditionalCheckFailed"), met: reason.item().cloned() }
}

/// Whether another transaction, or the load, stood in the way: it will pass.
fn is_conflict(error: &Failure) -> bool {
    let passing = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    reasons(error).iter().filter_map(CancellationReason::code).any(|code| passing.contains(&code))
}

fn reasons(error: &Failure) -> &[CancellationReason] {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => canceled.cancellation_reasons(),
        _ => &[],
    }
}

fn unavailable(error: Failure) -> Error {
    let codes: Vec<&str> = reasons(&error).iter().filter_map(CancellationReason::code).collect();
    if codes.is_empty() {
        error.into()
    } else {
        Error::unavailable(format!("transaction canceled: {}", codes.join(", ")))
    }
}

/// Waits longer after the second attempt than after the first, and never as long as the next racer.
pub(crate) async fn pause(attempt: u32) {
    let longest = FIRST_BACKOFF_MS * u64::from(attempt.min(2));
    tokio::time::sleep(Duration::from_millis(longest / 2 + mark::below(longest / 2))).await;
}
