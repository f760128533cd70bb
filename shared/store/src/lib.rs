//! Users, sessions, revocations and failure counters in DynamoDB, in verbs of the domain.
//!
//! Every method of [`Store`] is one atomic act: either all of it is visible afterwards or none of it, also under races and lost
//! answers. Four rules hold everywhere:
//!
//! - **Reads are strongly consistent** and none that decides about access goes through an index.
//! - **A conditional write that meets its own earlier success is success.** The SDK repeats a call whose answer was lost; the second
//!   try must not turn a login into "already exists". Rows carry what is needed to recognise the writer.
//! - **Times are compared here, never left to DynamoDB.** Its TTL deletes late and may delete early, so a row that is present may be
//!   over, and a row that is absent proves nothing good.
//! - **An act fails with [`Error::Unavailable`] or [`Error::Corrupt`] and with nothing else.** What else can become of it is its
//!   outcome. After [`Error::Unavailable`] it may have been done or not; to do it again is safe.
//!
//! The crate knows no HTTP, reads no clock and no environment: `now` is an argument, in Unix seconds, as is every other time.

use std::time::Duration;

mod accounts;
mod batch;
mod bulk;
mod client;
mod connection;
pub mod counted;
mod endings;
mod error;
mod fold;
mod inspection;
mod item;
mod listing;
mod mark;
mod names;
mod organization;
mod organizations;
mod renames;
mod revocations;
mod rights;
mod rotation;
mod seats;
mod session;
mod sessions;
mod socket;
mod standing;
mod tables;
mod transaction;
mod tries;
mod users;

pub use accounts::Created;
pub use bulk::{BULK, ImportOutcome, NewUser};
pub use client::{
    Access, Credentials, amazon_http_client, client, client_of_socket, client_over, http_client, retries, timeouts,
};
pub use endings::{Renewed, Reworded};
pub use error::Error;
pub use fold::fold;
pub use inspection::{Found, Inspection};
pub use listing::Page;
pub use organization::{Change, Organization};
pub use organizations::{Added, Edited, Listed, Listing};
pub use renames::Renamed;
pub use revocations::Blacklisted;
pub use rotation::{Adoption, Rotated, Rotation};
pub use seats::Seat;
pub use session::Session;
pub use sessions::{Ended, Opened, Revocation, Revoked};
pub use standing::Standing;
pub use tables::{Definition, Index, Kind, Tables, definitions, organizations};
pub use tries::Tries;
pub use users::{Changed, Replaced, User};

/// The most time that one act may take, retries and back-offs included.
const BUDGET: Duration = Duration::from_secs(2);

/// The two tables and the sample's, and the one client that reaches them. Cheap to clone: clones share the connection pool.
#[derive(Clone, Debug)]
pub struct Store {
    client: aws_sdk_dynamodb::Client,
    organizations: String,
    tables: Tables,
}

impl Store {
    /// A store over these tables. Does no I/O: a table that does not exist shows at the first act, as [`Error::Unavailable`].
    pub fn new(client: aws_sdk_dynamodb::Client, tables: Tables) -> Self {
        Self { client, organizations: "latchkey-organizations".to_owned(), tables }
    }

    /// The same with another name for the sample's table than that of a data folder.
    pub fn with_organizations(self, organizations: String) -> Self {
        Self { organizations, ..self }
    }
}

/// Ends an act that needs several calls when its time is up. A single call is bounded by its client.
async fn within_budget<T>(act: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    within(BUDGET, act).await
}

async fn within<T>(budget: Duration, act: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match tokio::time::timeout(budget, act).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::unavailable("no answer in time")),
    }
}
