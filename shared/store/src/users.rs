//! Users: who they are, and the changes that touch one row. What also touches a name's guard is in `accounts.rs`.

pub(crate) mod accounts;
pub(crate) mod amendment;
pub(crate) mod bulk;
pub(crate) mod epoch;
pub(crate) mod further;
pub(crate) mod listing;
pub(crate) mod registration;
pub(crate) mod renames;
pub(crate) mod rights;
pub(crate) mod unconfirmed;

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{Item, Reader, flag, item, number, text, texts},
        names::{
            AWAITS_ACTIVATION, CREATED_AT, EMAIL, ENDS_AT, EPOCH, FIRST_NAME, GROUPS, IS_ACTIVE, IS_STAFF,
            IS_SUPERUSER, LAST_LOGIN, LAST_NAME, NAMED_SINCE, OWNS_EMAIL, PASSWORD, PK, USER_ATTRIBUTES, USER_ID,
            USERNAME, email_key, name_key, user_key,
        },
        write::{Write, written},
    },
    error::Error,
    fold::fold,
    store::Store,
    users::epoch::epoch_after,
};
use attributes::Attributes;
use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder, types::ReturnValuesOnConditionCheckFailure::AllOld,
};
use std::fmt;

/// A user, as Django's `User` has it.
#[derive(Clone, Eq, PartialEq)]
pub struct User {
    /// Unique and never reused: what `USER_ID_CLAIM` carries.
    pub id: String,
    /// The name as the user wrote it. No two users have names that differ only by case or by compatibility forms.
    pub username: String,
    /// The password's hash in Django's encoding. Never empty.
    pub password: String,
    /// The address, or nothing.
    pub email: String,
    /// The given name, or nothing.
    pub first_name: String,
    /// The family name, or nothing.
    pub last_name: String,
    /// Whether the user may log in.
    pub is_active: bool,
    /// Django's flag for its admin site.
    pub is_staff: bool,
    /// Django's flag for all permissions.
    pub is_superuser: bool,
    /// Names of groups.
    pub groups: Vec<String>,
    /// What a team's own user model has beside these fields.
    pub attributes: Attributes,
    /// When the user last logged in, if that is recorded (`UPDATE_LAST_LOGIN`).
    pub last_login: Option<i64>,
    /// When the user was created.
    pub created_at: i64,
    /// Grows whenever all sessions of the user end; see [`Session::survives`](crate::sessions::session::Session::survives). Tokens without a session
    /// die that were issued before it, in Unix seconds. A new user begins with the time of creation, so that no session of an
    /// earlier user with the same id comes back to life.
    pub epoch: i64,
    /// Since when the user has the present name or address, if either was changed: the epoch of that change.
    pub named_since: Option<i64>,
}

impl User {
    /// Since when a token that says this name or address means this user, in Unix seconds.
    pub fn found_since(&self) -> i64 {
        self.named_since.unwrap_or(self.created_at.min(self.epoch))
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("is_active", &self.is_active).finish_non_exhaustive()
    }
}

/// What became of a change to one user.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Changed {
    /// It is so now.
    Changed,
    /// There is no such user.
    Missing,
}

/// What became of a password that was hashed again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Replaced {
    /// There is no such user.
    Missing,
    /// The new hash is stored.
    Replaced,
    /// The password was changed in the meantime; the change stands.
    Stale,
}

impl Store {
    /// The user with this id. One read.
    pub async fn user(&self, id: &str) -> Result<Option<User>, Error> {
        Ok(self.account(id).await?.map(|account| account.user))
    }

    /// The user with exactly this name, as Django compares it. Two reads, whether the name is known or not.
    pub async fn user_named(&self, username: &str) -> Result<Option<User>, Error> {
        let user = self.user_folded(username).await?;
        Ok(user.filter(|user| user.username == username))
    }

    /// The user whose name is this one but for its case (`USERNAME_CASE_INSENSITIVE`). Two reads.
    pub async fn user_folded(&self, username: &str) -> Result<Option<User>, Error> {
        let user = within_budget(self.guarded(&name_key(username))).await?;
        Ok(user.filter(|user| fold(&user.username) == fold(username)))
    }

