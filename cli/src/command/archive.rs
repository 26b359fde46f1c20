//! `lotline archive`: closed months of a ledger in PostgreSQL go to files that prove themselves, and their bytes out of the
//! database (ADR 18).

use super::{serve, user};
use crate::config::Config;
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_record::archive::{Keys, Spki};
use lotline_record::model::SiteId;
use lotline_server::ledger::{Archiving, Month, MonthLine, State, Step, Written};
use lotline_server::{Ledger, LedgerError};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline archive                                              the months there are, and why one cannot go yet
  lotline archive --month 2019-03 --to /archive                writes its files, proves them, takes the bytes out
  lotline archive --month 2019-03 --to /archive --drop         proves the files again, and drops what was put aside
  lotline verify /archive/*.ndjson.zst online.ndjson.zst       archives and `lotline export` as one record

Run it as often as you like: it goes on where it was stopped. Until --drop the database takes no less room. A month goes with all
sites of the database: name the public keys of the others by --site-keys, as `lotline export --keys` writes them there.";

/// What to archive, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The month of receipt to archive, by UTC, as 2019-03 [default: show them all]
    #[arg(long, value_name = "MONTH", requires = "to")]
    month: Option<Month>,
    /// The folder for the archive's files
    #[arg(long, value_name = "FOLDER", requires = "month")]
    to: Option<PathBuf>,
    /// Prove the files again, and drop what the archived month was
    #[arg(long, requires = "month")]
    drop: bool,
    /// Months that stay online, 84 at least
    #[arg(long, env = "LOTLINE_KEEP_MONTHS", value_name = "COUNT")]
    keep_months: Option<u32>,
    /// The public keys of another site of the database
    #[arg(long, value_name = "SITE=FILE")]
    site_keys: Vec<String>,
    /// The gateway's folder
    #[arg(long, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    #[command(flatten)]
    form: out::Form,
}

#[derive(Serialize)]
struct Done<'a> {
    month: Month,
    folder: &'a Path,
    files: Vec<Written>,
    dropped: bool,
}

/// Shows the months, archives one, or drops what one was.
///
/// # Errors
/// When the ledger has no months, this one cannot go, or a file is not what was written.
pub fn run(args: Args, config: &Config) -> Outcome {
    let keep = config.keep_months(args.keep_months)?;
    let data = config.server_data(args.data);
    let ledger = serve::open(&data, config)?;
    let failed = |e: &LedgerError| Failure::ledger(e, &data.join("ledger.db"));
    let (Some(month), Some(to)) = (args.month, &args.to) else {
        let months = ledger.months(keep, edge::now()).map_err(|e| failed(&e))?;
        return args.form.print(&months, |months| words(months));
    };
    let what = format!("{month} to {}", to.display());
    let act = if args.drop { "archive_drop" } else { "archive" };
    let mut files = Vec::new();
    let mut told = |step: &Step| {
        match step {
            Step::Written(written) => {
                eprintln!(
                    "{}: {} entries of {}, proved",
                    written.file, written.entries, written.site
                );
                files.push(written.clone());
            }
            Step::Copied => eprintln!("{month} copied without its bytes"),
            Step::Swapped => eprintln!("the copy stands in its place"),
            Step::Dropped => eprintln!("what was put aside is dropped"),
        }
        Ok(())
    };
    let ended = if args.drop {
        ledger.drop_aside(month, to, &mut told)
    } else {
        let asked = Archiving {
            month,
            to,
            keep,
            now: edge::now(),
            keys: keys(&ledger, &data, &args.site_keys)?,
        };
        ledger.archive(&asked, &mut told).map(drop)
    };
    // What was refused is told, too; where the database is away there is nobody to tell.
    let noted = ledger.note(&user::by()?, act, &what, ended.is_ok());
    ended.and(noted).map_err(|e| failed(&e))?;
    let done = Done {
        month,
        folder: to,
        files,
        dropped: args.drop,
    };
    args.form.print(&done, |done| said(done))
}

fn said(done: &Done<'_>) -> String {
    let Done { month, folder, .. } = done;
    if done.dropped {
        return format!("{month}: its bytes are in the archive in {} alone", folder.display());
    }
    let aside = format!(
        "the database still has its bytes in a table aside; when the files are safe: lotline archive --month {month} --to {} --drop",
        folder.display()
    );
    if done.files.is_empty() {
        return format!("{month} is archived already");
    }
    format!("{month} is archived\n{aside}")
}

/// The sites' keys: this one's from its folder, the others' as they were named.
fn keys(ledger: &Ledger, data: &Path, named: &[String]) -> Outcome<BTreeMap<SiteId, Spki>> {
    let mut keys = BTreeMap::new();
    let own = ledger
        .site()
        .map_err(|e| Failure::ledger(&e, &data.join("ledger.db")))?
        .site;
    if let Some(key) = super::export::site_key(data)? {
        keys.insert(own, key);
    }
    for named in named {
        let wrong = |why: &dyn std::fmt::Display| {
            Failure::usage(
                why,
                "--site-keys",
                "give SITE=FILE, the file from `lotline export --keys`",
            )
        };
        let (site, file) = named.split_once('=').ok_or_else(|| wrong(&"there is no ="))?;
        let site: SiteId = site.parse().map_err(|e| wrong(&e))?;
        let text = std::fs::read_to_string(file).map_err(|e| Failure::io(&e, file))?;
        let read: Keys = serde_json::from_str(&text).map_err(|e| wrong(&e))?;
        let key = read
            .site_key
            .ok_or_else(|| wrong(&"there is no key of the site in it"))?;
        keys.insert(site, key);
    }
    Ok(keys)
}

fn words(months: &[MonthLine]) -> String {
    if months.is_empty() {
        return "there are no entries yet".to_owned();
    }
    let line = |line: &MonthLine| {
        let sites: Vec<String> = line.sites.iter().map(ToString::to_string).collect();
        let state = match &line.state {
            State::Ready => "can go".to_owned(),
            State::Stays { why } => {
                let why: Vec<String> = why.iter().map(ToString::to_string).collect();
                format!("stays: {}", why.join("; "))
            }
            State::Archived { aside, .. } => {
                format!("archived{}", if *aside { ", its bytes put aside" } else { "" })
            }
        };
        format!(
            "{}  {:>12} entries  {:>9.1} MiB  {}  {state}",
            line.month,
            line.entries,
            mebibytes(line.bytes),
            sites.join(", ")
        )
    };
    months.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[allow(clippy::cast_precision_loss, reason = "a size for people, of one decimal")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
