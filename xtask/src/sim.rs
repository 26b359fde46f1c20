//! `cargo xtask sim`: worlds of devices, pipes and a gateway on a virtual clock, each from its seed (`tests/src/sim`).

use crate::failure::Failure;
use crate::{run, tree};

/// How many worlds, or which.
#[derive(clap::Args)]
pub struct Sim {
    /// So many seeds from nought, after the kept ones
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// No new seed after so many minutes
    #[arg(long)]
    minutes: Option<u64>,
    /// This seed alone, with every event
    #[arg(long)]
    seed: Option<u64>,
    /// With a fault put in on purpose, which the run must then notice; a wrong one is answered with the list
    #[arg(long, value_name = "KIND")]
    mutate: Option<String>,
}

/// Plays them.
///
/// # Errors
/// What does not build; a world that broke ends this process with its exit code.
pub fn run(sim: &Sim) -> Result<(), Failure> {
    run::check(tree::cargo().args(["build", "--locked", "--workspace", "--bin", "sim"]))?;
    let mut command = std::process::Command::new(tree::target_dir().join("debug/sim"));
    command.arg("--seeds").arg(sim.seeds.to_string());
    for (name, number) in [("--minutes", sim.minutes), ("--seed", sim.seed)] {
        if let Some(number) = number {
            command.arg(name).arg(number.to_string());
        }
    }
    if let Some(kind) = &sim.mutate {
        command.arg("--mutate").arg(kind);
    }
    Err(run::replace_with(&mut command))
}
