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
The next key is published at once and signs when every cache has it, minutes later; the present one signs until then,
and verifies until the last token it signed has expired. No token is refused. A key that was stolen: latchkey keys revoke.

Examples:
  latchkey keys rotate
  latchkey keys rotate --alg ES256                                the next key is of another kind
  latchkey keys rotate --stack latchkey")]
pub(crate) struct Arguments {
    /// What the next key is for [default: ALGORITHM of the stack or the environment, else as the present key]
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
