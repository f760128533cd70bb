//! `latchkey settings …`: one file for each subcommand.

mod accounts;
mod from_django;
mod line;
mod moved;
mod users;

use crate::{answer::Answer, fault::Fault};
use clap::{Args, Subcommand};

/// What `latchkey settings` is given.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Turn a Django project's settings into a latchkey.env and parameters of samconfig.toml
    FromDjango(from_django::Arguments),
}

impl Arguments {
    pub(crate) fn run(&self) -> Result<Answer, Fault> {
        match &self.act {
            Act::FromDjango(arguments) => arguments.run(),
        }
    }
}
