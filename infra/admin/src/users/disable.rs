//! `latchkey users disable`

use crate::{
    ambient,
    answer::Answer,
    connection::Target,
    fault::Fault,
    user_arg::{UserArg, vanished},
};
use clap::Args;
use serde_json::json;
use store::{Changed, Store, User};

#[derive(Args)]
#[command(after_help = "\
A disabled user cannot log in or refresh, and all sessions end. Without SESSION_CHECK, access tokens work until they expire.

Examples:
  latchkey users disable alice
  latchkey users disable --id 7 --stack latchkey")]
pub(crate) struct Arguments {
    #[command(flatten)]
    user: UserArg,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let opened = target.open().await?;
        disable(&self.user.find(&opened.store).await?, &opened.store).await
    }
}

/// Keeps the user from logging in, and ends all sessions of the user.
///
/// # Errors
/// The user is gone, or the store does not answer.
pub(crate) async fn disable(user: &User, store: &Store) -> Result<Answer, Fault> {
    match store.set_active(&user.id, false, Some(ambient::now())).await? {
        Changed::Changed => {}
        Changed::Missing => return Err(vanished(user)),
    }
    let (name, changed) = (&user.username, user.is_active);
    let text = if changed {
        format!("disabled {name} and ended all sessions\n")
    } else {
        format!("{name} is disabled already; ended all sessions again\n")
    };
    let json = json!({"id": user.id, "username": name, "is_active": false, "changed": changed});
    Ok(Answer::new(text, json).did("users disable", json!({"user_id": user.id})))
}
