//! `latchkey tokens …`: one file for each subcommand.

mod import;
mod inspect;

use crate::{answer::Answer, connection::deployment::DeploymentArgs, events::record::record, fault::Fault};
use clap::{Args, Subcommand};

/// What `latchkey tokens` is given.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    deployment_args: DeploymentArgs,
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Import the blacklist of a Django project
    Import(import::Arguments),
    /// Show what a token holds, which key signed it, and why it is refused
    Inspect(inspect::Arguments),
}

impl Arguments {
    pub(crate) async fn run(&self) -> Result<Answer, Fault> {
        let outcome = match &self.act {
            Act::Import(arguments) => arguments.run(&self.deployment_args).await,
            Act::Inspect(arguments) => arguments.run(&self.deployment_args).await,
        };
        record(outcome, self.act.name(), || self.deployment_args.place()).await
    }
}

impl Act {
    /// The name of what changes something.
    fn name(&self) -> Option<&'static str> {
        match self {
            Self::Import(arguments) if !arguments.is_rehearsal() => Some("tokens import"),
            Self::Import(_) | Self::Inspect(_) => None,
        }
    }
}
