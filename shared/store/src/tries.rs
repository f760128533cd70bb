//! Counters of consecutive failures. A counter is forgotten when it was left alone for its window, or by a success.

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{Item, Reader, item, number},
        names::{ATTEMPTS, ENDS_AT, KNOWN, PK, TTL, tries_key},
        write::{Write, written},
    },
    error::Error,
    sessions::token_status::has_key,
    store::Store,
};
use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::{AttributeValue, ReturnValue},
};

/// How long a counter is kept after its window, in seconds.
const TTL_MARGIN: i64 = 86_400;

/// How often a failure is counted anew when windows end under it.
const ROUNDS: u32 = 4;

/// Consecutive failures of an account, an address, or both together.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tries {
    /// How many. An answer of DynamoDB that was lost may count one failure twice, never lose one.
    pub count: u64,
    /// When they are forgotten: a window after the last one; zero without any.
    pub ends_at: i64,
    /// Whether there was a success before; see [`Store::remember`].
    pub known: bool,
}

impl Store {
    /// Counts a failure of `counted`; it and those before it are forgotten after `window` seconds without another. One write, but
    /// for the first failure after others were forgotten.
    pub async fn count_failure(&self, counted: &str, window: i64, now: i64) -> Result<Tries, Error> {
        within_budget(self.count(&tries_key(counted), window, now, ":end")).await
    }

    /// Counts something of which there may be so many within `window` seconds of the first: later ones put nothing off. One
    /// write, but for the first after others were forgotten.
    pub async fn count_within(&self, counted: &str, window: i64, now: i64) -> Result<Tries, Error> {
        let end = format!("if_not_exists({ENDS_AT}, :end)");
        within_budget(self.count(&tries_key(counted), window, now, &end)).await
    }

    /// The failures of each of these at `now`. One read.
    pub async fn failures(&self, counted: &[impl AsRef<str>], now: i64) -> Result<Vec<Tries>, Error> {
        let keys: Vec<String> = counted.iter().map(|counted| tries_key(counted.as_ref())).collect();
        let rows = within_budget(self.fetch(&self.tables.sessions, keys.clone())).await?;
        let found = |key| rows.iter().find(|row| has_key(row, key));
        keys.iter().map(|key| found(key).map_or_else(|| Ok(Tries::default()), |row| Ok(read(row)?.at(now)))).collect()
    }

    /// Forgets the failures of `counted`, after a success. One write.
    pub async fn clear_failures(&self, counted: &str) -> Result<(), Error> {
        let key = AttributeValue::S(tries_key(counted));
        self.client.delete_item().table_name(&self.tables.sessions).key(PK, key).send().await?;
        Ok(())
    }

    /// Forgets the failures of `counted` and keeps until `until` that it succeeded once. One write.
    pub async fn remember(&self, counted: &str, until: i64) -> Result<(), Error> {
        let attributes = [
            (ATTEMPTS, Some(number(0))),
            (ENDS_AT, Some(number(until))),
            (KNOWN, Some(AttributeValue::Bool(true))),
            (TTL, Some(number(until.saturating_add(TTL_MARGIN)))),
        ];
        let row = item(tries_key(counted), attributes);
        self.client.put_item().table_name(&self.tables.sessions).set_item(Some(row)).send().await?;
        Ok(())
    }

    async fn count(&self, key: &str, window: i64, now: i64, end: &str) -> Result<Tries, Error> {
        for _ in 0..ROUNDS {
            for call in [self.one_more(key, window, now, end), self.first(key, window, now)] {
                if let Write::Done(output) = written(call.send().await)? {
                    return read(&output.attributes.unwrap_or_default());
                }
            }
        }
        Err(Error::unavailable("the window of a counter ends faster than it can be counted in"))
    }

    /// One more, or the first of all. They are forgotten at `end`, an expression.
    fn one_more(&self, key: &str, window: i64, now: i64, end: &str) -> UpdateItemFluentBuilder {
        self.counting(key, window, now)
            .update_expression(format!("SET {ENDS_AT} = {end}, #ttl = :ttl ADD {ATTEMPTS} :one"))
            .condition_expression(format!("attribute_not_exists({PK}) OR {ENDS_AT} > :now"))
    }

    /// The first one after others were forgotten.
    fn first(&self, key: &str, window: i64, now: i64) -> UpdateItemFluentBuilder {
        self.counting(key, window, now)
            .update_expression(format!("SET {ENDS_AT} = :end, #ttl = :ttl, {ATTEMPTS} = :one REMOVE {KNOWN}"))
            .condition_expression(format!("{ENDS_AT} <= :now"))
    }

    fn counting(&self, key: &str, window: i64, now: i64) -> UpdateItemFluentBuilder {
        let end = now.saturating_add(window);
        self.client
            .update_item()
            .table_name(&self.tables.sessions)
            .key(PK, AttributeValue::S(key.to_owned()))
            .return_values(ReturnValue::AllNew)
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":now", number(now))
            .expression_attribute_values(":end", number(end))
            .expression_attribute_values(":ttl", number(end.saturating_add(TTL_MARGIN)))
    }
}

impl Tries {
    /// What is left of them at `now`.
    fn at(self, now: i64) -> Self {
        if now < self.ends_at { self } else { Self::default() }
    }
}

fn read(row: &Item) -> Result<Tries, Error> {
    let reader = Reader(row);
    let count =
        u64::try_from(reader.number(ATTEMPTS)?).map_err(|_| Error::corrupt(format!("{ATTEMPTS} is negative")))?;
    Ok(Tries { count, ends_at: reader.number(ENDS_AT)?, known: row.contains_key(KNOWN) })
}
