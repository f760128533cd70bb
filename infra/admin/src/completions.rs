//! `admin completions`

use crate::answer::Answer;
use clap::{Args, Command};
use clap_complete::{Shell, generate};
use serde_json::json;

#[derive(Args)]
#[command(after_help = "\
Examples:
  admin completions bash > ~/.local/share/bash-completion/completions/admin
  admin completions zsh > ~/.zfunc/_admin                      with fpath+=~/.zfunc before compinit
  admin completions fish > ~/.config/fish/completions/admin.fish")]
pub(crate) struct Arguments {
    /// Whose script it is
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
