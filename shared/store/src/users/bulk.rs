//! Many new users at once, for an import: what would become of them, and the one transaction that creates them.

use crate::{
    dynamodb::{
        budget::within,
        item::{Item, Reader},
        names::{PK, USER_ID, USERNAME, email_key, name_key, user_key},
        transaction::Transaction,
    },
    error::Error,
    store::Store,
    users::{
        User,
        accounts::{guard, held_until, is_ours},
        row,
    },
};
use aws_sdk_dynamodb::{Client, config::timeout::TimeoutConfig};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

/// How many users one transaction creates: each has three items, and DynamoDB takes a hundred.
pub const BULK: usize = 33;

/// The most time that one act in bulk may take.
const BUDGET: Duration = Duration::from_secs(20);

/// How often a transaction begins again, because somebody else was quicker with one of the names.
const ATTEMPTS: u32 = 4;

/// A user who is to be created with others.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewUser {
    /// Who it is.
    pub user: User,
    /// Whether the user may log in with the address, if nobody does yet.
    pub claims_email: bool,
}

/// What became of a newcomer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ImportOutcome {
    /// The user exists now.
    Created,
    /// A user has this id already.
    IdTaken {
        /// The name of that user.
        username: String,
    },
    /// A user who was deleted had this id, and tokens may still say it: it is free after `until`, in Unix seconds.
    IdHeld {
        /// When it is free.
        until: i64,
    },
    /// Another user has this name, or one that differs only by case.
    NameTaken {
        /// The id of that user.
        id: String,
    },
}

/// Items by their keys.
type Known = HashMap<String, Item>;

impl Store {
    /// The same store for acts in bulk, which may take their time: 5 s for one attempt, 15 s for a call with its retries.
    #[must_use]
    pub fn patient(&self) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(Duration::from_secs(5))
            .operation_timeout(Duration::from_secs(15));
        let config = self.client.config().to_builder().timeout_config(timeouts.build());
        Self { client: Client::from_conf(config.build()), ..self.clone() }
    }

    /// What [`create_users`](Self::create_users) would say at `now` of at most [`BULK`] newcomers. One read.
    pub async fn preview_users(&self, newcomers: &[NewUser], now: i64) -> Result<Vec<ImportOutcome>, Error> {
        let mut known = within(BUDGET, self.known(newcomers)).await?;
        newcomers.iter().map(|newcomer| Ok(join(&mut known, newcomer, false, now)?.0)).collect()
    }

    /// Creates those of at most [`BULK`] newcomers, each with an id of its own, whose id and name are free; the others stay out.
    /// The first owner of an address keeps it. Whoever is there to the last field counts as created: ours, from a try whose answer
    /// was lost. So ask [`preview_users`](Self::preview_users) first. One transaction, if nobody is quicker.
    pub async fn create_users(&self, newcomers: &[NewUser], now: i64) -> Result<Vec<ImportOutcome>, Error> {
        within(BUDGET, self.create_all(newcomers, now)).await
    }

    async fn create_all(&self, newcomers: &[NewUser], now: i64) -> Result<Vec<ImportOutcome>, Error> {
        let mut known = Known::new();
        for attempt in 0..ATTEMPTS {
            let (mut joined, mut puts) = (Vec::new(), Vec::new());
            for newcomer in newcomers {
                let (outcome, items) = join(&mut known, newcomer, attempt > 0, now)?;
                joined.push(outcome);
                puts.extend(items);
            }
            // What is left of a deleted user is written over only where it was read: it dates who gets the id.
            let read_at = if attempt == 0 { 0 } else { now };
            let puts = puts.into_iter().map(|item| self.put_user(item, read_at)).collect::<Result<Vec<_>, _>>()?;
            if puts.is_empty() || matches!(self.transact_unremembered(puts).await?, Transaction::Done) {
                return Ok(joined);
            }
            known = self.known(newcomers).await?;
        }
        Err(Error::unavailable("names are taken faster than users can be created"))
    }

    /// What is there under the keys of the newcomers.
    async fn known(&self, newcomers: &[NewUser]) -> Result<Known, Error> {
        let keys: BTreeSet<String> = newcomers.iter().flat_map(|newcomer| keys(&newcomer.user)).collect();
        let items = self.fetch(&self.tables.users, keys.into_iter().collect()).await?;
        items.into_iter().map(|item| Ok((Reader(&item).text(PK)?, item))).collect()
    }
}

fn keys(user: &User) -> impl Iterator<Item = String> {
    let email = (!user.email.is_empty()).then(|| email_key(&user.email));
    [user_key(&user.id), name_key(&user.username)].into_iter().chain(email)
}

/// What becomes of a newcomer at `now` among those who are there, and the items to be written; they count as there from now on.
fn join(known: &mut Known, newcomer: &NewUser, is_retry: bool, now: i64) -> Result<(ImportOutcome, Vec<Item>), Error> {
    let user = &newcomer.user;
    let (id, name, email) = (user_key(&user.id), name_key(&user.username), email_key(&user.email));
    let held_until = held_until(known.get(&id))?;
    // No token that says the id and is older than its end means the newcomer, however long it lives.
    let user = &User { epoch: user.epoch.max(held_until.unwrap_or(user.epoch)), ..user.clone() };
    if let Some(until) = held_until.filter(|until| *until > now) {
        return Ok((ImportOutcome::IdHeld { until }, Vec::new()));
    }
    if let Some(met) = known.get(&id).filter(|_| held_until.is_none()) {
        let username = Reader(met).text(USERNAME)?;
        let outcome = if is_retry && is_ours(Some(met), user) {
            ImportOutcome::Created
        } else {
            ImportOutcome::IdTaken { username }
        };
        return Ok((outcome, Vec::new()));
    }
    if let Some(met) = known.get(&name) {
        return Ok((ImportOutcome::NameTaken { id: Reader(met).text(USER_ID)? }, Vec::new()));
    }
    let owns_email = newcomer.claims_email && !user.email.is_empty() && !known.contains_key(&email);
    let mut items = vec![(id, row(user, owns_email)), (name.clone(), guard(name, &user.id))];
    if owns_email {
        items.push((email.clone(), guard(email, &user.id)));
    }
    known.extend(items.iter().cloned());
    Ok((ImportOutcome::Created, items.into_iter().map(|(_, item)| item).collect()))
}
