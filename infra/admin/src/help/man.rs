//! `latchkey man`

use crate::{answer::Answer, fault::Fault, new_file::unwritable};
use clap::{Args, Command};
use clap_mangen::{Man, generate_to};
use serde_json::json;
use std::{fs, io, path::PathBuf};

/// What `latchkey man` is given.
#[derive(Args)]
#[command(after_help = "\
Examples:
  latchkey man users import | man -l -
  latchkey man --to ~/.local/share/man/man1                       a page for each subcommand: man latchkey-users-import")]
pub struct Arguments {
    /// The subcommand whose page is printed [default: that of latchkey]
    #[arg(value_name = "SUBCOMMAND")]
    subcommand: Vec<String>,
    /// Write the pages of all subcommands into this folder, which is created
    #[arg(long, value_name = "DIR", conflicts_with = "subcommand")]
    to: Option<PathBuf>,
}

impl Arguments {
    /// The pages of `command`, which is all of this program.
    ///
    /// # Errors
    /// No such subcommand, or a folder that cannot be written.
    pub(crate) fn run(&self, mut command: Command) -> Result<Answer, Fault> {
        if let Some(folder) = &self.to {
            let written = fs::create_dir_all(folder).and_then(|()| generate_to(command, folder));
            written.map_err(|cause| unwritable(folder, &cause))?;
            let text = format!("wrote the pages to {}\n", folder.display());
            return Ok(Answer::new(text, json!({"folder": folder})));
        }
        command.build();
        let page = page(self.named(&command)?).map_err(|cause| Fault::unavailable(cause.to_string()))?;
        Ok(Answer::new(page.clone(), json!({"page": page})))
    }

    fn named<'c>(&self, command: &'c Command) -> Result<&'c Command, Fault> {
        self.subcommand.iter().try_fold(command, |command, name| {
            command.find_subcommand(name).ok_or_else(|| {
                Fault::usage(format!("there is no subcommand {name:?}")).next("list the subcommands: latchkey --help")
            })
        })
    }
}

fn page(command: &Command) -> io::Result<String> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
