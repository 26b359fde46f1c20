//! The commands as one types them.

use crate::command::{
    archive, audit, back_end, backup, config as settings, doctor, drill, edi, enrol, epcis, explain, export, import,
    label, numbers, recall, regulation, report, restore, seed, serve, trace, train, user, verify,
};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::{demo, edge, out, read, stand_in, terminal};
use clap::{CommandFactory, Parser, Subcommand};
use std::io;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Start here:
  lotline handheld --demo              a handheld with a site of its own; `?` shows labels to scan
  lotline serve --seed --try           handhelds in the browser, at /try, with labels to click
  lotline demo                         a whole shift in a minute: two handhelds, a cut network, the proof

A gateway and a handheld:
  lotline seed                         make a site with goods, people, notices and orders
  lotline serve                        run the gateway; its console is at http://127.0.0.1:7400/
  lotline enrol \"Fork 2\"               a one-time code for a new handheld
  lotline handheld --code XXXX-XXXX-XXXX

Exit codes: 0 good, 1 a check failed, 2 wrong usage or input, 3 a peer or tool is missing.
Settings: lotline.toml here or in the platform's folder; LOTLINE_… in the environment wins over it.";

/// Lots and serials from the scan to the record.
#[derive(Debug, Parser)]
#[command(name = "lotline", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    /// Read settings from this file instead of lotline.toml
    #[arg(long, global = true, env = "LOTLINE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Keep the gateway's ledger in this PostgreSQL, not in its folder
    #[arg(
        long,
        global = true,
        env = "LOTLINE_POSTGRES",
        value_name = "URL",
        hide_env_values = true
    )]
    postgres: Option<String>,
    /// How the log is written to standard error; how much of it says `LOTLINE_LOG` (error, warn, info, debug)
    #[arg(long, global = true, env = "LOTLINE_LOG_FORMAT", value_name = "FORM")]
    log_format: Option<out::LogForm>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the gateway
    Serve(serve::Args),
    /// Issue a one-time code for a new handheld
    Enrol(enrol::Args),
    /// Say who may sign in at the console
    User(user::Args),
    /// Show who did what at the console and here
    Audit(audit::Args),
    /// Show each setting, and where it comes from
    Config(settings::Args),
    /// Copy the gateway's ledger and keys to a folder, while it runs
    Backup(backup::Args),
    /// Make a gateway's folder again from a backup
    Restore(restore::Args),
    /// Make a site to learn and test with, the same each time
    Seed(seed::Args),
    /// Work as a handheld in this terminal
    Handheld(terminal::Args),
    /// Show a whole shift and prove it
    Demo(demo::Args),
    /// Read labels: JSON Lines in, JSON Lines out
    #[command(after_help = READ_HELP)]
    Read,
    /// Read the codes in pictures: PNG, JPEG and WebP in, JSON Lines out
    ReadImage(read::image::Args),
    /// Write labels: ZPL for a printer, an image, or a preview here
    Label(label::Args),
    /// Open, close and list the own numbers that handhelds lease
    Numbers(numbers::Args),
    /// Show the history of a lot, serial or handling unit
    Trace(trace::Args),
    /// Show where all of what a recall covers is, what has left and for whom
    Recall(recall::Args),
    /// Write a report: the exceptions of a day
    Report(report::Args),
    /// Write what an authority asks for, in its form
    Regulation(regulation::Args),
    /// Say why an entry was accepted, warned about or stopped
    Explain(explain::Args),
    /// Write the record to a file that proves itself
    Export(export::Args),
    /// Bring in items, lots, partners, ship notices, orders and tasks from a file
    Import(import::Args),
    /// List the warehouse's own systems, hold one, or have it told again
    BackEnd(back_end::Args),
    /// Write, check and name events of EPCIS 2.0
    Epcis(epcis::Args),
    /// Move closed months of a ledger in PostgreSQL to files that prove themselves
    Archive(archive::Args),
    /// Read ship notices of partners (X12 856, EANCOM DESADV), answer them, write one
    Edi(edi::Args),
    /// Show the offline drills that were done and signed
    Drill(drill::Args),
    /// Say what is wrong with this gateway or handheld, and what to do
    Doctor(doctor::Args),
    /// Practise lessons here, or have them play by themselves
    Train(train::Args),
    /// Check an exported record: chain, signatures, counter-signatures
    Verify(verify::Args),
    /// Print completions for a shell
    #[command(after_help = "Example:\n  lotline completions bash > ~/.local/share/bash-completion/completions/lotline")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Match a shift's tape with the databases it left behind
    #[command(hide = true)]
    DemoCheck(demo::check::Args),
    /// Stand in for the warehouse's own system, in the demo and in tests
    #[command(hide = true)]
    StandInWms(stand_in::Args),
}

