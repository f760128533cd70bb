//! What a link that came by mail opens.

use crate::{
    call::Call,
    endpoints::accounts::fields::{Faults, one},
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
};
use link::{Kind, Secret, Subject};
use store::Account;
use token::LinkSecrets;

/// The names of both parts.
pub(crate) const UID: &str = "uid";
/// The second.
pub(crate) const TOKEN: &str = "token";

/// Both parts of a link, as they came.
pub struct Link {
    uid: String,
    token: String,
}

/// An account that a link opens, and whether its address is proven by that to be the user's.
pub(crate) struct Opened {
    pub(crate) account: Account,
    pub(crate) confirms: bool,
}

impl Link {
    /// Both parts of a form; `None` where one is missing.
    pub(crate) fn read(request: &ApiRequest<'_>, faults: &mut Faults) -> Option<Self> {
        let uid = faults.text(request, Char::exact(UID));
        let token = faults.text(request, Char::exact(TOKEN));
        Some(Self { uid: uid?, token: token? })
    }

    /// The same where djoser does not look whether they are there.
    pub(crate) fn read_leniently(request: &ApiRequest<'_>) -> Self {
        let text = |name| request.text(name).unwrap_or_default().to_owned();
        Self { uid: text(UID), token: text(TOKEN) }
    }

    /// The account that it leads to. Whether there is one with this id is not told to who has no link. The address that it was sent to is the confirmed
    /// one, or the one that it confirms.
    pub(crate) async fn open(&self, kind: Kind, call: &Call<'_>) -> Result<Opened, Problem> {
        let id = link::id_of(&self.uid).ok_or_else(invalid)?;
        let account = call.service.store.account(&id).await?.ok_or_else(invalid)?;
        let confirms =
            account.unconfirmed_email.as_deref().is_some_and(|email| self.is_to(email, kind, &account, call));
        if confirms || self.is_to(&account.user.email, kind, &account, call) {
            return Ok(Opened { account, confirms });
        }
        Err(invalid())
    }

    /// Whether it was sent to `email`, and nothing about the account has changed since.
    fn is_to(&self, email: &str, kind: Kind, account: &Account, call: &Call<'_>) -> bool {
        let (user, last_login) = (&account.user, link::last_login(account.user.last_login));
        let subject = Subject { id: &user.id, password: &user.password, last_login: &last_login, email, addresses: "" };
        let (now, timeout) = (call.ambient.now, call.service.settings().password_reset_timeout);
        link::verify(&self.token, kind, &subject, &secrets(&call.keys.link_secrets(now)), timeout, now)
    }
}

/// The secrets that links are verified by: our own, and that of the Django project before.
fn secrets(secrets: &LinkSecrets) -> Vec<Secret<'_>> {
    let own = secrets.own.iter().map(|secret| Secret::Own(secret.as_slice()));
    own.chain(secrets.former.iter().map(|secret| Secret::Django(secret))).collect()
}

/// What djoser says of a link that is dead.
pub(crate) fn invalid() -> Problem {
    one(TOKEN, "Invalid token for given user.")
}
