//! An address that its user gave and has not confirmed. It counts for nothing: nobody logs in by it, no claim says it, and
//! it keeps nobody else from it. A mail to it can be asked for, and the link in the mail confirms it.

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{Item, Reader, number, set_of, text},
        names::{
            AWAITS_ACTIVATION, OWNS_EMAIL, PK, UNCONFIRMED_EMAIL, UNCONFIRMED_SINCE, USER_ID, USER_IDS, email_key,
            unconfirmed_key, user_key,
        },
    },
    error::{Error, unfit},
    fold::fold,
    store::Store,
    users::{User, is_user, read, row},
};
use aws_sdk_dynamodb::types::{TransactWriteItem, Update};

/// How many users who gave one address and have not confirmed it are found by it: the latest.
const MOST: usize = 20;

/// A user, and how it stands with the address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// The user. The address there is one that counts.
    pub user: User,
    /// Another address that the user has given, until it is confirmed.
    pub unconfirmed_email: Option<String>,
    /// Whether the user may log in as soon as that address is confirmed. Never true for a user whom somebody disabled.
    pub awaits_activation: bool,
    pub(crate) owns_email: bool,
    /// The address in the row that was to be confirmed, also where it cannot be any more.
    pub(crate) given_email: Option<String>,
    /// Whether that is the address that the account was made with.
    is_first: bool,
}

impl Account {
    /// The address that the user has given last, whether it is confirmed or not.
    #[must_use]
    pub fn address(&self) -> &str {
        self.unconfirmed_email.as_deref().unwrap_or(&self.user.email)
    }

    /// Whether a mail to `address` is one to this user, in whatever case it was typed: it is the confirmed one, or the one that the account
    /// was made with while none is confirmed. One that was given later, by whoever had a token, leads to no new password.
    #[must_use]
    pub fn is_reached_at(&self, address: &str) -> bool {
        match self.user.email.as_str() {
            "" => self.is_first && fold(self.address()) == fold(address),
            email => fold(email) == fold(address),
        }
    }

    /// The account in a row.
    pub(crate) fn of(row: &Item) -> Result<Self, Error> {
        let (user, reader) = (read(row)?, Reader(row));
        // Whoever disables a user ends all sessions, and so moves the epoch on: nothing is awaited then.
        let awaits_activation = !user.is_active && reader.optional_number(AWAITS_ACTIVATION)? == Some(user.epoch);
        let (given_email, since) =
            (reader.optional_text(UNCONFIRMED_EMAIL)?, reader.optional_number(UNCONFIRMED_SINCE)?);
        // A change of the password and every end of all sessions moves the epoch on: what a thief gave before is void then.
        let is_pending = since.map_or(user.email.is_empty(), |since| since == user.epoch);
        Ok(Self {
            user,
            unconfirmed_email: given_email.clone().filter(|_| is_pending),
            awaits_activation,
            owns_email: reader.flag(OWNS_EMAIL)?,
            given_email,
            is_first: since.is_none(),
        })
    }
}

impl Store {
    /// The account with this id. One read.
    pub async fn account(&self, id: &str) -> Result<Option<Account>, Error> {
        let key = user_key(id);
        let Some(row) = self.user_item(&key).await?.filter(is_user) else { return Ok(None) };
        Reader(&row).of(&key)?;
        Account::of(&row).map(Some)
    }

    /// The accounts at an address, in whatever case it was typed: the one that it belongs to first, then those that have given it and not
    /// confirmed it, the oldest first.
    pub async fn accounts_at(&self, address: &str) -> Result<Vec<Account>, Error> {
        within_budget(self.found_at(address)).await
    }

    /// A page of all accounts, and where the next one begins: it reads the table from end to end.
    pub async fn accounts(&self, from: Option<&str>) -> Result<(Vec<Account>, Option<String>), Error> {
        let page = self.rows_of_users(from).await?;
        let next = page.last_evaluated_key().map(|key| Reader(key).text(PK)).transpose()?;
        Ok((page.items().iter().map(Account::of).collect::<Result<_, _>>()?, next))
    }

