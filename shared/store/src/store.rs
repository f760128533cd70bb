//! The store itself: the tables, and the client that reaches them.

use crate::dynamodb::tables::Tables;

/// The two tables, that of mails and the sample's, and the one client that reaches them. Cheap to clone: clones share the connection pool.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) client: aws_sdk_dynamodb::Client,
    pub(crate) organizations: String,
    pub(crate) outbox: String,
    pub(crate) tables: Tables,
}

impl Store {
    /// A store over these tables. Does no I/O: a table that does not exist shows at the first act, as [`Error::Unavailable`](crate::Error::Unavailable).
    pub fn new(client: aws_sdk_dynamodb::Client, tables: Tables) -> Self {
        let (organizations, outbox) = ("latchkey-organizations".to_owned(), "latchkey-outbox".to_owned());
        Self { client, organizations, outbox, tables }
    }

    /// The same with another name for the sample's table than that of a data folder.
    pub fn with_organizations(self, organizations: String) -> Self {
        Self { organizations, ..self }
    }

    /// The same with another name for the table of mails than that of a data folder.
    pub fn with_outbox(self, outbox: String) -> Self {
        Self { outbox, ..self }
    }
}