const READ_HELP: &str = "\
Each line is an object; only `data` is required:
  data, form (scan | bracketed | raw), symbology (]d2, EAN13, LABEL-TYPE-…), options, reference_year

Examples:
  echo '{\"data\": \"]d20109506000134352\"}' | lotline read
  echo '{\"data\": \"(01)09506000134352(10)A1\", \"form\": \"bracketed\"}' | lotline read

A label that cannot be read is an answer (\"ok\": false); only input that is not JSON Lines exits with 2.";

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    /// [`Failure`] says what went wrong, where, and what to do.
    pub fn run(self) -> Outcome {
        let config = || {
            let mut config = Config::load(self.config.as_deref())?;
            config.postgres = self.postgres.clone().or(config.postgres);
            config.log_format = self.log_format.or(config.log_format);
            Ok(config)
        };
        match self.command {
            Command::Serve(args) => serve::run(args, &config()?),
            Command::Enrol(args) => enrol::run(args, &config()?),
            Command::User(args) => user::run(args, &config()?),
            Command::Audit(args) => audit::run(args, &config()?),
            Command::Config(args) => settings::run(&args, self.config.as_deref()),
            Command::Backup(args) => backup::run(args, &config()?),
            Command::Restore(args) => restore::run(args, &config()?),
            Command::Seed(args) => seed::run(args, &config()?),
            Command::Handheld(args) => terminal::run(&args, &config()?),
            Command::Demo(args) => demo::run(args),
            Command::Read => read_labels(),
            Command::ReadImage(args) => read::image::run(&args),
            Command::Label(args) => label::run(&args),
            Command::Numbers(args) => numbers::run(&args, &config()?),
            Command::Trace(args) => trace::run(&args, &config()?),
            Command::Recall(args) => recall::run(&args, &config()?),
            Command::Report(args) => report::run(&args, &config()?),
            Command::Explain(args) => explain::run(&args, &config()?),
            Command::Doctor(args) => doctor::run(&args, config()),
            Command::Edi(args) => edi::run(&args, &config()?),
            Command::Drill(args) => drill::run(&args, &config()?),
            Command::Train(args) => train::run(&args, &config()?),
            Command::Archive(args) => archive::run(args, &config()?),
            Command::Export(args) => export::run(&args, &config()?),
            Command::Import(args) => import::run(args, &config()?),
            Command::BackEnd(args) => back_end::run(args, &config()?),
            Command::Epcis(args) => epcis::run(&args, &config()?),
            Command::Regulation(args) => regulation::run(&args, &config()?),
            Command::Verify(args) => verify::run(&args),
            Command::Completions { shell } => {
                clap_complete::generate(shell, &mut Cli::command(), "lotline", &mut io::stdout());
                Ok(())
            }
            Command::DemoCheck(args) => demo::check::run(&args),
            Command::StandInWms(args) => stand_in::run(&args),
        }
    }
}

fn read_labels() -> Outcome {
    let output = io::BufWriter::new(io::stdout().lock());
    match read::run(io::stdin().lock(), output, edge::year()) {
        Ok(()) => Ok(()),
        Err(read::ReadError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(read::ReadError::Io(error)) => Err(Failure::io(&error, "lotline read")),
        Err(read::ReadError::NotJson { line, reason }) => Err(Failure::usage(
            "not JSON Lines",
            format_args!("line {line}"),
            format_args!("give one JSON object a line; {reason}"),
        )),
    }
}
