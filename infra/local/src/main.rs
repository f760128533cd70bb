//! `cargo run`: the whole service in one process on the loopback interface.

use std::process::ExitCode;

use clap::Parser;
use local::cli::Arguments;

fn main() -> ExitCode {
    match local::cli::run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::from(2)
        }
    }
}
