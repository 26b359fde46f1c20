//! `lotline` as the tests of its pages start it: the same commands, in a process of its own that starts itself again for
//! each handheld.

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
