//! `latchkey mail …`: one file for each subcommand.

mod list;
mod outbox;
mod resend;
mod show;

use crate::{answer::Answer, connection::Target, events::record::record, fault::Fault};
use clap::{Args, Subcommand};

/// What `latchkey mail` is given.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// List the mails of the last two weeks
    List(list::Arguments),
    /// Send failed mails again
    Resend(resend::Arguments),
    /// Print a mail of a local folder
    Show(show::Arguments),
}

impl Arguments {
    pub(crate) async fn run(&self) -> Result<Answer, Fault> {
        let outcome = match &self.act {
            Act::List(arguments) => arguments.run(&self.target).await,
            Act::Resend(arguments) => arguments.run(&self.target).await,
            Act::Show(arguments) => arguments.run(&self.target).await,
        };
        record(outcome, self.act.name(), || self.target.place()).await
    }
}

impl Act {
    /// The name of what changes something.
    fn name(&self) -> Option<&'static str> {
        match self {
            Self::Resend(_) => Some("mail resend"),
            Self::List(_) | Self::Show(_) => None,
        }
    }
}
