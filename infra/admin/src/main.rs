//! The operator's command line.
//!
//! One file for each subcommand; each makes an [`answer::Answer`] or a [`fault::Fault`], and only this file prints them
//! and chooses the exit code. Passwords are read from the terminal or from standard input, never from an argument: arguments
//! are in the shell's history and in the list of processes.

mod address;
mod ambient;
mod answer;
mod completions;
mod confirmation;
mod count;
mod date;
mod django;
mod doctor;
mod fault;
mod fingerprint;
mod keyring;
mod keys;
mod man;
mod new_file;
mod new_password;
mod patience;
mod place;
mod progress;
mod scene;
mod sessions;
mod terminal;
mod tokens;
mod users;
mod whom;

use answer::Answer;
use clap::{Arg, Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use fault::Fault;
use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

/// What the operator asked for.
#[derive(Parser)]
#[command(name = "admin", version, about = "Manage the users, sessions and keys of a Latchkey service", after_help = EXAMPLES)]
struct Arguments {
    /// Print JSON instead of text, for scripts
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    area: Area,
}

#[derive(Subcommand)]
enum Area {
    /// Print what a shell needs to complete this program's words
    Completions(completions::Arguments),
    /// Look for what is wrong with a deployment or a local folder
    Doctor(doctor::Arguments),
    /// List, rotate, revoke, import and publish keys
    Keys(keys::Arguments),
    /// Print the manual page
    Man(man::Arguments),
    /// List and end sessions
    Sessions(sessions::Arguments),
    /// Explain a token, and take over what a Django project logged out
    Tokens(tokens::Arguments),
    /// Create, list, show, change, delete and import users
    Users(users::Arguments),
}

const EXAMPLES: &str = "\
Examples:
  admin users create alice --generate
  admin users import dump.json --stack latchkey
  admin keys rotate
  admin doctor --stack latchkey

Exit codes: 0 done, 1 refused, not found or out of order, 2 wrong use or wrong setting, 3 the store is unavailable";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Arguments { json, area } = parsed().unwrap_or_else(|error| error.exit());
    let outcome = match area {
        Area::Completions(arguments) => Ok(arguments.run(Arguments::command())),
        Area::Doctor(arguments) => arguments.run().await,
        Area::Keys(arguments) => arguments.run().await,
        Area::Man(arguments) => arguments.run(Arguments::command()),
        Area::Sessions(arguments) => arguments.run().await,
        Area::Tokens(arguments) => arguments.run().await,
        Area::Users(arguments) => arguments.run().await,
    };
    match outcome {
        Ok(answer) => print(&answer, json),
        Err(fault) => complain(&fault, json),
    }
}

/// As [`Parser::parse`]; options of an area that go with each of its subcommands may stand before its name, too.
fn parsed() -> Result<Arguments, clap::Error> {
    let areas = Arguments::command();
    let everywhere = areas.get_subcommands().flat_map(Command::get_arguments).filter(|option| option.is_global_set());
    let mut early: Vec<Arg> = everywhere.cloned().map(|option| option.hide(true)).collect();
    early.sort_by(|one, other| one.get_id().cmp(other.get_id()));
    early.dedup_by(|one, other| one.get_id() == other.get_id());
    Arguments::from_arg_matches(&areas.clone().args(early).try_get_matches()?)
}

/// A reader that has gone away (`admin users list | head`) is no fault.
fn print(answer: &Answer, json: bool) -> ExitCode {
    let text = match json {
        true if answer.json.is_null() => String::new(),
        true => format!("{:#}\n", answer.json),
        false => answer.text.clone(),
    };
    let mut out = io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            let fault = Fault::unavailable(format!("standard output cannot be written: {cause}"));
            complain(&fault.next("make room, or send it elsewhere, and run the command again"), json)
        }
        _ => answer.code(),
    }
}

fn complain(fault: &Fault, json: bool) -> ExitCode {
    let text = if json { format!("{:#}\n", fault.json()) } else { fault.to_string() };
    let _ = io::stderr().write_all(text.as_bytes());
    fault.code()
}
