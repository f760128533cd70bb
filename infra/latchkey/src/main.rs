//! The one program for people. Alone, as `cargo run`, it serves everything in this process; with a subcommand it operates a service.

use admin::Area;
use clap::{
    Arg, ArgMatches, Command, CommandFactory, Error, FromArgMatches, Parser, Subcommand, error::ErrorKind,
    parser::ValueSource,
};
use std::process::ExitCode;

/// Logins and JSON Web Tokens, as in Simple JWT. Without a subcommand, latchkey serves every endpoint, the authorizer and a
/// DynamoDB engine in one process on this machine. The subcommands manage such a service, or a stack on AWS.
///
/// Settings come from the environment, under Simple JWT's names: ACCESS_TOKEN_LIFETIME=15m latchkey
#[derive(Parser)]
#[command(name = "latchkey", version, after_help = EXAMPLES)]
struct Program {
    #[command(flatten)]
    serve: local::cli::Arguments,
    /// Print JSON instead of text, for scripts
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Subcommand)]
enum Act {
    #[command(flatten)]
    Operate(Box<Area>),
    /// Serve only the DynamoDB engine of a folder, for other commands
    #[command(hide = true)]
    Engine(local::cli::Engine),
}

const EXAMPLES: &str = "\
Examples:
  latchkey                                                     serves on http://127.0.0.1:8000
  latchkey users create alice --generate
  latchkey users import dump.json --stack latchkey
  latchkey keys rotate
  latchkey doctor --stack latchkey

Exit codes: 0 done, 1 refused, not found or out of order, 2 wrong use or wrong setting, 3 the store is unavailable";

fn main() -> ExitCode {
    let Program { serve, json, act } = parsed().unwrap_or_else(|error| error.exit());
    match act {
        None => served(serve.run(admin::backend)),
        Some(Act::Engine(engine)) => served(engine.run(&serve)),
        Some(Act::Operate(area)) => operated(&area, json),
    }
}

fn served(outcome: Result<(), local::StartError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::from(2)
        }
    }
}

fn operated(area: &Area, json: bool) -> ExitCode {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(area.run(Program::command(), json)),
        Err(cause) => {
            eprintln!("error: nothing to run on: {cause}");
            ExitCode::from(3)
        }
    }
}

/// As [`Parser::parse`]; options of an area that go with each of its subcommands may stand before its name, too.
fn parsed() -> Result<Program, Error> {
    let program = Program::command();
    let own: Vec<_> = program.get_arguments().map(Arg::get_id).collect();
    let everywhere = program.get_subcommands().flat_map(Command::get_arguments).filter(|option| option.is_global_set());
    let others = everywhere.filter(|option| !own.contains(&option.get_id()));
    let mut early: Vec<Arg> = others.cloned().map(|option| option.hide(true)).collect();
    early.sort_by(|one, other| one.get_id().cmp(other.get_id()));
    early.dedup_by(|one, other| one.get_id() == other.get_id());
    let given = program.clone().args(early).try_get_matches()?;
    match misplaced(&given) {
        Some(option) => {
            let what = format!("--{option} is for serving: leave it out, or leave the subcommand out");
            Err(Program::command().error(ErrorKind::ArgumentConflict, what))
        }
        None => Program::from_arg_matches(&given),
    }
}

/// An option for serving beside a subcommand.
fn misplaced(given: &ArgMatches) -> Option<&'static str> {
    let is_given = |name: &&str| given.value_source(name) == Some(ValueSource::CommandLine);
    given.subcommand_name().and_then(|_| ["gateway", "listen", "log"].into_iter().find(is_given))
}
