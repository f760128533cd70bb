//! Organizations: the sample of a table of one's own. Every owner has a partition, so that nobody can even ask for what is another's;
//! beside each row a guard makes its name unique there.

pub(crate) mod organization;

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{Item, Reader, item, number, text},
        names::{
            FOLDED, GENERATION, ORGANIZATION_ID, ORGANIZATION_KEYS, PK, REQUEST, SK, name_key, organization_key,
            owner_key, request_mark,
        },
        transaction::{Cancellation, Transaction},
    },
    error::{Error, unfit},
    fold::fold,
    organizations::organization::{Change, Organization, id_of, place, read, row},
    store::Store,
};
use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{Delete, Put, ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem},
};

/// How often an act that reads first begins again, because the row changed between its read and its write.
const ATTEMPTS: u32 = 4;

/// How many rows a search reads at a time, and how often, before it answers with what it has: DynamoDB finds by key alone.
const STEP: usize = 100;
const STEPS: u32 = 10;

/// Which of an owner's organizations are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// Those after this id; ids sort by age.
    pub after: Option<&'a str>,
    /// How many at most.
    pub limit: usize,
    /// Those with this in their name, whatever its case; empty for all.
    pub search: &'a str,
}

/// A page of organizations.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed {
    /// The oldest first.
    pub organizations: Vec<Organization>,
    /// After which id to go on; `None` at the end. A search may say so with less than a full page, or with nothing found yet.
    pub next: Option<String>,
}

/// What became of a new organization.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Added {
    /// It exists now.
    Added,
    /// The same request made it before; this is what it is now.
    Again(Organization),
    /// The owner has another one of this name, or of one that differs only by case.
    NameTaken,
}

/// What became of a change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Edited {
    /// It is so now.
    Edited(Organization),
    /// The owner has no such organization.
    Missing,
    /// The owner has another one of the new name.
    NameTaken,
}

impl Store {
    /// Adds an organization, if its name is free. A `request` that comes twice adds one. One transaction of two rows.
    pub async fn add_organization(
        &self,
        owner: &str,
        organization: &Organization,
        request: Option<&str>,
    ) -> Result<Added, Error> {
        within_budget(self.add(owner, organization, request.map(request_mark))).await
    }

    /// The owner's organization with this id. One read.
    pub async fn organization(&self, owner: &str, id: &str) -> Result<Option<Organization>, Error> {
        self.entry(owner, organization_key(id)).await?.map(|row| read(&row)).transpose()
    }

    /// The owner's organization with this name, whatever its case. Two reads.
    pub async fn organization_named(&self, owner: &str, name: &str) -> Result<Option<Organization>, Error> {
        match self.entry(owner, name_key(name)).await? {
            Some(guard) => self.organization(owner, &Reader(&guard).text(ORGANIZATION_ID)?).await,
            None => Ok(None),
        }
    }

    /// The owner's organizations, the oldest first. One query; a search makes up to ten.
    pub async fn organizations_of(&self, owner: &str, listing: &Listing<'_>) -> Result<Listed, Error> {
        within_budget(self.list(owner, listing)).await
    }

    /// Changes an organization, and writes nothing where nothing changes. One read, one transaction.
    pub async fn edit_organization(&self, owner: &str, id: &str, change: &Change, now: i64) -> Result<Edited, Error> {
        within_budget(self.edit(owner, id, change, now)).await
    }

    /// Deletes an organization and frees its name. `false` when there was none. One read, one transaction of two rows.
    pub async fn delete_organization(&self, owner: &str, id: &str) -> Result<bool, Error> {
        within_budget(self.remove(owner, id)).await
    }

    async fn add(&self, owner: &str, new: &Organization, request: Option<String>) -> Result<Added, Error> {
        let items = vec![self.put_organization(owner, new, None)?, self.put_name(owner, new, request.as_deref())?];
        let Transaction::Refused(refusals) = self.transact(items).await? else { return Ok(Added::Added) };
        let Some(guard) = refusals.get(1).and_then(|refusal| refusal.met.as_ref()).map(Reader) else {
            return Err(Error::unavailable("an id was drawn that is another organization's"));
        };
        let (id, earlier) = (guard.text(ORGANIZATION_ID)?, guard.optional_text(REQUEST)?);
        if id == new.id {
            // Ours, from a try whose answer was lost.
            return Ok(Added::Added);
        }
        if request.is_none() || earlier != request {
            return Ok(Added::NameTaken);
        }
        let again = self.organization(owner, &id).await?;
        again.map(Added::Again).ok_or_else(|| Error::unavailable("it was deleted while it was added again"))
    }

    async fn list(&self, owner: &str, listing: &Listing<'_>) -> Result<Listed, Error> {
        let mut organizations = Vec::new();
        let mut next = listing.after.map(str::to_owned);
        for _ in 0..STEPS {
            let answer = self.page(owner, listing, next.as_deref()).send().await?;
            for row in answer.items() {
                organizations.push(read(row)?);
            }
            if organizations.len() > listing.limit {
                organizations.truncate(listing.limit);
                next = organizations.last().map(|last| last.id.clone());
                break;
            }
            next = answer.last_evaluated_key().map(id_of).transpose()?;
            if next.is_none() {
                break;
            }
        }
        Ok(Listed { organizations, next })
    }

