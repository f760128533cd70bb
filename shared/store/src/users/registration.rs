//! Somebody makes an account: the user, the guard of the name, the address that is to be confirmed, and the mail about it.

use crate::{
    dynamodb::{budget::within_budget, names::name_key, transaction::Transaction},
    error::Error,
    outbox::Mail,
    store::Store,
    users::{
        User,
        accounts::{Created, created},
        unconfirmed::with_unconfirmed,
    },
};

/// What a new account is made of.
#[derive(Clone, Copy, Debug)]
pub struct Registration<'a> {
    /// The user, without an address: none counts before it is confirmed.
    pub user: &'a User,
    /// The address that the user gave, or nothing.
    pub unconfirmed_email: &'a str,
    /// Whether the user may log in only once it is confirmed. [`User::is_active`] says that nobody does before.
    pub awaits_activation: bool,
    /// What is to be sent.
    pub mail: Option<&'a Mail>,
}

impl Store {
    /// Makes an account, if its name is free: all of it in one transaction. Whether somebody has the address already, or
    /// gave it, changes neither the outcome nor what is asked of DynamoDB.
    pub async fn register(&self, registration: &Registration<'_>) -> Result<Created, Error> {
        within_budget(self.registering(registration)).await
    }

    /// Where too many gave one address, the oldest of them is found by it no longer; the new account stands in any case.
    async fn registering(&self, registration: &Registration<'_>) -> Result<Created, Error> {
        let Registration { user, unconfirmed_email: email, awaits_activation, mail } = *registration;
        for is_found in if email.is_empty() { [false].as_slice() } else { &[true, true, true, false] } {
            let row = with_unconfirmed(user, email, awaits_activation);
            let mut items =
                vec![self.put_user(row, user.created_at)?, self.put_guard(name_key(&user.username), &user.id)?];
            items.extend(mail.map(|mail| self.put_mail(mail)).transpose()?);
            if *is_found {
                items.push(self.add_unconfirmed(email, &user.id)?);
            }
            match self.transact(items).await? {
                Transaction::Done => return Ok(Created::Created),
                Transaction::Refused(refusals) => {
                    if let Some(outcome) = created(&refusals, user)? {
                        return Ok(outcome);
                    }
                    self.drop_oldest(email).await?;
                }
            }
        }
        Err(Error::unavailable("a registration was refused by nothing that it needs"))
    }
}
