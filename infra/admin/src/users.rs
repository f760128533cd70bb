//! `latchkey users …`: one file for each subcommand.

mod create;
mod delete;
pub(crate) mod disable;
pub(crate) mod enable;
mod export;
mod fields;
mod further;
mod import;
pub(crate) mod list;
mod rename;
mod rights;
pub(crate) mod set_password;
mod show;
pub(crate) mod unlock;
mod update;
pub(crate) mod view;

use crate::{answer::Answer, connection::Target, events::record::record, fault::Fault};
use clap::{Args, Subcommand};

/// What `latchkey users` is given.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Create a user
    Create(create::Arguments),
    /// Delete a user for good
    Delete(delete::Arguments),
    /// Disable a user: no login works, and all sessions end
    Disable(disable::Arguments),
    /// Let a disabled user log in again
    Enable(enable::Arguments),
    /// Write all users, with the hashes of their passwords, to a file
    Export(export::Arguments),
    /// Import the users of a Django project, with their ids and password hashes
    Import(import::Arguments),
    /// List users, all or those that match
    List(list::Arguments),
    /// Change the username of a user
    Rename(rename::Arguments),
    /// Set a new password, and end all sessions of the user
    SetPassword(set_password::Arguments),
    /// Show one user, by name, id or address
    Show(show::Arguments),
    /// Let a user log in again at once after too many failed logins
    Unlock(unlock::Arguments),
    /// Change the address, the names, the flags, the groups and the attributes of a user
    Update(update::Arguments),
}

impl Arguments {
    pub(crate) async fn run(&self) -> Result<Answer, Fault> {
        let target = &self.target;
        let outcome = match &self.act {
            Act::Create(arguments) => arguments.run(target).await,
            Act::Delete(arguments) => arguments.run(target).await,
            Act::Disable(arguments) => arguments.run(target).await,
            Act::Enable(arguments) => arguments.run(target).await,
            Act::Export(arguments) => arguments.run(target).await,
            Act::Import(arguments) => arguments.run(target).await,
            Act::List(arguments) => arguments.run(target).await,
            Act::Rename(arguments) => arguments.run(target).await,
            Act::SetPassword(arguments) => arguments.run(target).await,
            Act::Show(arguments) => arguments.run(target).await,
            Act::Unlock(arguments) => arguments.run(target).await,
            Act::Update(arguments) => arguments.run(target).await,
        };
        record(outcome, self.act.name(), || self.target.place()).await
    }
}

impl Act {
    /// The name of what changes something.
    fn name(&self) -> Option<&'static str> {
        match self {
            Self::Create(_) => Some("users create"),
            Self::Delete(_) => Some("users delete"),
            Self::Disable(_) => Some("users disable"),
            Self::Enable(_) => Some("users enable"),
            Self::Export(_) => Some("users export"),
            Self::Import(arguments) if !arguments.is_rehearsal() => Some("users import"),
            Self::Rename(_) => Some("users rename"),
            Self::SetPassword(_) => Some("users set-password"),
            Self::Unlock(_) => Some("users unlock"),
            Self::Update(_) => Some("users update"),
            Self::Import(_) | Self::List(_) | Self::Show(_) => None,
        }
    }
}
