//! The operator's commands, which the program `latchkey` offers.
//!
//! One file for each subcommand; each makes an `answer::Answer` or a `fault::Fault`, and this file prints them
//! and chooses the exit code. What is long prints as it goes: exports, reports of imports, events that are followed. Passwords are read from the terminal or from standard input, never from an argument: arguments
//! are in the shell's history and in the list of processes.

mod ambient;
mod answer;
mod connection;
mod console;
mod django;
mod doctor;
mod events;
mod fault;
mod fingerprint;
mod help;
mod keyring;
mod keys;
mod mail;
mod new_file;
mod project_settings;
mod sessions;
mod terminal;
mod tokens;
mod user_arg;
mod users;

pub use console::backend;

use crate::{answer::Answer, fault::Fault};
use clap::{Command, Subcommand};
use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

/// What an operator may ask for.
#[derive(Subcommand)]
pub enum Area {
    /// Print the script with which a shell completes commands
    Completions(help::completions::Arguments),
    /// Open the operator's page: users, sessions and events in a browser
    Console(console::Arguments),
    /// Check a deployment or a local folder, and say how to repair what is wrong
    Doctor(doctor::Arguments),
    /// Show what happened: logins, refreshes, failures, thefts
    Events(events::Arguments),
    /// List, rotate, revoke, import and publish keys
    Keys(keys::Arguments),
    /// List and show the mails of accounts, and send failed mails again
    Mail(mail::Arguments),
    /// Print manual pages
    Man(help::man::Arguments),
    /// List and end sessions
    Sessions(sessions::Arguments),
    /// Convert the settings of a Django project
    Settings(project_settings::Arguments),
    /// Explain a token, and import the blacklist of a Django project
    Tokens(tokens::Arguments),
    /// Create, list, show, change, delete and import users
    Users(users::Arguments),
}

impl Area {
    /// Does it, and prints what came of it: as JSON where that is asked for. `program` is all of the command line.
    pub async fn run(&self, program: Command, json: bool) -> ExitCode {
        let outcome = match self {
            Self::Completions(arguments) => Ok(arguments.run(program)),
            Self::Console(arguments) => arguments.run().await,
            Self::Doctor(arguments) => arguments.run().await,
            Self::Events(arguments) => arguments.run(json).await,
            Self::Keys(arguments) => arguments.run().await,
            Self::Mail(arguments) => arguments.run().await,
            Self::Man(arguments) => arguments.run(program),
            Self::Sessions(arguments) => arguments.run().await,
            Self::Settings(arguments) => arguments.run(),
            Self::Tokens(arguments) => arguments.run().await,
            Self::Users(arguments) => arguments.run().await,
        };
        match outcome {
            Ok(answer) => print(&answer, json),
            Err(fault) => complain(&fault, json),
        }
    }
}

/// A reader that has gone away (`latchkey users list | head`) is no fault.
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
