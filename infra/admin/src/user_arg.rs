//! Which user is meant.

use crate::fault::Fault;
use clap::Args;
use store::{Store, User};

/// A user, by name or by id.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct UserArg {
    /// The username, exactly as it was created
    username: Option<String>,
    /// The id, instead of the username
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

impl UserArg {
    /// # Errors
    /// No such user; the refusal names one whose name differs by case alone.
    pub(crate) async fn find(&self, store: &Store) -> Result<User, Fault> {
        match (&self.id, &self.username) {
            (Some(id), _) => identified(id, store).await,
            (None, name) => named(name.as_deref().unwrap_or_default(), store).await,
        }
    }
}

/// # Errors
/// No such user.
pub(crate) async fn identified(id: &str, store: &Store) -> Result<User, Fault> {
    store.user(id).await?.ok_or_else(|| unknown(format!("no user has the id {id:?}")))
}

/// # Errors
/// No such user; the refusal names one whose name differs by case alone.
pub(crate) async fn named(name: &str, store: &Store) -> Result<User, Fault> {
    match store.user_folded(name).await? {
        Some(user) if user.username == name => Ok(user),
        Some(user) => {
            let what = format!("no user is named {name:?}, but one is named {:?}", user.username);
            Err(Fault::refused(what).next("write the name as it was created"))
        }
        None => Err(unknown(format!("no user is named {name:?}"))),
    }
}

/// The user with this name, else with this id, else with this address in any case.
///
/// # Errors
/// No such user; the refusal names one whose name differs by case alone.
pub(crate) async fn anyone(word: &str, store: &Store) -> Result<User, Fault> {
    let by_name = named(word, store).await;
    if by_name.is_ok() {
        return by_name;
    }
    if let Some(user) = store.user(word).await? {
        return Ok(user);
    }
    store.user_with_email_folded(word).await?.map_or(by_name, Ok)
}

/// What to say when somebody else deleted the user while the command ran.
pub(crate) fn vanished(user: &User) -> Fault {
    unknown(format!("the user {:?} was deleted meanwhile", user.username)).about(&user.id)
}

fn unknown(what: String) -> Fault {
    Fault::refused(what).next("list the users: latchkey users list")
}
