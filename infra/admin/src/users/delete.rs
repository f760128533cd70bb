//! `admin users delete`

use super::{Whom, vanished};
use crate::{answer::Answer, fault::Fault, place::Place};
use clap::Args;
use serde_json::json;
use std::io::{self, BufRead, IsTerminal, Write};
use store::User;

#[derive(Args)]
#[command(after_help = "\
To keep somebody out for a while: admin users disable.

Examples:
  admin users delete alice                                     asks for the name again
  admin users delete --id 7 --yes")]
pub(crate) struct Arguments {
    #[command(flatten)]
    whom: Whom,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, place: &Place) -> Result<Answer, Fault> {
        if !self.yes && !io::stdin().is_terminal() {
            return Err(
                Fault::usage("there is no terminal to confirm the deletion").next("give --yes to delete anyway")
            );
        }
        let opened = place.open().await?;
        let user = self.whom.find(&opened).await?;
        if !self.yes {
            confirm(&user)?;
        }
        if !opened.store.delete_user(&user.id).await? {
            return Err(vanished(&user));
        }
        let json = json!({"id": user.id, "username": user.username, "deleted": true});
        Ok(Answer::new(format!("deleted {} with id {}\n", user.username, user.id), json))
    }
}

fn confirm(user: &User) -> Result<(), Fault> {
    let _ = write!(io::stderr(), "This deletes {} for good. Type the username to go on: ", user.username);
    let mut typed = String::new();
    io::stdin()
        .lock()
        .read_line(&mut typed)
        .map_err(|cause| Fault::usage(format!("the terminal cannot be read: {cause}")))?;
    if typed.trim() == user.username { Ok(()) } else { Err(Fault::refused("not confirmed, nothing is deleted")) }
}
