//! The work of an import: users in batches, several batches at the same time.
//!
//! Rows that have an id or a name in common never are under way together, and of two that have an address in common the first one is
//! written first. So the order of the source decides who gets a name and who logs in with an address, however many batches are under way.

use crate::{
    ambient,
    connection::patience::patiently,
    django::rows::Row,
    fault::Fault,
    terminal::date::date,
    users::import::{
        dry_run::DryRun,
        keys::Keys,
        outcome::{BY_CASE, Handled, RowOutcome},
    },
};
use std::{collections::HashSet, mem};
use store::{BULK, ImportOutcome, NewUser, Store, fold};
use tokio::task::JoinSet;

/// Writes users in batches.
pub(super) struct BatchWriter {
    store: Store,
    parallel: usize,
    /// Who would be there by now, in a dry run.
    dry_run: Option<DryRun>,
    /// Rows that wait until a batch is full.
    waiting: Vec<(Row, NewUser)>,
    /// What their ids and names are.
    waiting_keys: HashSet<u64>,
    under_way: JoinSet<Result<Vec<Handled>, store::Error>>,
    /// What is being written: ids, names and addresses.
    busy: HashSet<u64>,
}

impl BatchWriter {
    /// A writer; with `dry_run` it only looks.
    pub(super) fn new(store: Store, parallel: usize, dry_run: Option<DryRun>) -> Self {
        Self {
            store,
            parallel,
            dry_run,
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
    pub(super) async fn take(&mut self, row: Row, newcomer: NewUser) -> Result<Vec<Handled>, Fault> {
        let keys = Keys::of(&newcomer);
        let mut handled = Vec::new();
        if keys.own().iter().any(|key| self.waiting_keys.contains(key)) {
            handled.extend(self.start().await?);
        }
        if keys.all().any(|key| self.busy.contains(&key)) {
            handled.extend(self.rest().await?);
        }
        if let Some(outcome) = self.dry_run.as_ref().and_then(|dry_run| dry_run.outcome(&keys, &newcomer.user)) {
            handled.push((row, Some(newcomer), outcome));
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

    /// Sends the waiting rows on their way, as soon as there is room.
    async fn start(&mut self) -> Result<Vec<Handled>, Fault> {
        let mut handled = Vec::new();
        while self.under_way.len() >= self.parallel {
            handled.extend(self.one().await?);
        }
        let batch = mem::take(&mut self.waiting);
        self.waiting_keys.clear();
        self.busy.extend(batch.iter().flat_map(|(_, newcomer)| Keys::of(newcomer).all()));
        let (store, dry_run) = (self.store.clone(), self.dry_run.is_some());
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
        let mut handled = done.transpose().map_err(interrupted)?.unwrap_or_default();
        for (_, newcomer, outcome) in &mut handled {
            let Some(keys) = newcomer.as_ref().map(Keys::of) else { continue };
            for key in keys.all() {
                self.busy.remove(&key);
            }
            if let (Some(dry_run), RowOutcome::Created) = (&mut self.dry_run, &*outcome)
                && !dry_run.add(&keys)
            {
                *outcome = RowOutcome::AddressTaken;
            }
        }
        Ok(handled)
    }
}

/// Looks who is there, and creates the others.
async fn write(store: &Store, batch: Vec<(Row, NewUser)>, dry_run: bool) -> Result<Vec<Handled>, store::Error> {
    let newcomers: Vec<NewUser> = batch.iter().map(|(_, newcomer)| newcomer.clone()).collect();
    let mut joined = patiently(|| store.preview_users(&newcomers, ambient::now())).await?;
    if !dry_run {
        let absent: Vec<NewUser> = newcomers
            .into_iter()
            .zip(&joined)
            .filter_map(|(newcomer, joined)| (*joined == ImportOutcome::Created).then_some(newcomer))
            .collect();
        let mut created = patiently(|| store.create_users(&absent, ambient::now())).await?.into_iter();
        for outcome in joined.iter_mut().filter(|outcome| **outcome == ImportOutcome::Created) {
            *outcome = created.next().unwrap_or(ImportOutcome::Created);
        }
    }
    let mut handled = Vec::new();
    for ((row, newcomer), joined) in batch.into_iter().zip(joined) {
        let outcome = outcome(store, &newcomer, joined).await?;
        handled.push((row, Some(newcomer), outcome));
    }
    Ok(handled)
}

async fn outcome(store: &Store, newcomer: &NewUser, joined: ImportOutcome) -> Result<RowOutcome, store::Error> {
    let (id, name) = (&newcomer.user.id, &newcomer.user.username);
    Ok(match joined {
        ImportOutcome::Created => RowOutcome::Created,
        ImportOutcome::IdTaken { username } if fold(&username) == fold(name) => RowOutcome::Present,
        ImportOutcome::IdTaken { username } => {
            RowOutcome::Bad(format!("has the username {name:?}, but the user with the id {id:?} is {username:?}"))
        }
        ImportOutcome::IdHeld { until } => RowOutcome::Bad(format!(
            "has the id {id:?} of a user who was deleted, whose tokens may live until {}: import it again after that",
            date(until)
        )),
        ImportOutcome::NameTaken { id } => {
            let owner = patiently(|| store.user(&id)).await?;
            RowOutcome::Bad(match owner.map(|owner| owner.username) {
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
