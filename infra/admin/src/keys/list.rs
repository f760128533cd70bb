//! `latchkey keys list`

use super::view;
use crate::{ambient, answer::Answer, fault::Fault, keyring::Where};
use clap::Args;

#[derive(Args)]
#[command(after_help = "\
Examples:
  latchkey keys list
  latchkey keys list --stack latchkey --json")]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) async fn run(&self, place: &Where) -> Result<Answer, Fault> {
        let (ring, now) = (place.open().await?, ambient::now());
        Ok(Answer::new(view::text(&ring.set, now), view::json(&ring.set, now)))
    }
}
