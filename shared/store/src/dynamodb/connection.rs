//! The connection that the first act needs, opened before there is one.

use crate::{
    dynamodb::{
        item::text,
        names::{PK, user_key},
    },
    store::Store,
};
use std::time::Duration;

/// How long [`Store::connect`] may take.
const PATIENCE: Duration = Duration::from_millis(300);

impl Store {
    /// Opens the connection to DynamoDB, TLS included, by one read of a user who cannot exist. At most 300 ms. A failure is
    /// ignored: the first act tells it. A role that may not read users opens the connection all the same.
    pub async fn connect(&self) {
        let read = self.client.get_item().table_name(&self.tables.users).key(PK, text(user_key("")));
        _ = tokio::time::timeout(PATIENCE, read.send()).await;
    }
}
