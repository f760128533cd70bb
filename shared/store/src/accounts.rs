//! Creation, rename, change of address and deletion of users: transactions over the user's row and the guards that make names unique.

use crate::{
    Store,
    error::Error,
    fold::fold,
    item::{Item, Reader, flag, item, text},
    names::{EMAIL, FIRST_NAME, LAST_NAME, OWNS_EMAIL, PK, USER_ID, USERNAME, email_key, name_key, user_key},
    tables::unfit,
    transaction::{Refusal, Transaction},
    users::{Account, Changed, User, row},
    within_budget,
};
use aws_sdk_dynamodb::types::{
    ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem, Update,
};

/// How often an act that reads first begins again, because the row changed between its read and its write.
const ATTEMPTS: u32 = 4;

/// What became of a new user.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Created {
    /// The user exists now.
    Created,
    /// Another user has this id.
    IdTaken,
    /// Another user has this name, or one that differs only by case.
    NameTaken,
}

/// What became of a new name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Renamed {
    /// There is no such user.
    Missing,
    /// Another user has this name, or one that differs only by case.
    NameTaken,
    /// The user has the new name now, and the old one is free.
    Renamed,
    /// The user has not the name that was to be replaced.
    Stale,
}

impl Store {
    /// Creates a user, if id and name are free. The address never stands in the way: its first owner keeps it for log in.
    pub async fn create_user(&self, user: &User) -> Result<Created, Error> {
        within_budget(self.create(user)).await
    }

    /// Gives the user another name, if it is free. A change of case only is possible.
    pub async fn rename(&self, id: &str, from: &str, to: &str) -> Result<Renamed, Error> {
        let mut items = vec![self.named(id, from, to)?];
        if fold(from) == fold(to) {
            items.push(self.check_guard(name_key(from), id)?);
        } else {
            items.push(self.put_guard(name_key(to), id)?);
            items.push(self.delete_guard(name_key(from), id)?);
        }
        match within_budget(self.transact(items)).await? {
            Transaction::Done => Ok(Renamed::Renamed),
            Transaction::Refused(refusals) => renamed(&refusals, to),
        }
    }

    /// Sets address and names. The new address can be logged in with if it has no owner.
    pub async fn update_profile(
        &self,
        id: &str,
        email: &str,
        first_name: &str,
        last_name: &str,
    ) -> Result<Changed, Error> {
        within_budget(self.profile(id, Profile { email, first_name, last_name })).await
    }

    /// Deletes the user and frees name and address. `false` when there was none. The sessions are dead with the user.
    pub async fn delete_user(&self, id: &str) -> Result<bool, Error> {
        within_budget(self.delete(id)).await
    }

    async fn create(&self, user: &User) -> Result<Created, Error> {
        for owns_email in if user.email.is_empty() { [false].as_slice() } else { &[true, false] } {
            let mut items =
                vec![self.put_new(row(user, *owns_email))?, self.put_guard(name_key(&user.username), &user.id)?];
            if *owns_email {
                items.push(self.put_guard(email_key(&user.email), &user.id)?);
            }
            match self.transact(items).await? {
                Transaction::Done => return Ok(Created::Created),
                Transaction::Refused(refusals) => {
                    if let Some(outcome) = created(&refusals, user) {
                        return Ok(outcome);
                    }
                }
            }
        }
        Err(Error::unavailable("the guard of an address refused a user that does not claim it"))
    }

    async fn profile(&self, id: &str, profile: Profile<'_>) -> Result<Changed, Error> {
        let mut free = true;
        for _ in 0..ATTEMPTS {
            let Some(account) = self.account(id).await? else { return Ok(Changed::Missing) };
            let stays = fold(&account.user.email) == fold(profile.email);
            let owns = if stays { account.owns_email } else { free && !profile.email.is_empty() };
            match self.transact(self.profiled(&account, &profile, owns)?).await? {
                Transaction::Done => return Ok(Changed::Changed),
                Transaction::Refused(refusals) => free = free && !refusals.get(1).is_some_and(|guard| guard.failed),
            }
        }
        Err(Error::unavailable("the user changes faster than it can be written"))
    }

    /// The user's row first; then the guard of the new address, if it is claimed; then that of the old one.
    fn profiled(&self, account: &Account, profile: &Profile<'_>, owns: bool) -> Result<Vec<TransactWriteItem>, Error> {
        let User { id, email, .. } = &account.user;
        let mut items = vec![self.update_profiled(account, profile, owns)?];
        if fold(email) == fold(profile.email) {
            return Ok(items);
        }
        if owns {
            items.push(self.put_guard(email_key(profile.email), id)?);
        }
        if account.owns_email {
            items.push(self.delete_guard(email_key(email), id)?);
        }
        Ok(items)
    }

