//! The work of an import: users in batches, several batches at the same time.
//!
//! Rows that have an id or a name in common never are under way together, and of two that have an address in common the first one is
//! written first. So the order of the source decides who gets a name and who logs in with an address, however many hands there are.

use super::{Handled, foreseen::Foreseen, keys::Keys};
use crate::{ambient, date::date, django::Row, fault::Fault, patience::patiently};
use std::{collections::HashSet, mem};
use store::{BULK, Joined, Newcomer, Store, fold};
use tokio::task::JoinSet;

/// What became of one row.
pub(super) enum Fate {
    /// Not taken over, and why not.
    Bad(String),
    /// A new user.
    Created,
    /// There already, and left as it is.
    Present,
}

pub(super) struct Hands {
    store: Store,
    parallel: usize,
    /// Who would be there by now, in a dry run.
    foreseen: Option<Foreseen>,
    /// Rows that wait until a batch is full.
    waiting: Vec<(Row, Newcomer)>,
    /// What their ids and names are.
    waiting_keys: HashSet<u64>,
    under_way: JoinSet<Result<Vec<Handled>, store::Error>>,
    /// What is being written: ids, names and addresses.
    busy: HashSet<u64>,
}

impl Hands {
    /// Hands that write; with `foreseen` they only look, as in a dry run.
    pub(super) fn new(store: Store, parallel: usize, foreseen: Option<Foreseen>) -> Self {
        Self {
            store,
            parallel,
            foreseen,
            waiting: Vec::new(),
            waiting_keys: HashSet::new(),
            under_way: JoinSet::new(),
            busy: HashSet::new(),
        }
    }

    /// Takes one more row; gives those back that are done meanwhile.
    ///
    /// # Errors
    /// The store is unavailable.
    pub(super) async fn take(&mut self, row: Row, newcomer: Newcomer) -> Result<Vec<Handled>, Fault> {
        let keys = Keys::of(&newcomer);
        let mut handled = Vec::new();
        if keys.own().iter().any(|key| self.waiting_keys.contains(key)) {
            handled.extend(self.start().await?);
        }
        if keys.all().any(|key| self.busy.contains(&key)) {
            handled.extend(self.rest().await?);
        }
        if let Some(fate) = self.foreseen.as_ref().and_then(|foreseen| foreseen.fate(&keys, &newcomer.user)) {
            handled.push((row, Some(newcomer), fate));
            return Ok(handled);
        }
        self.waiting_keys.extend(keys.own());
        self.waiting.push((row, newcomer));
        if self.waiting.len() == BULK {
            handled.extend(self.start().await?);
        }
        Ok(handled)
    }

    /// Ends all work.
    ///
    /// # Errors
    /// The store is unavailable.
    pub(super) async fn finish(&mut self) -> Result<Vec<Handled>, Fault> {
        let mut handled = self.start().await?;
        handled.extend(self.rest().await?);
        Ok(handled)
    }

    /// Sends the waiting rows on their way, as soon as there is a hand.
    async fn start(&mut self) -> Result<Vec<Handled>, Fault> {
        let mut handled = Vec::new();
        while self.under_way.len() >= self.parallel {
            handled.extend(self.one().await?);
        }
        let batch = mem::take(&mut self.waiting);
        self.waiting_keys.clear();
        self.busy.extend(batch.iter().flat_map(|(_, newcomer)| Keys::of(newcomer).all()));
        let (store, dry_run) = (self.store.clone(), self.foreseen.is_some());
        self.under_way.spawn(async move { write(&store, batch, dry_run).await });
        Ok(handled)
    }

    /// Waits for all that is under way.
    async fn rest(&mut self) -> Result<Vec<Handled>, Fault> {
        let mut handled = Vec::new();
        while !self.under_way.is_empty() {
            handled.extend(self.one().await?);
        }
        Ok(handled)
    }

    async fn one(&mut self) -> Result<Vec<Handled>, Fault> {
        let done = self.under_way.join_next().await.transpose();
        let done = done.map_err(|cause| Fault::unavailable(format!("a batch was lost: {cause}")))?;
        let handled = done.transpose().map_err(interrupted)?.unwrap_or_default();
        for (_, newcomer, fate) in &handled {
            let Some(keys) = newcomer.as_ref().map(Keys::of) else { continue };
            for key in keys.all() {
                self.busy.remove(&key);
            }
            if let (Some(foreseen), Fate::Created) = (&mut self.foreseen, fate) {
                foreseen.add(&keys);
            }
        }
        Ok(handled)
    }
}

/// Why two names are one.
pub(super) const BY_CASE: &str = "; names must differ by more than case";

/// Looks who is there, and creates the others.
async fn write(store: &Store, batch: Vec<(Row, Newcomer)>, dry_run: bool) -> Result<Vec<Handled>, store::Error> {
    let newcomers: Vec<Newcomer> = batch.iter().map(|(_, newcomer)| newcomer.clone()).collect();
    let mut joined = patiently(|| store.foresee_users(&newcomers, ambient::now())).await?;
    if !dry_run {
        let absent: Vec<Newcomer> = newcomers
            .into_iter()
            .zip(&joined)
            .filter_map(|(newcomer, joined)| (*joined == Joined::Created).then_some(newcomer))
            .collect();
        let mut created = patiently(|| store.create_users(&absent, ambient::now())).await?.into_iter();
        for outcome in joined.iter_mut().filter(|outcome| **outcome == Joined::Created) {
            *outcome = created.next().unwrap_or(Joined::Created);
        }
    }
    let mut handled = Vec::new();
    for ((row, newcomer), joined) in batch.into_iter().zip(joined) {
        let fate = fate(store, &newcomer, joined).await?;
        handled.push((row, Some(newcomer), fate));
    }
    Ok(handled)
}

async fn fate(store: &Store, newcomer: &Newcomer, joined: Joined) -> Result<Fate, store::Error> {
    let (id, name) = (&newcomer.user.id, &newcomer.user.username);
    Ok(match joined {
        Joined::Created => Fate::Created,
        Joined::IdTaken { username } if fold(&username) == fold(name) => Fate::Present,
        Joined::IdTaken { username } => {
            Fate::Bad(format!("has the username {name:?}, but the user with the id {id:?} is {username:?}"))
        }
        Joined::IdHeld { until } => Fate::Bad(format!(
            "has the id {id:?} of a user who was deleted, whose tokens may live until {}: import it again after that",
            date(until)
        )),
        Joined::NameTaken { id } => {
            let owner = patiently(|| store.user(&id)).await?;
            Fate::Bad(match owner.map(|owner| owner.username) {
                Some(owner) if owner != *name => {
                    format!("has the username {name:?}, and the user {id} has {owner:?}{BY_CASE}")
                }
                _ => format!(
                    "has the username {name:?}, which the user {id} has already; give that user another name: \
                     latchkey users rename --id {id} --to NAME"
                ),
            })
        }
    })
}

fn interrupted(error: store::Error) -> Fault {
    let is_away = matches!(error, store::Error::Unavailable { .. });
    let fault = Fault::from(error);
    if is_away { fault.next("run the same command again: it goes on where it was interrupted") } else { fault }
}