    async fn found_at(&self, address: &str) -> Result<Vec<Account>, Error> {
        let mut ids = Vec::new();
        if let Some(guard) = self.user_item(&email_key(address)).await? {
            ids.push(Reader(&guard).text(USER_ID)?);
        }
        if let Some(row) = self.user_item(&unconfirmed_key(address)).await? {
            let mut unconfirmed = row.get(USER_IDS).and_then(|ids| ids.as_ss().ok().cloned()).unwrap_or_default();
            unconfirmed.sort();
            ids.extend(unconfirmed);
        }
        let mut accounts = Vec::new();
        for id in ids {
            let account = self.account(&id).await?;
            let is_here = |account: &Account| {
                [account.user.email.as_str(), account.address()].iter().any(|own| fold(own) == fold(address))
            };
            accounts.extend(account.filter(is_here));
        }
        Ok(accounts)
    }

    /// Makes room among those who gave an address: the oldest is found by it no longer, and may bring its link still.
    pub(crate) async fn drop_oldest(&self, email: &str) -> Result<(), Error> {
        let key = unconfirmed_key(email);
        let row = self.user_item(&key).await?.unwrap_or_default();
        let Some(oldest) = row.get(USER_IDS).and_then(|ids| ids.as_ss().ok()?.iter().min()) else { return Ok(()) };
        let call = self.client.update_item().table_name(&self.tables.users).key(PK, text(key));
        let call = call.update_expression(format!("DELETE {USER_IDS} :id"));
        call.expression_attribute_values(":id", set_of(oldest)).send().await?;
        Ok(())
    }

    /// Adds a user to those who gave an address; refused where it is so many already.
    pub(crate) fn add_unconfirmed(&self, email: &str, id: &str) -> Result<TransactWriteItem, Error> {
        let update = Update::builder()
            .table_name(&self.tables.users)
            .key(PK, text(unconfirmed_key(email)))
            .update_expression(format!("ADD {USER_IDS} :id"))
            .condition_expression(format!("attribute_not_exists({USER_IDS}) OR size({USER_IDS}) < :most"))
            .expression_attribute_values(":id", set_of(id))
            .expression_attribute_values(":most", number(i64::try_from(MOST).unwrap_or_default()));
        Ok(TransactWriteItem::builder().update(update.build().map_err(unfit)?).build())
    }

    /// Takes a user from those who gave an address; nothing is lost where the user was not among them.
    pub(crate) fn remove_unconfirmed(&self, email: &str, id: &str) -> Result<TransactWriteItem, Error> {
        let update = Update::builder()
            .table_name(&self.tables.users)
            .key(PK, text(unconfirmed_key(email)))
            .update_expression(format!("DELETE {USER_IDS} :id"))
            .expression_attribute_values(":id", set_of(id));
        Ok(TransactWriteItem::builder().update(update.build().map_err(unfit)?).build())
    }
}

/// The condition that the address to be confirmed is the one that was read, with its value as `:unconfirmed` where there
/// was one.
pub(crate) fn as_given(account: &Account) -> String {
    match &account.given_email {
        Some(_) => format!("{UNCONFIRMED_EMAIL} = :unconfirmed"),
        None => format!("attribute_not_exists({UNCONFIRMED_EMAIL})"),
    }
}

/// The row of a user whose address is to be confirmed.
pub(crate) fn with_unconfirmed(user: &User, email: &str, awaits_activation: bool) -> Item {
    let mut row = row(user, false);
    if !email.is_empty() {
        row.insert(UNCONFIRMED_EMAIL.to_owned(), text(email));
    }
    if awaits_activation {
        row.insert(AWAITS_ACTIVATION.to_owned(), number(user.epoch));
    }
    row
}
