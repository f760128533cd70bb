//! Creation, change of address and deletion of users: transactions over the user's row and the guards that make names unique.

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{Item, Reader, flag, item, number, text},
        names::{
            EMAIL, ENDS_AT, EPOCH, FIRST_NAME, LAST_NAME, NAMED_SINCE, OWNS_EMAIL, PK, UNCONFIRMED_EMAIL,
            UNCONFIRMED_SINCE, USER_ID, USERNAME, email_key, name_key, user_key,
        },
        transaction::{Cancellation, Transaction},
    },
    error::{Error, unfit},
    fold::fold,
    store::Store,
    users::{
        Changed, User,
        epoch::epoch_after,
        row,
        unconfirmed::{Account, as_given},
    },
};
use aws_sdk_dynamodb::types::{Delete, Put, ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem, Update};

/// How often an act that reads first begins again, because the row changed between its read and its write.
pub(crate) const ATTEMPTS: u32 = 4;

/// What became of a new user.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Created {
    /// The user exists now.
    Created,
    /// A user who was deleted had this id, and tokens may still say it: it is free after `until`, in Unix seconds.
    IdHeld {
        /// When it is free.
        until: i64,
    },
    /// Another user has this id.
    IdTaken,
    /// Another user has this name, or one that differs only by case.
    NameTaken,
}

impl Store {
    /// Creates a user at `created_at`, if id and name are free. The address never stands in the way: its first owner keeps it for log in.
    pub async fn create_user(&self, user: &User) -> Result<Created, Error> {
        within_budget(self.create(user)).await
    }

    /// Sets address and names. The new address can be logged in with if it has no owner; one that was to be confirmed is
    /// void then. With `ended`, the present second, a
    /// new address ends all sessions of the user: for users who log in by it, as [`rename`](Self::rename) does.
    pub async fn update_profile(
        &self,
        id: &str,
        email: &str,
        first_name: &str,
        last_name: &str,
        ended: Option<i64>,
    ) -> Result<Changed, Error> {
        within_budget(self.profile(id, Profile { email, first_name, last_name, ended })).await
    }

    /// Deletes the user and frees name and address. `false` when there was none. The sessions are dead with the user. Until
    /// `held_until` (Unix seconds) nobody gets the id: an access token that says it may live so long, and must not become
    /// somebody else's. Who is imported with the id later has it as epoch, so that no refresh token from before is theirs.
    pub async fn delete_user(&self, id: &str, held_until: i64) -> Result<bool, Error> {
        within_budget(self.delete(id, held_until)).await
    }

