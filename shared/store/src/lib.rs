//! Users, sessions, revocations and failure counters in DynamoDB, in verbs of the domain.
//!
//! Every method of [`Store`] that changes one user or one session is one atomic act: either all of it is visible afterwards or none
//! of it, also under races and lost answers. Slots are taken in several writes, each of which leaves no more sessions than allowed; lists
//! are read page by page. Four rules hold everywhere:
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

pub mod counted;
mod dynamodb;
mod error;
mod fold;
mod organizations;
mod outbox;
mod sessions;
mod store;
mod tries;
mod users;

pub use attributes::Attributes;
pub use dynamodb::{
    client::{
        AMAZON_ROOTS, Access, Credentials, amazon_http_client, client, client_of_socket, client_over, http_client,
        retries, timeouts,
    },
    tables::{Definition, Index, Kind, Tables, definitions, organizations, outbox},
};
pub use error::Error;
pub use fold::fold;
pub use organizations::{
    Added, Edited, Listed, Listing,
    organization::{Change, Organization},
};
pub use outbox::{AT_WORK, Addressee, Begun, Mail, MailKind, MailPage, MailState, Turn};
pub use sessions::{
    Ended, Opened, Revocation, Revoked,
    decision::{Adoption, Decision, Met, Rotation, Spent, decide, decide_logout, is_reuse_after_logout},
    end_reason::EndReason,
    endings::{Renewed, Reworded},
    inspection::{Found, Inspection},
    revocations::Blacklisted,
    rotation::Rotated,
    session::Session,
    slots::SessionSlot,
    token_status::{Presented, State, TokenStatus},
};
pub use store::Store;
pub use tries::Tries;
pub use users::{
    Changed, Replaced, User,
    accounts::Created,
    amendment::{Amended, Amendment},
    bulk::{BULK, ImportOutcome, NewUser},
    listing::Page,
    registration::Registration,
    renames::Renamed,
    unconfirmed::Account,
};
