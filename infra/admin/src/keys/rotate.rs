//! `latchkey keys rotate`

use crate::{
    ambient,
    answer::Answer,
    fault::Fault,
    keyring::{self, KeysTarget},
    keys::view,
};
use clap::Args;
use serde_json::json;
use token::{Algorithm, Policy};

#[derive(Args)]
#[command(after_help = "\
The next key is published at once, and signs some minutes later, when every cache has it. The current key signs until then,
and verifies until the last token that it signed has expired. No token is refused. For a stolen key, use latchkey keys revoke.

Examples:
  latchkey keys rotate
  latchkey keys rotate --alg ES256                                the next key has another algorithm
  latchkey keys rotate --stack latchkey")]
pub(crate) struct Arguments {
    /// The algorithm of the next key [default: ALGORITHM of the stack or the environment, else that of the current key]
    #[arg(long, value_name = "ALGORITHM")]
    alg: Option<Algorithm>,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &KeysTarget) -> Result<Answer, Fault> {
        let (ring, now) = (target.open().await?, ambient::now());
        let algorithm = self.alg.unwrap_or(ring.policy.algorithm);
        let policy = Policy { algorithm, ..ring.policy.clone() };
        let next = ring.set.rotate(&policy, now, &keyring::entropy()?)?;
        ring.replace(&next).await?;
        let text = format!("made the next key{}\n{}", view::prospect(&ring.set, &next, now), view::text(&next, now));
        Ok(Answer::new(text, view::json(&next, now)).did("keys rotate", json!({})))
    }
}