    /// One row more than is wanted tells whether there are more.
    fn page(&self, owner: &str, listing: &Listing<'_>, after: Option<&str>) -> QueryFluentBuilder {
        let search = fold(listing.search);
        let step = if search.is_empty() { listing.limit.saturating_add(1) } else { STEP };
        let query = self
            .client
            .query()
            .table_name(&self.organizations)
            .consistent_read(true)
            .key_condition_expression(format!("{PK} = :owner AND begins_with({SK}, :kind)"))
            .expression_attribute_values(":owner", text(owner_key(owner)))
            .expression_attribute_values(":kind", text(ORGANIZATION_KEYS))
            .limit(i32::try_from(step).unwrap_or(i32::MAX))
            .set_exclusive_start_key(after.map(|id| place(owner, organization_key(id))));
        if search.is_empty() {
            return query;
        }
        query
            .filter_expression(format!("contains({FOLDED}, :search)"))
            .expression_attribute_values(":search", text(search))
    }

    async fn edit(&self, owner: &str, id: &str, change: &Change, now: i64) -> Result<Edited, Error> {
        for _ in 0..ATTEMPTS {
            let Some(before) = self.organization(owner, id).await? else { return Ok(Edited::Missing) };
            let Some(after) = before.changed(change, now) else { return Ok(Edited::Edited(before)) };
            match self.transact(self.edits(owner, &before, &after)?).await? {
                Transaction::Done => return Ok(Edited::Edited(after)),
                Transaction::Refused(refusals) if is_taken(&refusals) => return Ok(Edited::NameTaken),
                Transaction::Refused(_) => {}
            }
        }
        Err(Error::unavailable("the organization changes faster than it can be written"))
    }

    /// The row first; then, where the name is another one, its guard and that of the old one.
    fn edits(&self, owner: &str, before: &Organization, after: &Organization) -> Result<Vec<TransactWriteItem>, Error> {
        let row = self.put_organization(owner, after, Some(before))?;
        if fold(&before.name) == fold(&after.name) {
            return Ok(vec![row]);
        }
        Ok(vec![row, self.put_name(owner, after, None)?, self.delete_name(owner, before)?])
    }

    async fn remove(&self, owner: &str, id: &str) -> Result<bool, Error> {
        for _ in 0..ATTEMPTS {
            let Some(found) = self.organization(owner, id).await? else { return Ok(false) };
            let items = vec![self.delete_organization_row(owner, &found)?, self.delete_name(owner, &found)?];
            if let Transaction::Done = self.transact(items).await? {
                return Ok(true);
            }
        }
        Err(Error::unavailable("the organization changes faster than it can be deleted"))
    }

    async fn entry(&self, owner: &str, key: String) -> Result<Option<Item>, Error> {
        let get = self.client.get_item().table_name(&self.organizations).consistent_read(true);
        Ok(get.set_key(Some(place(owner, key))).send().await?.item)
    }

    /// Writes the row where there is none, or over the one that was read.
    fn put_organization(
        &self,
        owner: &str,
        organization: &Organization,
        before: Option<&Organization>,
    ) -> Result<TransactWriteItem, Error> {
        let put = Put::builder().table_name(&self.organizations).set_item(Some(row(owner, organization)));
        let put = match before {
            None => put.condition_expression(format!("attribute_not_exists({PK})")),
            Some(before) => put
                .condition_expression(format!("{GENERATION} = :before"))
                .expression_attribute_values(":before", number(before.generation)),
        };
        Ok(TransactWriteItem::builder().put(put.build().map_err(unfit)?).build())
    }

    fn put_name(
        &self,
        owner: &str,
        organization: &Organization,
        request: Option<&str>,
    ) -> Result<TransactWriteItem, Error> {
        let attributes = [
            (SK, Some(text(name_key(&organization.name)))),
            (ORGANIZATION_ID, Some(text(&organization.id))),
            (REQUEST, request.map(text)),
        ];
        let put = Put::builder()
            .table_name(&self.organizations)
            .set_item(Some(item(owner_key(owner), attributes)))
            .condition_expression(format!("attribute_not_exists({PK})"))
            .return_values_on_condition_check_failure(AllOld);
        Ok(TransactWriteItem::builder().put(put.build().map_err(unfit)?).build())
    }

    fn delete_organization_row(&self, owner: &str, organization: &Organization) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(&self.organizations)
            .set_key(Some(place(owner, organization_key(&organization.id))))
            .condition_expression(format!("{GENERATION} = :before"))
            .expression_attribute_values(":before", number(organization.generation));
        Ok(TransactWriteItem::builder().delete(delete.build().map_err(unfit)?).build())
    }

    fn delete_name(&self, owner: &str, organization: &Organization) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(&self.organizations)
            .set_key(Some(place(owner, name_key(&organization.name))))
            .condition_expression(format!("{ORGANIZATION_ID} = :id"))
            .expression_attribute_values(":id", text(&organization.id));
        Ok(TransactWriteItem::builder().delete(delete.build().map_err(unfit)?).build())
    }
}

/// Whether the guard of the new name was another's.
fn is_taken(refusals: &[Cancellation]) -> bool {
    matches!(refusals, [Cancellation { failed: false, .. }, Cancellation { failed: true, .. }, ..])
}
