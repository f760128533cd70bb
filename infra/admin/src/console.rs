//! `latchkey console`: the operator's page.

mod backend;

use crate::{
    ambient,
    answer::Answer,
    connection::{Chosen, Target},
    console::backend::OperatorBackend,
    fault::Fault,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Args;
use std::io::{self, Write};

pub use backend::backend;

/// What `latchkey console` is given.
#[derive(Args)]
#[command(after_help = "\
Prints an address of this machine, with a secret in it: open it in a browser. Until Ctrl-C, anybody who has the address can do what your AWS
credentials allow: find users, disable and unlock them, end sessions, reset passwords. Nothing is open to the internet. Acts are recorded
as those of the commands are. docs/operations.md has the rights that it takes.

Examples:
  latchkey console --stack latchkey
  latchkey console --stack latchkey --port 8080 --profile operator")]
pub struct Arguments {
    #[command(flatten)]
    target: Target,
    /// The port of 127.0.0.1 [default: a free one]
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    port: u16,
}

impl Arguments {
    pub(crate) async fn run(&self) -> Result<Answer, Fault> {
        if let Chosen::Tables(_) = self.target.chosen()? {
            return Err(Fault::usage("acts are recorded in a log group of a stack, and tables name none")
                .next("give --stack NAME in place of the tables"));
        }
        let (opened, secret) = (self.target.open().await?, URL_SAFE_NO_PAD.encode(ambient::random::<32>()?));
        let backend = Box::new(OperatorBackend { store: opened.store.clone(), place: self.target.place()? });
        let refused = |cause: local::StartError| Fault::usage(cause.to_string());
        let console = local::Console::bind(self.port, secret, backend).await.map_err(refused)?;
        let url = console.url().map_err(refused)?;
        // Nobody who reads it is no reason to end.
        let _ = writeln!(io::stdout(), "the operator's page, until Ctrl-C: {url}").and_then(|()| io::stdout().flush());
        console.serve().await.map_err(refused)?;
        Ok(Answer::nothing())
    }
}
