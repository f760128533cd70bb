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
    /// Take over what a Django project logged out, so that it stays logged out
    Import(import::Arguments),
    /// Show what a token holds, who signed it, and why it is refused, if it is
    Inspect(inspect::Arguments),
}

impl Arguments {
    pub(crate) async fn run(&self) -> Result<Answer, Fault> {
        let answer = match &self.act {
            Act::Import(arguments) => arguments.run(&self.deployment_args).await,
            Act::Inspect(arguments) => arguments.run(&self.deployment_args).await,
        };
        Ok(record(answer?, || self.deployment_args.place()).await)
    }
}
