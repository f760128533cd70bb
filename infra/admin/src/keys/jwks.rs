//! `latchkey keys jwks`

use crate::{ambient, answer::Answer, fault::Fault, keyring::KeysTarget};
use clap::Args;

#[derive(Args)]
#[command(after_help = "\
Prints what the service publishes at /.well-known/jwks.json. Secrets and private keys are not in it.

Examples:
  latchkey keys jwks > jwks.json")]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) async fn run(&self, target: &KeysTarget) -> Result<Answer, Fault> {
        let published = target.open().await?.set.jwks(ambient::now());
        Ok(Answer::new(format!("{published:#}\n"), published))
    }
}
