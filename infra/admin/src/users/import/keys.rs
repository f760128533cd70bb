//! What a user may have in common with another one.

use crate::fingerprint::fingerprint;
use store::{NewUser, fold};

/// An id, a name and an address, as numbers.
pub(super) struct Keys {
    pub(super) id: u64,
    pub(super) name: u64,
    pub(super) email: Option<u64>,
}

impl Keys {
    pub(super) fn of(newcomer: &NewUser) -> Self {
        let user = &newcomer.user;
        let email = (!user.email.is_empty()).then(|| fingerprint(("email", fold(&user.email))));
        Self { id: fingerprint(("id", &user.id)), name: fingerprint(("name", fold(&user.username))), email }
    }

    /// What nobody else may have.
    pub(super) fn own(&self) -> [u64; 2] {
        [self.id, self.name]
    }

    pub(super) fn all(&self) -> impl Iterator<Item = u64> + use<> {
        self.own().into_iter().chain(self.email)
    }

    /// That this id has this name.
    pub(super) fn pair(&self) -> u64 {
        fingerprint((self.id, self.name))
    }
}
