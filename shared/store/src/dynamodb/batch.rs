//! Several items in one read, asked for again until all have come.

use crate::{
    dynamodb::{
        item::{Item, text},
        names::PK,
        transaction::pause,
    },
    error::{Error, unfit},
    store::Store,
};
use aws_sdk_dynamodb::types::KeysAndAttributes;
use std::collections::HashMap;

/// What DynamoDB takes in one call.
const LARGEST: usize = 100;

impl Store {
    /// The items of one table that have these keys, in no order, each strongly consistent.
    pub(crate) async fn fetch(&self, table: &str, keys: Vec<String>) -> Result<Vec<Item>, Error> {
        let mut items = Vec::new();
        for chunk in keys.chunks(LARGEST) {
            let found = self.fetch_all(HashMap::from([(table.to_owned(), asked(chunk)?)])).await?;
            items.extend(found.into_values().flatten());
        }
        Ok(items)
    }

    /// The items by table. DynamoDB may answer in part; what it leaves out is asked for again, a little later.
    pub(crate) async fn fetch_all(
        &self,
        mut asked: HashMap<String, KeysAndAttributes>,
    ) -> Result<HashMap<String, Vec<Item>>, Error> {
        let mut found: HashMap<String, Vec<Item>> = HashMap::new();
        let mut attempt = 1;
        loop {
            let answer = self.client.batch_get_item().set_request_items(Some(asked)).send().await?;
            for (table, items) in answer.responses.unwrap_or_default() {
                found.entry(table).or_default().extend(items);
            }
            asked = answer.unprocessed_keys.unwrap_or_default();
            if asked.is_empty() {
                return Ok(found);
            }
            pause(attempt).await;
            attempt += 1;
        }
    }
}

/// These keys of a table, to be read with strong consistency.
pub(crate) fn asked(keys: &[String]) -> Result<KeysAndAttributes, Error> {
    let keys = keys.iter().map(|key| HashMap::from([(PK.to_owned(), text(key))])).collect();
    KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build().map_err(unfit)
}
