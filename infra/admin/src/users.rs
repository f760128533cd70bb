//! `admin users …`: one file for each subcommand.

mod create;
mod delete;
mod disable;
mod enable;
mod import;
mod list;
mod set_password;
mod show;
mod view;

use crate::{
    answer::Answer,
    fault::Fault,
    place::{Opened, Place},
};
use clap::{Args, Subcommand};
use store::User;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Make a new user
    Create(create::Arguments),
    /// Delete a user for good
    Delete(delete::Arguments),
    /// Keep a user from logging in, and end all sessions of the user
    Disable(disable::Arguments),
    /// Let a disabled user log in again
    Enable(enable::Arguments),
    /// Take over the users of a Django project, ids and password hashes unchanged
    Import(import::Arguments),
    /// List all users
    List(list::Arguments),
    /// Set a new password, and end all sessions of the user
    SetPassword(set_password::Arguments),
    /// Show one user
    Show(show::Arguments),
}

impl Arguments {
    pub(crate) async fn run(&self) -> Result<Answer, Fault> {
        let place = &self.place;
        match &self.act {
            Act::Create(arguments) => arguments.run(place).await,
            Act::Delete(arguments) => arguments.run(place).await,
            Act::Disable(arguments) => arguments.run(place).await,
            Act::Enable(arguments) => arguments.run(place).await,
            Act::Import(arguments) => arguments.run(place).await,
            Act::List(arguments) => arguments.run(place).await,
            Act::SetPassword(arguments) => arguments.run(place).await,
            Act::Show(arguments) => arguments.run(place).await,
        }
    }
}

/// Which user is meant.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Whom {
    /// The username, exactly as it was created
    username: Option<String>,
    /// The id, instead of the username
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

impl Whom {
    /// # Errors
    /// No such user; the refusal names one whose name differs by case alone.
    async fn find(&self, opened: &Opened) -> Result<User, Fault> {
        if let Some(id) = &self.id {
            let found = opened.store.user(id).await?;
            return found.ok_or_else(|| unknown(format!("no user has the id {id:?}")));
        }
        let name = self.username.as_deref().unwrap_or_default();
        match opened.store.user_folded(name).await? {
            Some(user) if user.username == name => Ok(user),
            Some(user) => {
                let what = format!("no user is named {name:?}, but one is named {:?}", user.username);
                Err(Fault::refused(what).next("write the name as it was created"))
            }
            None => Err(unknown(format!("no user is named {name:?}"))),
        }
    }
}

fn unknown(what: String) -> Fault {
    Fault::refused(what).next("see who there is: admin users list")
}

/// What to say when somebody else deleted the user while the command ran.
fn vanished(user: &User) -> Fault {
    unknown(format!("the user {:?} was deleted meanwhile", user.username))
}
