//! What a user, or a link that the user got, changes about an account: all of it at once, with the mail that tells of it.

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{flag, number, text},
        names::{
            AWAITS_ACTIVATION, EMAIL, EPOCH, FIRST_NAME, IS_ACTIVE, LAST_LOGIN, LAST_NAME, NAMED_SINCE, OWNS_EMAIL,
            PASSWORD, PK, UNCONFIRMED_EMAIL, UNCONFIRMED_SINCE, USERNAME, email_key, name_key, user_key,
        },
        transaction::{Cancellation, Transaction},
    },
    error::{Error, unfit},
    fold::fold,
    outbox::Mail,
    store::Store,
    users::{
        User,
        accounts::ATTEMPTS,
        epoch::epoch_after,
        unconfirmed::{Account, as_given},
    },
};
use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem, Update};

/// What is to become of an account; what is `None` stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Amendment<'a> {
    /// The new password's hash. All sessions end, but for `kept`.
    pub password: Option<&'a str>,
    /// The new user name. All sessions end, but for `kept`.
    pub username: Option<&'a str>,
    /// The new first name.
    pub first_name: Option<&'a str>,
    /// The new last name.
    pub last_name: Option<&'a str>,
    /// Another address, which counts once it is confirmed; the present one, or the empty text, takes back what was to be
    /// confirmed. It never takes the present one away: mails for a new password would go to the next one that is given.
    pub email: Option<&'a str>,
    /// The address that was to be confirmed is: it counts from now on, and all sessions end. Who has waited for it may log in.
    pub confirm: bool,
    /// The last login, in Unix seconds.
    pub last_login: Option<i64>,
    /// The id of the session that goes on.
    pub kept: Option<&'a str>,
    /// What is to be sent.
    pub mail: Option<&'a Mail>,
}

/// What became of an amendment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Amended {
    /// It is so now.
    Amended,
    /// Another user has the name, or one that differs only by case.
    NameTaken,
    /// The session that was to go on is over itself; nothing was changed.
    Over,
    /// The account is another than the one that was read, or gone; nothing was changed.
    Stale,
}

/// What an item of the transaction is there for.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    User,
    Name,
    Email,
    Unconfirmed,
    Session,
    Other,
}

impl Store {
    /// Changes an account that was read just now: one transaction. Of those who bring the same link at once, one changes
    /// it; the others are [`Amended::Stale`].
    pub async fn amend(&self, account: &Account, amendment: &Amendment<'_>, now: i64) -> Result<Amended, Error> {
        within_budget(self.amending(account, amendment, now)).await
    }

    async fn amending(&self, account: &Account, amendment: &Amendment<'_>, now: i64) -> Result<Amended, Error> {
        let mut kept = amendment.kept;
        for _ in 0..ATTEMPTS {
            let items = self.amended(account, amendment, kept, now)?;
            let (roles, items): (Vec<Role>, Vec<TransactWriteItem>) = items.into_iter().unzip();
            let Transaction::Refused(refusals) = self.transact(items).await? else { return Ok(Amended::Amended) };
            match first_refused(&roles, &refusals) {
                Some((Role::Name, _)) => return Ok(Amended::NameTaken),
                // An address that is confirmed belongs to who confirmed it, and to nobody else who is led to its link.
                Some((Role::Email, _)) => return Ok(Amended::Stale),
                Some((Role::Unconfirmed, _)) => self.drop_oldest(amendment.email.unwrap_or_default()).await?,
                Some((Role::Session, refusal)) if refusal.met.is_none() => kept = None,
                Some((Role::Session, _)) => return Ok(Amended::Over),
                _ => return Ok(Amended::Stale),
            }
        }
        Err(Error::unavailable("the account changes faster than it can be written"))
    }

    /// The account's row first, and what the change needs beside it. `kept` is the session that goes on, if it has a row.
    fn amended(
        &self,
        account: &Account,
        amendment: &Amendment<'_>,
        kept: Option<&str>,
        now: i64,
    ) -> Result<Vec<(Role, TransactWriteItem)>, Error> {
        let user = &account.user;
        let mut items = vec![(Role::User, self.amended_user(account, amendment, now)?)];
        if let Some(name) = amendment.username.filter(|name| fold(name) != fold(&user.username)) {
            items.push((Role::Name, self.put_guard(name_key(name), &user.id)?));
            items.push((Role::Other, self.delete_guard(name_key(&user.username), &user.id)?));
        }
        items.extend(self.amended_addresses(account, amendment)?);
        if let Some(sid) = kept.filter(|_| ends_sessions(amendment)) {
            let epoch = epoch_after(now, user.epoch);
            items.push((Role::Session, self.kept_session(user, sid, epoch)?));
        }
        if let Some(mail) = amendment.mail {
            items.push((Role::Other, self.put_mail(mail)?));
        }
        Ok(items)
    }