    /// The user with exactly this address, as Django compares it. The first owner of an address, if several have it. Two reads.
    pub async fn user_with_email(&self, email: &str) -> Result<Option<User>, Error> {
        let user = self.user_with_email_folded(email).await?;
        Ok(user.filter(|user| user.email == email))
    }

    /// The user whose address is this one but for its case. Two reads.
    pub async fn user_with_email_folded(&self, email: &str) -> Result<Option<User>, Error> {
        let user = within_budget(self.guarded(&email_key(email))).await?;
        Ok(user.filter(|user| fold(&user.email) == fold(email)))
    }

    /// Puts a better hash of the same password in the place of `old`, at login. A password change in between wins. One write.
    pub async fn replace_password(&self, id: &str, old: &str, new: &str) -> Result<Replaced, Error> {
        let call = self
            .update_user(id)
            .update_expression(format!("SET {PASSWORD} = :new"))
            .condition_expression(format!("{PASSWORD} = :old"))
            .expression_attribute_values(":new", text(new))
            .expression_attribute_values(":old", text(old));
        match written(call.send().await)? {
            Write::Done(_) => Ok(Replaced::Replaced),
            Write::Refused(met) if !met.as_ref().is_some_and(is_user) => Ok(Replaced::Missing),
            Write::Refused(Some(met)) if Reader(&met).text(PASSWORD)? == new => Ok(Replaced::Replaced),
            Write::Refused(_) => Ok(Replaced::Stale),
        }
    }

    /// Sets the password's hash. With `ended`, the present second, all sessions of the user end in the same write.
    pub async fn set_password(&self, id: &str, encoded: &str, ended: Option<i64>) -> Result<Changed, Error> {
        let call = self.update_user(id).expression_attribute_values(":value", text(encoded));
        within_budget(change(call, Some(PASSWORD), ended)).await
    }

    /// Lets the user log in, or not; no link in a mail changes that any more. With `ended`, the present second, all sessions of the user end in the same write.
    pub async fn set_active(&self, id: &str, active: bool, ended: Option<i64>) -> Result<Changed, Error> {
        let call = self.update_user(id).expression_attribute_values(":value", flag(active));
        within_budget(change(call, Some(IS_ACTIVE), ended)).await
    }

    /// Ends all sessions of the user: one write, however many there are.
    pub async fn bump_epoch(&self, id: &str, now: i64) -> Result<Changed, Error> {
        within_budget(change(self.update_user(id), None, Some(now))).await
    }

    /// Records a login (`UPDATE_LAST_LOGIN`).
    pub async fn touch_login(&self, id: &str, now: i64) -> Result<Changed, Error> {
        let call = self.update_user(id).expression_attribute_values(":value", number(now));
        within_budget(change(call, Some(LAST_LOGIN), None)).await
    }

    /// The user that a guard leads to. A guard that is missing costs the second read too, so that time does not tell who exists.
    pub(crate) async fn guarded(&self, guard: &str) -> Result<Option<User>, Error> {
        let Some(row) = self.user_item(guard).await? else {
            return self.user_item(&user_key(guard)).await.map(|_| None);
        };
        self.user(&Reader(&row).of(guard)?.text(USER_ID)?).await
    }

    pub(crate) async fn user_item(&self, key: &str) -> Result<Option<Item>, Error> {
        let read = self.client.get_item().table_name(&self.tables.users).key(PK, text(key)).consistent_read(true);
        Ok(read.send().await?.item)
    }

    pub(crate) fn update_user(&self, id: &str) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.tables.users)
            .key(PK, text(user_key(id)))
            .return_values_on_condition_check_failure(AllOld)
    }
}

