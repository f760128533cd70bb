//! `latchkey keys list`

use crate::{ambient, answer::Answer, fault::Fault, keyring::KeysTarget, keys::view};
use clap::Args;

#[derive(Args)]
#[command(after_help = "\
Examples:
  latchkey keys list
  latchkey keys list --stack latchkey --json")]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) async fn run(&self, target: &KeysTarget) -> Result<Answer, Fault> {
        let (ring, now) = (target.open().await?, ambient::now());
        Ok(Answer::new(view::text(&ring.set, now), view::json(&ring.set, now)))
    }
}
