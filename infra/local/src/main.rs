//! `cargo run`: the whole service in one process on the loopback interface.

use clap::Parser;
use local::cli::Arguments;
use std::process::ExitCode;

fn main() -> ExitCode {
    match local::cli::run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::from(2)
        }
    }
}
