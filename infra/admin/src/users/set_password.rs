//! `latchkey users set-password`

use crate::{
    ambient,
    answer::Answer,
    connection::Target,
    fault::Fault,
    terminal::new_password::{NewPassword, Source},
    user_arg::{UserArg, vanished},
};
use clap::Args;
use serde_json::json;
use store::{Changed, Store, User};

#[derive(Args)]
#[command(after_help = "\
Examples:
  latchkey users set-password alice                               asks for the password, twice
  latchkey users set-password alice --generate
  printf %s \"$PASSWORD\" | latchkey users set-password --id 7 --password-stdin")]
pub(crate) struct Arguments {
    #[command(flatten)]
    user: UserArg,
    #[command(flatten)]
    password: Source,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let opened = target.open().await?;
        let user = self.user.find(&opened.store).await?;
        set_password(&user, &self.password.read(&user).await?, &opened.store).await
    }
}

/// Gives the user this password, and ends all sessions of the user. A generated one is told.
///
/// # Errors
/// The user is gone, or the store does not answer.
pub(crate) async fn set_password(user: &User, password: &NewPassword, store: &Store) -> Result<Answer, Fault> {
    match store.set_password(&user.id, &password.encoded, Some(ambient::now())).await? {
        Changed::Changed => {}
        Changed::Missing => return Err(vanished(user)),
    }
    let name = &user.username;
    let text = if password::is_usable(&password.encoded) {
        format!("set the password of {name} and ended all sessions\n")
    } else {
        format!("{name} has no password any more; ended all sessions\n")
    };
    let json = json!({"id": user.id, "username": user.username, "password_set": true});
    Ok(password.told(Answer::new(text, json).did("users set-password", json!({"user_id": user.id}))))
}