    async fn create(&self, user: &User) -> Result<Created, Error> {
        for owns_email in if user.email.is_empty() { [false].as_slice() } else { &[true, false] } {
            let mut items = vec![
                self.put_user(row(user, *owns_email), user.created_at)?,
                self.put_guard(name_key(&user.username), &user.id)?,
            ];
            if *owns_email {
                items.push(self.put_guard(email_key(&user.email), &user.id)?);
            }
            match self.transact(items).await? {
                Transaction::Done => return Ok(Created::Created),
                Transaction::Refused(refusals) => {
                    if let Some(outcome) = created(&refusals, user)? {
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
        let stays = fold(email) == fold(profile.email);
        if owns && !stays {
            items.push(self.put_guard(email_key(profile.email), id)?);
        }
        if account.owns_email && !stays {
            items.push(self.delete_guard(email_key(email), id)?);
        }
        if let Some(given) = account.given_email.as_deref().filter(|_| email != profile.email) {
            items.push(self.remove_unconfirmed(given, id)?);
        }
        Ok(items)
    }

    fn update_profiled(
        &self,
        account: &Account,
        profile: &Profile<'_>,
        owns: bool,
    ) -> Result<TransactWriteItem, Error> {
        let ended = profile.ended.filter(|_| account.user.email != profile.email);
        let (and_epoch, if_epoch) = match ended {
            Some(_) => (format!(", {EPOCH} = :epoch, {NAMED_SINCE} = :epoch"), format!(" AND {EPOCH} = :was")),
            None => Default::default(),
        };
        let removed = match account.user.email == profile.email {
            true => String::new(),
            false => format!(" REMOVE {UNCONFIRMED_EMAIL}, {UNCONFIRMED_SINCE}"),
        };
        let assignments = format!(
            "SET {EMAIL} = :email, {OWNS_EMAIL} = :owns, {FIRST_NAME} = :first, {LAST_NAME} = :last{and_epoch}{removed}"
        );
        let update = Update::builder()
            .table_name(&self.tables.users)
            .key(PK, text(user_key(&account.user.id)))
            .update_expression(assignments)
            .condition_expression(format!(
                "{EMAIL} = :old AND {OWNS_EMAIL} = :owned AND {}{if_epoch}",
                as_given(account)
            ))
            .expression_attribute_values(":email", text(profile.email))
            .expression_attribute_values(":owns", flag(owns))
            .expression_attribute_values(":first", text(profile.first_name))
            .expression_attribute_values(":last", text(profile.last_name))
            .expression_attribute_values(":old", text(&account.user.email))
            .expression_attribute_values(":owned", flag(account.owns_email));
        let update = match &account.given_email {
            Some(email) => update.expression_attribute_values(":unconfirmed", text(email)),
            None => update,
        };
        let was = account.user.epoch;
        let update = match ended {
            Some(now) => update
                .expression_attribute_values(":epoch", number(epoch_after(now, was)))
                .expression_attribute_values(":was", number(was)),
            None => update,
        };
        Ok(TransactWriteItem::builder().update(update.build().map_err(unfit)?).build())
    }

    async fn delete(&self, id: &str, held_until: i64) -> Result<bool, Error> {
        for _ in 0..ATTEMPTS {
            let Some(account) = self.account(id).await? else { return Ok(false) };
            let mut items =
                vec![self.delete_row(&account, held_until)?, self.delete_guard(name_key(&account.user.username), id)?];
            if account.owns_email {
                items.push(self.delete_guard(email_key(&account.user.email), id)?);
            }
            if let Some(email) = &account.given_email {
                items.push(self.remove_unconfirmed(email, id)?);
            }
            if let Transaction::Done = self.transact(items).await? {
                return Ok(true);
            }
        }
        Err(Error::unavailable("the user changes faster than it can be deleted"))
    }

    /// Leaves nothing of the user but the key, which keeps the id taken for a while.
    fn delete_row(&self, account: &Account, held_until: i64) -> Result<TransactWriteItem, Error> {
        let put = Put::builder()
            .table_name(&self.tables.users)
            .set_item(Some(item(user_key(&account.user.id), [(ENDS_AT, Some(number(held_until)))])))
            .condition_expression(format!(
                "{USERNAME} = :name AND {EMAIL} = :email AND {OWNS_EMAIL} = :owns AND {}",
                as_given(account)
            ))
            .expression_attribute_values(":name", text(&account.user.username))
            .expression_attribute_values(":email", text(&account.user.email))
            .expression_attribute_values(":owns", flag(account.owns_email));
        let put = match &account.given_email {
            Some(email) => put.expression_attribute_values(":unconfirmed", text(email)),
            None => put,
        };
        Ok(TransactWriteItem::builder().put(put.build().map_err(unfit)?).build())
    }

    pub(crate) fn put_guard(&self, key: String, id: &str) -> Result<TransactWriteItem, Error> {
        self.put_user(guard(key, id), 0)
    }

    /// Writes a user's row, or a guard, where there is none, and none of a deleted user that holds the key at `now`.
    pub(crate) fn put_user(&self, item: Item, now: i64) -> Result<TransactWriteItem, Error> {
        let put = Put::builder()
            .table_name(&self.tables.users)
            .set_item(Some(item))
            .condition_expression(format!("attribute_not_exists({PK}) OR {ENDS_AT} <= :now"))
            .expression_attribute_values(":now", number(now))
            .return_values_on_condition_check_failure(AllOld);
        Ok(TransactWriteItem::builder().put(put.build().map_err(unfit)?).build())
    }

    pub(crate) fn delete_guard(&self, key: String, id: &str) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(&self.tables.users)
            .key(PK, text(key))
            .condition_expression(format!("{USER_ID} = :id"))
            .expression_attribute_values(":id", text(id));
        Ok(TransactWriteItem::builder().delete(delete.build().map_err(unfit)?).build())
    }
}

struct Profile<'a> {
    email: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    ended: Option<i64>,
}

/// What makes a name or an address unique: it leads to its owner.
pub(crate) fn guard(key: String, id: &str) -> Item {
    item(key, [(USER_ID, Some(text(id)))])
}

/// What the refusals of user, name and address mean; `None` when only the address is taken.
pub(crate) fn created(refusals: &[Cancellation], user: &User) -> Result<Option<Created>, Error> {
    Ok(match refusals {
        [id, ..] if id.failed => Some(match held_until(id.met.as_ref())? {
            Some(until) => Created::IdHeld { until },
            None if is_ours(id.met.as_ref(), user) => Created::Created,
            None => Created::IdTaken,
        }),
        [_, name, ..] if name.failed => Some(Created::NameTaken),
        _ => None,
    })
}

/// Until when a row of a deleted user holds the id, if it is one.
pub(crate) fn held_until(met: Option<&Item>) -> Result<Option<i64>, Error> {
    met.map_or(Ok(None), |row| Reader(row).optional_number(ENDS_AT))
}

/// Whether the row we met is the one we came to write: ours, from a try whose answer was lost. A salted hash tells racers apart.
/// Its epoch may be a later one: that of a deleted user's id.
pub(crate) fn is_ours(met: Option<&Item>, user: &User) -> bool {
    met.is_some_and(|met| {
        let epoch = Reader(met).number(EPOCH).unwrap_or(user.epoch).max(user.epoch);
        let ours = User { epoch, ..user.clone() };
        *met == row(&ours, true) || *met == row(&ours, false)
    })
}
