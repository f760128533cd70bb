//! What dj-rest-auth answers: a user, or a sentence.

use crate::endpoints::accounts::object;
use serde::Serialize;
use serde_json::{Value, json};
use store::Account;

/// `{"detail": …}`.
#[derive(Serialize)]
pub struct Detail {
    detail: &'static str,
}

impl Detail {
    pub(crate) const fn of(detail: &'static str) -> Self {
        Self { detail }
    }
}

/// A user as dj-rest-auth shows it. The address is the one that was given last, whether it is confirmed or not.
pub(crate) fn user(account: &Account) -> Value {
    named(account, account.address())
}

/// The same with this address.
pub(crate) fn named(account: &Account, email: &str) -> Value {
    shown(&account.user, email)
}

/// A user with this address.
pub(crate) fn shown(user: &store::User, email: &str) -> Value {
    json!({
        "pk": object::id(&user.id),
        "username": user.username,
        "email": email,
        "first_name": user.first_name,
        "last_name": user.last_name,
    })
}
