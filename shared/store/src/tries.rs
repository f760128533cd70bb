//! Counters of failures, each over a window of time that begins with the first failure.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValue;

use crate::error::{Error, Write, written};
use crate::item::{Item, Reader, number, text};
use crate::names::{ATTEMPTS, ENDS_AT, PK, TTL, tries_key};
use crate::{Store, within_budget};

/// How long a counter is kept after its window, in seconds.
const TTL_MARGIN: i64 = 86_400;

/// How often a failure is counted anew when windows end under it.
const ROUNDS: u32 = 4;

/// Failures within a window.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tries {
    /// How many. An answer of DynamoDB that was lost may count one failure twice, never lose one.
    pub count: u64,
    /// When the window ends and the count begins anew; zero without failures.
    pub ends_at: i64,
}

impl Store {
    /// Counts a failure of `counted`: an account, an address, or both. The first one opens a window of `window` seconds. One write,
    /// but for the first failure after a window has ended.
    pub async fn count_failure(&self, counted: &str, window: i64, now: i64) -> Result<Tries, Error> {
        within_budget(self.count(&tries_key(counted), window, now)).await
    }

    /// The failures of `counted` in the window that is open at `now`. One read.
    pub async fn failures(&self, counted: &str, now: i64) -> Result<Tries, Error> {
        let get = self.client.get_item().table_name(&self.tables.sessions).key(PK, text(tries_key(counted)));
        let Some(row) = get.consistent_read(true).send().await?.item else { return Ok(Tries::default()) };
        let tries = read(&row)?;
        Ok(if now < tries.ends_at { tries } else { Tries::default() })
    }

    /// Forgets the failures of `counted`, after a success. One write.
    pub async fn clear_failures(&self, counted: &str) -> Result<(), Error> {
        let delete = self.client.delete_item().table_name(&self.tables.sessions).key(PK, text(tries_key(counted)));
        delete.send().await?;
        Ok(())
    }

    async fn count(&self, key: &str, window: i64, now: i64) -> Result<Tries, Error> {
        for _ in 0..ROUNDS {
            for call in [self.one_more(key, window, now), self.first(key, window, now)] {
                if let Write::Done(output) = written(call.send().await)? {
                    return read(&output.attributes.unwrap_or_default());
                }
            }
        }
        Err(Error::unavailable("the window of a counter ends faster than it can be counted in"))
    }

    /// One more in a window that is open, or opens now.
    fn one_more(&self, key: &str, window: i64, now: i64) -> UpdateItemFluentBuilder {
        let opening = format!("{ENDS_AT} = if_not_exists({ENDS_AT}, :end), #ttl = if_not_exists(#ttl, :ttl)");
        self.counting(key, window, now)
            .update_expression(format!("SET {opening} ADD {ATTEMPTS} :one"))
            .condition_expression(format!("attribute_not_exists({PK}) OR {ENDS_AT} > :now"))
    }

    /// The first one in a new window.
    fn first(&self, key: &str, window: i64, now: i64) -> UpdateItemFluentBuilder {
        self.counting(key, window, now)
            .update_expression(format!("SET {ENDS_AT} = :end, #ttl = :ttl, {ATTEMPTS} = :one"))
            .condition_expression(format!("{ENDS_AT} <= :now"))
    }

    fn counting(&self, key: &str, window: i64, now: i64) -> UpdateItemFluentBuilder {
        let end = now.saturating_add(window);
        self.client
            .update_item()
            .table_name(&self.tables.sessions)
            .key(PK, text(key))
            .return_values(ReturnValue::AllNew)
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":now", number(now))
            .expression_attribute_values(":end", number(end))
            .expression_attribute_values(":ttl", number(end.saturating_add(TTL_MARGIN)))
    }
}

fn read(row: &Item) -> Result<Tries, Error> {
    let reader = Reader(row);
    let count =
        u64::try_from(reader.number(ATTEMPTS)?).map_err(|_| Error::corrupt(format!("{ATTEMPTS} is negative")))?;
    Ok(Tries { count, ends_at: reader.number(ENDS_AT)? })
}
