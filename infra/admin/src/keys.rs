//! `latchkey keys …`: one file for each subcommand.

mod import;
mod jwks;
mod list;
mod revoke;
mod rotate;
pub(crate) mod view;

use crate::{answer::Answer, events::record::record, fault::Fault, keyring::KeysTarget};
use clap::{Args, Subcommand};

/// What `latchkey keys` is given.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    target: KeysTarget,
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Import a key, such as Django's SECRET_KEY
    Import(import::Arguments),
    /// Print the public keys as a JWK set
    Jwks(jwks::Arguments),
    /// List all keys, and when each of them signs and verifies
    List(list::Arguments),
    /// Revoke a key at once: every token that it signed is refused
    Revoke(revoke::Arguments),
    /// Create the next key, which signs as soon as every cache has it
    Rotate(rotate::Arguments),
}

impl Arguments {
    pub(crate) async fn run(&self) -> Result<Answer, Fault> {
        let target = &self.target;
        let outcome = match &self.act {
            Act::Import(arguments) => arguments.run(target).await,
            Act::Jwks(arguments) => arguments.run(target).await,
            Act::List(arguments) => arguments.run(target).await,
            Act::Revoke(arguments) => arguments.run(target).await,
            Act::Rotate(arguments) => arguments.run(target).await,
        };
        record(outcome, self.act.name(), || self.target.place()).await
    }
}

impl Act {
    /// The name of what changes something.
    fn name(&self) -> Option<&'static str> {
        match self {
            Self::Import(_) => Some("keys import"),
            Self::Revoke(_) => Some("keys revoke"),
            Self::Rotate(_) => Some("keys rotate"),
            Self::Jwks(_) | Self::List(_) => None,
        }
    }
}