    /// The guards of the addresses that come and go.
    fn amended_addresses(
        &self,
        account: &Account,
        amendment: &Amendment<'_>,
    ) -> Result<Vec<(Role, TransactWriteItem)>, Error> {
        let (User { id, email, .. }, mut items) = (&account.user, Vec::new());
        let confirmed = account.unconfirmed_email.as_deref().filter(|_| amendment.confirm);
        if let Some(new) = confirmed {
            let stays = fold(new) == fold(email);
            if !(stays && account.owns_email) {
                items.push((Role::Email, self.put_guard(email_key(new), id)?));
            }
            if account.owns_email && !stays {
                items.push((Role::Other, self.delete_guard(email_key(email), id)?));
            }
        }
        let old =
            account.given_email.as_deref().filter(|_| ends_pending(account, amendment) || amendment.email.is_some());
        let new = given(account, amendment);
        if old.map(fold) != new.map(fold) {
            items.extend(old.map(|old| self.remove_unconfirmed(old, id)).transpose()?.map(|item| (Role::Other, item)));
            items.extend(
                new.map(|new| self.add_unconfirmed(new, id)).transpose()?.map(|item| (Role::Unconfirmed, item)),
            );
        }
        Ok(items)
    }

    /// The account's row, if it is as it was read.
    fn amended_user(&self, account: &Account, amendment: &Amendment<'_>, now: i64) -> Result<TransactWriteItem, Error> {
        let user = &account.user;
        let unconfirmed = as_given(account);
        let condition = format!(
            "{EPOCH} = :was AND {PASSWORD} = :password AND {USERNAME} = :username AND {EMAIL} = :email \
             AND {IS_ACTIVE} = :active AND {unconfirmed}"
        );
        let mut update = Update::builder()
            .table_name(&self.tables.users)
            .key(PK, text(user_key(&user.id)))
            .condition_expression(condition)
            .expression_attribute_values(":was", number(user.epoch))
            .expression_attribute_values(":password", text(&user.password))
            .expression_attribute_values(":username", text(&user.username))
            .expression_attribute_values(":email", text(&user.email))
            .expression_attribute_values(":active", flag(user.is_active))
            .return_values_on_condition_check_failure(AllOld);
        if let Some(email) = &account.given_email {
            update = update.expression_attribute_values(":unconfirmed", text(email));
        }
        let (mut set, removed) = (Vec::new(), removed(account, amendment));
        for (index, (name, value)) in assigned(account, amendment, now).into_iter().enumerate() {
            set.push(format!("{name} = :new{index}"));
            update = update.expression_attribute_values(format!(":new{index}"), value);
        }
        let update = update.update_expression(format!("SET {}{removed}", set.join(", ")));
        Ok(TransactWriteItem::builder().update(update.build().map_err(unfit)?).build())
    }
}

/// Whether the change ends sessions: what they rest on is another.
fn ends_sessions(amendment: &Amendment<'_>) -> bool {
    amendment.password.is_some() || amendment.username.is_some() || amendment.confirm
}

/// The new values of the account's row. The row's address is written in any case, so that there is always something to set.
fn assigned(
    account: &Account,
    amendment: &Amendment<'_>,
    now: i64,
) -> Vec<(&'static str, aws_sdk_dynamodb::types::AttributeValue)> {
    let user = &account.user;
    let confirmed = account.unconfirmed_email.as_deref().filter(|_| amendment.confirm);
    let email = confirmed.unwrap_or(&user.email);
    let owns = confirmed.is_some() || account.owns_email;
    let mut values = vec![(EMAIL, text(email)), (OWNS_EMAIL, flag(owns))];
    values.extend(amendment.password.map(|password| (PASSWORD, text(password))));
    values.extend(amendment.username.map(|name| (USERNAME, text(name))));
    values.extend(amendment.first_name.map(|name| (FIRST_NAME, text(name))));
    values.extend(amendment.last_name.map(|name| (LAST_NAME, text(name))));
    if let Some(email) = given(account, amendment) {
        values.extend([(UNCONFIRMED_EMAIL, text(email)), (UNCONFIRMED_SINCE, number(user.epoch))]);
    }
    values.extend(amendment.last_login.map(|at| (LAST_LOGIN, number(at))));
    if account.awaits_activation && amendment.confirm {
        values.push((IS_ACTIVE, flag(true)));
    }
    if ends_sessions(amendment) {
        let epoch = number(epoch_after(now, user.epoch));
        if amendment.username.is_some() || confirmed.is_some() {
            values.push((NAMED_SINCE, epoch.clone()));
        }
        values.push((EPOCH, epoch));
    }
    values
}

/// The new address that is to be confirmed.
fn given<'a>(account: &Account, amendment: &Amendment<'a>) -> Option<&'a str> {
    amendment.email.filter(|email| !email.is_empty() && *email != account.user.email)
}

/// Whether no address is to be confirmed any more. One that an account was made with outlives a change of the password.
fn ends_pending(account: &Account, amendment: &Amendment<'_>) -> bool {
    let is_taken_back = amendment.email.is_some() && given(account, amendment).is_none();
    amendment.confirm || is_taken_back || (ends_sessions(amendment) && !account.user.email.is_empty())
}

/// What the row no longer says.
fn removed(account: &Account, amendment: &Amendment<'_>) -> String {
    match (amendment.confirm, ends_pending(account, amendment)) {
        (true, _) => format!(" REMOVE {UNCONFIRMED_EMAIL}, {UNCONFIRMED_SINCE}, {AWAITS_ACTIVATION}"),
        (false, true) => format!(" REMOVE {UNCONFIRMED_EMAIL}, {UNCONFIRMED_SINCE}"),
        _ => String::new(),
    }
}

/// The first item whose condition did not hold, and what it is there for.
fn first_refused<'r>(roles: &[Role], refusals: &'r [Cancellation]) -> Option<(Role, &'r Cancellation)> {
    roles.iter().copied().zip(refusals).find(|(_, refusal)| refusal.failed)
}
