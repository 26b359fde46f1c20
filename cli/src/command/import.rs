//! `lotline import`: records that a back-end brings, from a file.

use super::serve;
use crate::config::Config;
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_server::inbound;
use lotline_server::ledger::{AsideLine, Fate};
use serde::Serialize;
use std::io::Read;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  lotline import notices.ndjson                    a record a line, or one JSON array
  lotline import items.json --source erp           as the back-end that is called so
  extract | lotline import -                       from standard input
  lotline import --aside                           what was kept aside, and why

The same records again change nothing: of two of one key the greater revision holds. docs/wms.md says what a record holds.";

/// What to bring in.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The file with the records; `-` is standard input
    #[arg(required_unless_present = "aside")]
    file: Option<PathBuf>,
    /// Who brings them: revisions are compared within it
    #[arg(long, default_value = "file", value_name = "NAME")]
    source: String,
    /// List the records that were kept aside instead
    #[arg(long, conflicts_with = "file")]
    aside: bool,
    /// The gateway's folder
    #[arg(long, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    #[command(flatten)]
    form: out::Form,
}

#[derive(Debug, Default, Serialize)]
struct Done {
    taken: usize,
    same: usize,
    older: usize,
    aside: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct Problem {
    record: usize,
    name: String,
    why: String,
}

/// Rows of the list.
const LISTED: usize = 1_000;

/// Brings them in.
///
/// # Errors
/// When the file cannot be read, or a record was kept aside: each is printed with why.
pub fn run(args: Args, config: &Config) -> Outcome {
    let ledger = serve::open(&config.server_data(args.data), config)?;
    let failed = |e: lotline_server::LedgerError| Failure::ledger(&e, ledger.file());
    let Some(file) = args.file else {
        let lines = ledger.brought_aside(LISTED).map_err(failed)?;
        return args.form.print(&lines, |lines| {
            let row = |line: &AsideLine| format!("{}  {}  {}: {}", line.first, line.source, line.name, line.why);
            lines.iter().map(row).collect::<Vec<_>>().join("\n")
        });
    };
    let mut body = Vec::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut body).map(drop)
    } else {
        std::fs::read(&file).map(|bytes| body = bytes)
    };
    read.map_err(|e| Failure::io(&e, file.display()))?;
    let records = inbound::split(&body)
        .map_err(|e| Failure::usage(e, file.display(), "give a record a line, or one JSON array"))?;
    let fates = ledger.bring(&args.source, &records, edge::now()).map_err(failed)?;
    let mut done = Done::default();
    for (record, fate) in (1..).zip(fates) {
        match fate {
            Fate::Taken => done.taken += 1,
            Fate::Same => done.same += 1,
            Fate::Older => done.older += 1,
            Fate::Aside { name, why } => done.aside.push(Problem { record, name, why }),
        }
    }
    args.form.print(&done, |done| {
        let problem = |p: &Problem| format!("record {}, {}: {}", p.record, p.name, p.why);
        let mut lines: Vec<String> = done.aside.iter().map(problem).collect();
        lines.push(format!(
            "{} taken, {} known already, {} older than what holds, {} kept aside",
            done.taken,
            done.same,
            done.older,
            done.aside.len()
        ));
        lines.join("\n")
    })?;
    if done.aside.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(
        format_args!("{} of the records were kept aside", done.aside.len()),
        file.display(),
        "correct them and bring the file again: what was taken stays as it is",
    ))
}
