//! `latchkey completions`

use crate::answer::Answer;
use clap::{Args, Command};
use clap_complete::{Shell, generate};
use serde_json::json;

/// What `latchkey completions` is given.
#[derive(Args)]
#[command(after_help = "\
Examples:
  latchkey completions bash > ~/.local/share/bash-completion/completions/latchkey
  latchkey completions zsh > ~/.zfunc/_latchkey                   with fpath+=~/.zfunc before compinit
  latchkey completions fish > ~/.config/fish/completions/latchkey.fish")]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

impl Arguments {
    /// The script for `command`, which is all of this program.
    pub(crate) fn run(&self, mut command: Command) -> Answer {
        let (name, mut script) = (command.get_name().to_owned(), Vec::new());
        generate(self.shell, &mut command, name, &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        Answer::new(script.clone(), json!({"shell": self.shell.to_string(), "script": script}))
    }
}
