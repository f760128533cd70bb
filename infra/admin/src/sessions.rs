//! `latchkey sessions …`: one file for each subcommand.

pub(crate) mod end;
pub(crate) mod list;

use crate::{answer::Answer, connection::Target, events::record::record, fault::Fault};
use clap::{Args, Subcommand};

/// What `latchkey sessions` is given.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// End one session, all sessions of a user, or everybody's
    End(end::Arguments),
    /// List the sessions of a user
    List(list::Arguments),
}

impl Arguments {
    pub(crate) async fn run(&self) -> Result<Answer, Fault> {
        let outcome = match &self.act {
            Act::End(arguments) => arguments.run(&self.target).await,
            Act::List(arguments) => arguments.run(&self.target).await,
        };
        record(outcome, self.act.name(), || self.target.place()).await
    }
}

impl Act {
    /// The name of what changes something.
    fn name(&self) -> Option<&'static str> {
        match self {
            Self::End(_) => Some("sessions end"),
            Self::List(_) => None,
        }
    }
}
