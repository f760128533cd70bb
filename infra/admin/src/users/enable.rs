//! `latchkey users enable`

use crate::{
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
Ended sessions stay ended: the user must log in again.

Examples:
  latchkey users enable alice
  latchkey users enable --id 7 --stack latchkey")]
pub(crate) struct Arguments {
    #[command(flatten)]
    user: UserArg,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let opened = target.open().await?;
        enable(&self.user.find(&opened.store).await?, &opened.store).await
    }
}

/// Lets the user log in again.
///
/// # Errors
/// The user is gone, or the store does not answer.
pub(crate) async fn enable(user: &User, store: &Store) -> Result<Answer, Fault> {
    match store.set_active(&user.id, true, None).await? {
        Changed::Changed => {}
        Changed::Missing => return Err(vanished(user)),
    }
    let (name, changed) = (&user.username, !user.is_active);
    let text = if changed {
        format!("enabled {name}; the user can log in again\n")
    } else {
        format!("{name} is enabled already\n")
    };
    let json = json!({"id": user.id, "username": name, "is_active": true, "changed": changed});
    Ok(Answer::new(text, json).did("users enable", json!({"user_id": user.id})))
}