    fn update_profiled(
        &self,
        account: &Account,
        profile: &Profile<'_>,
        owns: bool,
    ) -> Result<TransactWriteItem, Error> {
        let assignments =
            format!("SET {EMAIL} = :email, {OWNS_EMAIL} = :owns, {FIRST_NAME} = :first, {LAST_NAME} = :last");
        let update = Update::builder()
            .table_name(&self.tables.users)
            .key(PK, text(user_key(&account.user.id)))
            .update_expression(assignments)
            .condition_expression(format!("{EMAIL} = :old AND {OWNS_EMAIL} = :owned"))
            .expression_attribute_values(":email", text(profile.email))
            .expression_attribute_values(":owns", flag(owns))
            .expression_attribute_values(":first", text(profile.first_name))
            .expression_attribute_values(":last", text(profile.last_name))
            .expression_attribute_values(":old", text(&account.user.email))
            .expression_attribute_values(":owned", flag(account.owns_email));
        Ok(TransactWriteItem::builder().update(update.build().map_err(unfit)?).build())
    }

    async fn delete(&self, id: &str) -> Result<bool, Error> {
        for _ in 0..ATTEMPTS {
            let Some(account) = self.account(id).await? else { return Ok(false) };
            let mut items = vec![self.delete_row(&account)?, self.delete_guard(name_key(&account.user.username), id)?];
            if account.owns_email {
                items.push(self.delete_guard(email_key(&account.user.email), id)?);
            }
            if let Transaction::Done = self.transact(items).await? {
                return Ok(true);
            }
        }
        Err(Error::unavailable("the user changes faster than it can be deleted"))
    }

    fn delete_row(&self, account: &Account) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(&self.tables.users)
            .key(PK, text(user_key(&account.user.id)))
            .condition_expression(format!("{USERNAME} = :name AND {EMAIL} = :email AND {OWNS_EMAIL} = :owns"))
            .expression_attribute_values(":name", text(&account.user.username))
            .expression_attribute_values(":email", text(&account.user.email))
            .expression_attribute_values(":owns", flag(account.owns_email));
        Ok(TransactWriteItem::builder().delete(delete.build().map_err(unfit)?).build())
    }

    fn named(&self, id: &str, from: &str, to: &str) -> Result<TransactWriteItem, Error> {
        let update = Update::builder()
            .table_name(&self.tables.users)
            .key(PK, text(user_key(id)))
            .update_expression(format!("SET {USERNAME} = :to"))
            .condition_expression(format!("{USERNAME} = :from"))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to))
            .return_values_on_condition_check_failure(AllOld);
        Ok(TransactWriteItem::builder().update(update.build().map_err(unfit)?).build())
    }

    fn put_guard(&self, key: String, id: &str) -> Result<TransactWriteItem, Error> {
        self.put_new(guard(key, id))
    }

    pub(crate) fn put_new(&self, item: Item) -> Result<TransactWriteItem, Error> {
        let put = Put::builder()
            .table_name(&self.tables.users)
            .set_item(Some(item))
            .condition_expression(format!("attribute_not_exists({PK})"))
            .return_values_on_condition_check_failure(AllOld);
        Ok(TransactWriteItem::builder().put(put.build().map_err(unfit)?).build())
    }

    fn delete_guard(&self, key: String, id: &str) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(&self.tables.users)
            .key(PK, text(key))
            .condition_expression(format!("{USER_ID} = :id"))
            .expression_attribute_values(":id", text(id));
        Ok(TransactWriteItem::builder().delete(delete.build().map_err(unfit)?).build())
    }

    fn check_guard(&self, key: String, id: &str) -> Result<TransactWriteItem, Error> {
        let check = ConditionCheck::builder()
            .table_name(&self.tables.users)
            .key(PK, text(key))
            .condition_expression(format!("{USER_ID} = :id"))
            .expression_attribute_values(":id", text(id));
        Ok(TransactWriteItem::builder().condition_check(check.build().map_err(unfit)?).build())
    }
}

struct Profile<'a> {
    email: &'a str,
    first_name: &'a str,
    last_name: &'a str,
}

/// What makes a name or an address unique: it leads to its owner.
pub(crate) fn guard(key: String, id: &str) -> Item {
    item(key, [(USER_ID, Some(text(id)))])
}

/// What the refusals of user, name and address mean; `None` when only the address is taken.
fn created(refusals: &[Refusal], user: &User) -> Option<Created> {
    match refusals {
        [id, ..] if id.failed => Some(if is_ours(id.met.as_ref(), user) { Created::Created } else { Created::IdTaken }),
        [_, name, ..] if name.failed => Some(Created::NameTaken),
        _ => None,
    }
}

/// Whether the row we met is the one we came to write: ours, from a try whose answer was lost. A salted hash tells racers apart.
pub(crate) fn is_ours(met: Option<&Item>, user: &User) -> bool {
    met.is_some_and(|met| *met == row(user, true) || *met == row(user, false))
}

fn renamed(refusals: &[Refusal], to: &str) -> Result<Renamed, Error> {
    match refusals {
        [Refusal { failed: true, met: None }, ..] => Ok(Renamed::Missing),
        // The name is the new one already: ours, from a try whose answer was lost.
        [Refusal { failed: true, met: Some(met) }, ..] if Reader(met).text(USERNAME)? == to => Ok(Renamed::Renamed),
        [Refusal { failed: true, .. }, ..] => Ok(Renamed::Stale),
        [_, Refusal { failed: true, .. }, Refusal { failed: false, .. }] => Ok(Renamed::NameTaken),
        _ => Err(Error::corrupt("the guard of a name does not lead to its user")),
    }
}
