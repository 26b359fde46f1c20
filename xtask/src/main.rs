//! `cargo xtask …`: the project's own commands. Each builds what it needs, installs what is missing and says what it did.
//!
//! Exit codes are the project's: 0 good, 1 a check failed, 2 wrong usage, 3 a tool or package is missing.
#![allow(
    clippy::disallowed_methods,
    reason = "a build tool measures real time; the clock ban guards the rooms that must replay"
)]

mod android;
mod archive;
mod bench;
mod bindgen;
mod deny;
mod device;
mod docc;
mod encrypted;
mod failure;
mod flows;
mod fuzz;
mod gradle;
mod install;
mod ios;
mod kotlin;
mod lint;
mod load;
mod mutants;
mod openapi;
mod pictures;
mod played;
mod run;
mod sim;
mod swift;
mod test;
mod tree;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use failure::Failure;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Lotline's own commands",
    version
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A whole shift in a minute: builds `lotline`, then runs `lotline demo`
    Demo(Demo),
    /// Everything that is tested, installing what is missing; without a flag, all parts
    Test(test::Parts),
    /// Format, warnings, documentation, licences, lock files: all that is checked without running anything
    Lint {
        /// Only what needs no compiling: seconds
        #[arg(long)]
        quick: bool,
    },
    /// Compare with peers and with the machine's floor, in release mode
    Bench(bench::Bench),
    /// Hundreds of devices that sign live against one gateway, each figure beside its budget, in release mode
    Load(load::Load),
    /// Random bytes for every reader of foreign bytes (nightly compiler, sanitizers)
    Fuzz(fuzz::Fuzz),
    /// Change the code in small ways and see whether a test notices
    Mutants(mutants::Mutants),
    /// Devices, pipes and a gateway on a virtual clock: each world follows from its seed
    Sim(sim::Sim),
    /// Flow × what must hold, with the tests that show it; fails on a blank
    Flows,
    /// The README's pictures: the handheld's screens and the console, made from a real run
    Pictures {
        /// Instead, contact sheets of every flow on the Android app, in English, German and Arabic
        #[arg(long)]
        android: bool,
    },
    /// Generate the Kotlin and Swift bindings from the built library
    Bindgen,
    /// The Android build as far as Linux shows it, without SDK and device
    Android {
        /// What to check; all of it where nothing is named
        #[arg(value_enum)]
        parts: Vec<android::Part>,
    },
    /// For Gradle, with Android's NDK: the library for each ABI, and the Kotlin that calls it
    Device(device::Device),
    /// For Xcode: the core as an `XCFramework`; on Linux the device's slice of the plain variant, to look at
    Ios(ios::Ios),
    /// Install what a part needs, without running it
    Install {
        /// What to install; all of it where nothing is named
        #[arg(value_enum)]
        what: Vec<install::Kit>,
    },
    /// Print a completion script for a shell, for `alias xtask='cargo xtask'`
    Completions {
        /// The shell to complete for
        shell: clap_complete::Shell,
    },
}

#[derive(clap::Args)]
struct Demo {
    /// The long shift: through the rest of the work, too
    #[arg(long)]
    long: bool,
    /// Keep the server and its console running afterwards
    #[arg(long)]
    keep: bool,
    /// Damage one thing on the way: the demo must then fail and name it
    #[arg(long, value_name = "KIND", value_parser = ["drop-entry", "apply-twice", "flip-byte", "stock-off-by-one"])]
    sabotage: Option<String>,
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo(demo) => run_demo(&demo),
        Command::Test(parts) => test::run(parts),
        Command::Lint { quick } => lint::run(quick),
        Command::Bench(bench) => bench::run(&bench),
        Command::Load(load) => load::run(&load),
        Command::Fuzz(fuzz) => fuzz::run(&fuzz),
        Command::Mutants(mutants) => mutants::run(&mutants),
        Command::Sim(sim) => sim::run(&sim),
        Command::Flows => flows::run(),
        Command::Pictures { android: true } => pictures::android(),
        Command::Pictures { android: false } => pictures::make(),
        Command::Bindgen => bindgen::generate().map(|_| ()),
        Command::Android { parts } => android::run(&parts),
        Command::Device(device) => device::run(&device),
        Command::Ios(ios) => ios::run(&ios),
        Command::Install { what } => install::kits(&what),
        Command::Completions { shell } => {
            // Shells complete by the first word: this serves the alias `xtask`, and an `xtask` on the path.
            let mut command = Cli::command().name("xtask").bin_name("xtask");
            clap_complete::generate(shell, &mut command, "xtask", &mut std::io::stdout());
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            failure.exit_code()
        }
    }
}

fn run_demo(demo: &Demo) -> Result<(), Failure> {
    run::check(tree::cargo().args(["build", "--locked", "--package", "lotline"]))?;
    let mut command = std::process::Command::new(tree::target_dir().join("debug/lotline"));
    command.arg("demo");
    if demo.long {
        command.arg("--long");
    }
    if demo.keep {
        command.arg("--keep");
    }
    if let Some(kind) = &demo.sabotage {
        command.args(["--sabotage", kind]);
    }
    Err(run::replace_with(&mut command))
}
