//! `admin keys revoke`

use super::view;
use crate::{
    ambient,
    answer::Answer,
    fault::Fault,
    keyring::{self, Keyring, Where},
};
use clap::Args;
use std::io::{self, BufRead, IsTerminal, Write};

#[derive(Args)]
#[command(after_help = "\
For a key that was stolen: whoever has a token of it must log in again. Where no other key signs, a new one does so at
once. To change keys without harm: admin keys rotate.

Examples:
  admin keys revoke kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k    asks for the name again
  admin keys revoke initial --yes --stack latchkey
  admin keys revoke --nameless                                     Django's SECRET_KEY, after the move")]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Which key is meant.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The name of the key, as in the list
    kid: Option<String>,
    /// The keys without a name
    #[arg(long)]
    nameless: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, place: &Where) -> Result<Answer, Fault> {
        if !self.yes && !io::stdin().is_terminal() {
            return Err(Fault::usage("there is no terminal to confirm it").next("give --yes to revoke the key anyway"));
        }
        let (ring, now, kid) = (place.open().await?, ambient::now(), self.which.kid.as_deref());
        let next = ring.set.revoke(kid, &ring.policy, now, &keyring::entropy()?)?;
        if !self.yes {
            confirm(kid, &ring)?;
        }
        ring.replace(&next).await?;
        let name = view::name(kid);
        let text = format!("revoked {name}; its tokens are refused {}\n{}", ring.in_force(), view::text(&next, now));
        Ok(Answer::new(text, view::json(&next, now)))
    }
}

fn confirm(kid: Option<&str>, ring: &Keyring) -> Result<(), Fault> {
    let wanted = kid.unwrap_or("nameless");
    let when = ring.in_force();
    let _ = write!(io::stderr(), "Every token of this key is refused {when}. Type {wanted} to go on: ");
    let mut typed = String::new();
    let read = io::stdin().lock().read_line(&mut typed);
    read.map_err(|cause| Fault::usage(format!("the terminal cannot be read: {cause}")))?;
    if typed.trim() == wanted { Ok(()) } else { Err(Fault::refused("not confirmed, nothing is revoked")) }
}
