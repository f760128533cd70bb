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
    /// Whose it may be, by its `uid`.
    ids: Vec<String>,
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
        Some(Self { ids: link::id_of(&uid?).into_iter().collect(), token: token? })
    }

    /// The same as dj-rest-auth takes it: outer white space means nothing, and django-allauth writes a number in another way.
    pub(crate) fn read_trimmed(request: &ApiRequest<'_>, faults: &mut Faults) -> Option<Self> {
        let uid = faults.text(request, Char::trimmed(UID));
        let token = faults.text(request, Char::trimmed(TOKEN));
        Some(Self { ids: link::ids_of(&uid?), token: token? })
    }

    /// The same where djoser does not look whether they are there.
    pub(crate) fn read_leniently(request: &ApiRequest<'_>) -> Self {
        let text = |name| request.text(name).unwrap_or_default().to_owned();
        Self { ids: link::id_of(&text(UID)).into_iter().collect(), token: text(TOKEN) }
    }

    /// The account that it leads to. Whether there is one with this id is not told to who has no link. The address that it was sent to is the confirmed
    /// one, or the one that it confirms.
    pub(crate) async fn open(&self, kind: Kind, call: &Call<'_>) -> Result<Opened, Problem> {
        for id in &self.ids {
            if let Some(account) = call.service.store.account(id).await?
                && let Some(confirms) = self.leads_to(&account, kind, call)
            {
                return Ok(Opened { account, confirms });
            }
        }
        Err(invalid())
    }

    /// Whether its `uid` is that of anybody, as far as that shows from itself.
    pub(crate) fn names_somebody(&self) -> bool {
        !self.ids.is_empty()
    }

    /// Whether it proves an address of this account; `None` where it does not lead there.
    fn leads_to(&self, account: &Account, kind: Kind, call: &Call<'_>) -> Option<bool> {
        let is_to = |email: &str| self.is_to(email, kind, account, call);
        match account.unconfirmed_email.as_deref().is_some_and(is_to) {
            true => Some(true),
            false => is_to(&account.user.email).then_some(false),
        }
    }

    /// Whether it was sent to `email`, and nothing about the account has changed since. django-allauth mixes all addresses of
    /// a user into its links, of which this one was imported.
    fn is_to(&self, email: &str, kind: Kind, account: &Account, call: &Call<'_>) -> bool {
        let (user, last_login) = (&account.user, link::last_login(account.user.last_login));
        let (now, timeout) = (call.ambient.now, call.service.settings().password_reset_timeout);
        let (secrets, token) = (call.keys.link_secrets(now), &self.token);
        let is_with = |addresses: &str, secrets: &[Secret<'_>]| {
            let subject = Subject { id: &user.id, password: &user.password, last_login: &last_login, email, addresses };
            link::verify(token, kind, &subject, secrets, timeout, now)
        };
        is_with("", &all(&secrets)) || is_with(email, &former(&secrets))
    }
}

/// The secrets that links are verified by: our own, and that of the Django project before.
fn all(secrets: &LinkSecrets) -> Vec<Secret<'_>> {
    let own = secrets.own.iter().map(|secret| Secret::Own(secret.as_slice()));
    own.chain(former(secrets)).collect()
}

/// That of the Django project before.
fn former(secrets: &LinkSecrets) -> Vec<Secret<'_>> {
    secrets.former.iter().map(|secret| Secret::Django(secret)).collect()
}

/// What djoser says of a link that is dead.
pub(crate) fn invalid() -> Problem {
    one(TOKEN, "Invalid token for given user.")
}
