//! `lotline audit`: who did what at the console and the command line; and whether the trail is whole.

use super::serve;
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_record::trace::report::csv_cell;
use lotline_server::ledger::Audited;
use serde::Serialize;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  lotline audit                  the newest 50
  lotline audit --last 100000 --csv > audit.csv

Each row is bound to the one before. A row that was changed, or taken out between others, ends with exit code 1; rows cut
off at the end show only against an earlier copy.";

/// How much of it, and how.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// How many rows, the newest first
    #[arg(long, default_value_t = 50, value_name = "N")]
    last: usize,
    /// Print comma-separated values (RFC 4180)
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// The gateway's folder
    #[arg(long, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    #[command(flatten)]
    form: out::Form,
}

#[derive(Serialize)]
struct Row {
    n: u64,
    at: String,
    actor: String,
    came_from: String,
    act: String,
    what: String,
    outcome: &'static str,
    hash: String,
}

impl From<Audited> for Row {
    fn from(row: Audited) -> Self {
        Row {
            n: row.n,
            at: row.at.to_string(),
            actor: row.actor,
            came_from: row.came_from,
            act: row.act,
            what: row.what,
            outcome: if row.done { "done" } else { "refused" },
            hash: row.hash,
        }
    }
}

/// Checks the trail and prints it.
///
/// # Errors
/// When there is no gateway's database, or the trail does not hold together.
pub fn run(args: Args, config: &Config) -> Outcome {
    let data = config.server_data(args.data);
    let ledger = serve::open(&data, config)?;
    let failed = |e| Failure::ledger(&e, &data.join("ledger.db"));
    ledger.check_audit().map_err(failed)?;
    let rows: Vec<Row> = ledger
        .audit(args.last)
        .map_err(failed)?
        .into_iter()
        .map(Row::from)
        .collect();
    if args.csv {
        return out::line_out(&csv(&rows));
    }
    args.form.print(&rows, |rows| {
        let line = |r: &Row| {
            let to = if r.what.is_empty() {
                String::new()
            } else {
                format!(" {}", r.what)
            };
            format!(
                "{} {} {} ({}): {}{to}: {}",
                r.n, r.at, r.actor, r.came_from, r.act, r.outcome
            )
        };
        if rows.is_empty() {
            return "nothing was done yet".into();
        }
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

fn csv(rows: &[Row]) -> String {
    let mut out = "n,at,actor,came_from,act,what,outcome,hash".to_owned();
    for r in rows {
        let n = r.n.to_string();
        let cells = [&n, &r.at, &r.actor, &r.came_from, &r.act, &r.what, r.outcome, &r.hash];
        out.push_str("\r\n");
        out.push_str(&cells.map(csv_cell).join(","));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_no_formula() {
        assert_eq!(csv_cell("a"), "a");
        assert_eq!(csv_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(csv_cell("=1+1"), "'=1+1");
    }
}
