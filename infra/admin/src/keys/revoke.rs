//! `latchkey keys revoke`

use crate::{
    ambient,
    answer::Answer,
    fault::Fault,
    keyring::{self, KeysTarget},
    keys::view,
    terminal::confirmation::Confirmation,
};
use clap::Args;
use serde_json::json;

#[derive(Args)]
#[command(after_help = "\
Use this for a stolen key. All users with a token of the key must log in again. If no other key can sign, a new key signs
at once. To change keys without logging anybody out, use latchkey keys rotate.

Examples:
  latchkey keys revoke kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k    asks for the name again
  latchkey keys revoke initial --yes --stack latchkey
  latchkey keys revoke --nameless                                     Django's SECRET_KEY, after the move")]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    confirmation: Confirmation,
}

/// Which key is meant.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The name of the key, as in the list
    // A thumbprint may begin with a dash (RFC 7638).
    #[arg(allow_hyphen_values = true)]
    kid: Option<String>,
    /// All keys without a name
    #[arg(long)]
    nameless: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &KeysTarget) -> Result<Answer, Fault> {
        self.confirmation.demand("revoke the key")?;
        let (ring, kid) = (target.open().await?, self.which.kid.as_deref());
        let revoked = |now| Ok::<_, Fault>(ring.set.revoke(kid, &ring.policy, now, &keyring::entropy()?)?);
        revoked(ambient::now())?;
        let warning = format!("Every token of this key is refused {}.", ring.in_force());
        self.confirmation.obtain(&warning, kid.unwrap_or("nameless"))?;
        // Whoever asks for the name may wait for long: a next key is to be known before it signs, from now on.
        let now = ambient::now();
        let next = revoked(now)?;
        ring.replace(&next).await?;
        let name = view::name(kid);
        let text = format!("revoked {name}; its tokens are refused {}\n{}", ring.in_force(), view::text(&next, now));
        Ok(Answer::new(text, view::json(&next, now)).did("keys revoke", json!({"key": name})))
    }
}
