//! `lotline`: see `lotline --help`.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match lotline::cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit_code()
        }
    }
}
