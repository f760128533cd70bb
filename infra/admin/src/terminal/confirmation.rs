//! Whether the operator means it, before what cannot be undone.

use crate::fault::Fault;
use clap::Args;
use std::io::{self, BufRead, IsTerminal, Write};

#[derive(Args)]
pub(crate) struct Confirmation {
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Confirmation {
    /// Whether there is anybody to ask. For the beginning, so that nothing is looked up in vain.
    ///
    /// # Errors
    /// There is not, and nobody said yes beforehand.
    pub(crate) fn demand(&self, act: &str) -> Result<(), Fault> {
        if self.yes || io::stdin().is_terminal() {
            return Ok(());
        }
        Err(Fault::usage("there is no terminal to confirm it").next(format!("give --yes to {act} anyway")))
    }

    /// Warns, and waits for a word that is not typed by accident.
    ///
    /// # Errors
    /// Another word was typed.
    pub(crate) fn obtain(&self, warning: &str, word: &str) -> Result<(), Fault> {
        if self.yes {
            return Ok(());
        }
        let _ = write!(io::stderr(), "{warning} Type {word} to go on: ");
        let mut typed = String::new();
        let read = io::stdin().lock().read_line(&mut typed);
        read.map_err(|cause| Fault::usage(format!("the terminal cannot be read: {cause}")))?;
        if typed.trim() == word { Ok(()) } else { Err(Fault::refused("not confirmed, nothing is done")) }
    }
}