/// The row of a user.
pub(crate) fn row(user: &User, owns_email: bool) -> Item {
    item(
        user_key(&user.id),
        [
            (USER_ID, Some(text(&user.id))),
            (USERNAME, Some(text(&user.username))),
            (PASSWORD, Some(text(&user.password))),
            (EMAIL, Some(text(&user.email))),
            (OWNS_EMAIL, Some(flag(owns_email))),
            (FIRST_NAME, Some(text(&user.first_name))),
            (LAST_NAME, Some(text(&user.last_name))),
            (IS_ACTIVE, Some(flag(user.is_active))),
            (IS_STAFF, Some(flag(user.is_staff))),
            (IS_SUPERUSER, Some(flag(user.is_superuser))),
            (GROUPS, Some(texts(&user.groups))),
            (USER_ATTRIBUTES, further::written(&user.attributes)),
            (LAST_LOGIN, user.last_login.map(number)),
            (CREATED_AT, Some(number(user.created_at))),
            (EPOCH, Some(number(user.epoch))),
            (NAMED_SINCE, user.named_since.map(number)),
        ],
    )
}

/// Whether a row holds a user, and not what is left of one who was deleted: until when nobody else gets the id.
pub(crate) fn is_user(row: &Item) -> bool {
    !row.contains_key(ENDS_AT)
}

/// The user in a row. A row without a password is no user.
pub(crate) fn read(row: &Item) -> Result<User, Error> {
    let reader = Reader(row);
    let id = reader.text(USER_ID)?;
    let reader = reader.of(&user_key(&id))?;
    let user = User {
        id,
        username: reader.text(USERNAME)?,
        password: reader.text(PASSWORD)?,
        email: reader.text(EMAIL)?,
        first_name: reader.text(FIRST_NAME)?,
        last_name: reader.text(LAST_NAME)?,
        is_active: reader.flag(IS_ACTIVE)?,
        is_staff: reader.flag(IS_STAFF)?,
        is_superuser: reader.flag(IS_SUPERUSER)?,
        groups: reader.texts(GROUPS)?,
        attributes: further::read(row)?,
        last_login: reader.optional_number(LAST_LOGIN)?,
        created_at: reader.number(CREATED_AT)?,
        epoch: reader.number(EPOCH)?,
        named_since: reader.optional_number(NAMED_SINCE)?,
    };
    if user.password.is_empty() {
        Err(Error::corrupt(format!("{PASSWORD} of {} is empty", user_key(&user.id))))
    } else {
        Ok(user)
    }
}

/// Sets one attribute to `:value`, and the epoch to that of an end at `ended` or, when it is already there, to the next
/// number: it always grows.
async fn change(call: UpdateItemFluentBuilder, attribute: Option<&str>, ended: Option<i64>) -> Result<Changed, Error> {
    let value = attribute.map(|name| format!("{name} = :value"));
    let removed = if attribute == Some(IS_ACTIVE) { AWAITS_ACTIVATION } else { "" };
    let changed = |call, set, condition| changed(call, set, removed, condition);
    let exists = format!("attribute_exists({USER_ID})");
    let Some(ended) = ended else {
        return changed(call.clone(), value.into_iter().collect(), exists).await.map(|(changed, _)| changed);
    };
    let to = |epoch: &str| value.iter().cloned().chain([format!("{EPOCH} = {epoch}")]).collect();
    let first = call.clone().expression_attribute_values(":epoch", number(epoch_after(ended, 0)));
    match changed(first, to(":epoch"), format!("{exists} AND {EPOCH} < :epoch")).await? {
        (Changed::Missing, Some(_)) => {
            let second = call.expression_attribute_values(":one", number(1));
            changed(second, to(&format!("{EPOCH} + :one")), exists).await.map(|(changed, _)| changed)
        }
        (outcome, _) => Ok(outcome),
    }
}

async fn changed(
    call: UpdateItemFluentBuilder,
    assignments: Vec<String>,
    removed: &str,
    condition: String,
) -> Result<(Changed, Option<Item>), Error> {
    let remove = if removed.is_empty() { String::new() } else { format!(" REMOVE {removed}") };
    let call =
        call.update_expression(format!("SET {}{remove}", assignments.join(", "))).condition_expression(condition);
    match written(call.send().await)? {
        Write::Done(_) => Ok((Changed::Changed, None)),
        Write::Refused(met) => Ok((Changed::Missing, met)),
    }
}
