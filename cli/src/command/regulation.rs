//! `lotline regulation`: what an authority may ask of the record, in the form that it asks for.

use super::output::Output;
use super::source::{From, Language, Source, text};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_exchange::regulation::{fsma, part11};
use lotline_record::model::{Day, ItemId, LotNumber, PersonId};
use lotline_record::text::{Message, Text};
use lotline_server::ledger::FoodAsked;
use lotline_server::{Ledger, LedgerError};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline regulation fsma -o trace.csv                                     all critical tracking events of the record
  lotline regulation fsma -o trace.csv --lot L7 --locations places.toml    of one traceability lot code
  lotline regulation fsma -o trace.csv --item LETTUCE --since 2026-11-01 --until 2026-11-20
  lotline regulation part11 -o trail.csv --since 2026-11-01                who did, took back and signed what

places.toml describes places by the key that the record has of them: a partner's, a maker's, the site's own:
  [locations]
  DC1 = \"Example Foods DC 1, +1 555 0100, 1 Main Street, Springfield, IL 62701\"";

/// Who asks.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    which: Which,
}

#[derive(Debug, clap::Subcommand)]
enum Which {
    /// Food traceability for the FDA: critical tracking events and key data elements as a sortable spreadsheet (21 CFR 1
    /// Subpart S)
    Fsma(Fsma),
    /// The audit trail of a period with its signatures and what they mean (21 CFR Part 11)
    Part11(Part11),
}

/// Days as the place counts them where an entry was written.
#[derive(Debug, clap::Args)]
struct Period {
    /// From this day on
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Day>,
    /// Up to this day, which counts
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Day>,
}

impl Period {
    fn is_one(&self) -> Outcome {
        if self.since.zip(self.until).is_some_and(|(since, until)| since > until) {
            return Err(Failure::usage(
                "the period ends before it begins",
                "--since, --until",
                "write the earlier day with --since",
            ));
        }
        Ok(())
    }

    fn holds(&self, day: Day) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

#[derive(Debug, clap::Args)]
struct Part11 {
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    period: Period,
    /// The language of what signatures mean
    #[arg(long, env = "LOTLINE_LANGUAGE", value_parser = Language)]
    language: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Fsma {
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    period: Period,
    /// Of this item alone; may be given several times
    #[arg(long, value_name = "ITEM")]
    item: Vec<ItemId>,
    /// Of this traceability lot code alone
    #[arg(long, value_name = "LOT")]
    lot: Option<LotNumber>,
    /// A file that describes places of business
    #[arg(long, value_name = "FILE")]
    locations: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Places {
    locations: BTreeMap<String, String>,
}

fn places(file: &Path) -> Outcome<Places> {
    let text = std::fs::read_to_string(file).map_err(|e| Failure::io(&e, file.display()))?;
    toml::from_str(&text).map_err(|error| {
        Failure::usage(
            error.message(),
            file.display(),
            "write a table [locations] of KEY = \"description\"",
        )
    })
}

/// Writes what was asked for.
///
/// # Errors
/// When a file cannot be read or written, or the record is not a gateway's.
pub fn run(args: &Args, config: &Config) -> Outcome {
    match &args.which {
        Which::Fsma(asked) => fsma(asked, config),
        Which::Part11(asked) => part11(asked, config),
    }
}

fn fsma(args: &Fsma, config: &Config) -> Outcome {
    args.period.is_one()?;
    args.output.may_be_written()?;
    let known = args
        .locations
        .as_deref()
        .map_or_else(|| Ok(Places::default()), places)?;
    let source = args.from.open(config)?;
    let ledger = gateways(&source, &args.output)?;
    let failed = |error: &LedgerError| source.failed(error);
    source.tell_reach()?;
    let asked = FoodAsked {
        since: args.period.since,
        until: args.period.until,
        items: args.item.clone(),
        lot: args.lot.clone(),
    };
    let found = ledger.food(&asked, &known.locations).map_err(|e| failed(&e))?;
    ledger
        .note(
            &super::user::by()?,
            "fsma_export",
            &args.output.file.display().to_string(),
            true,
        )
        .map_err(|error| failed(&error))?;
    args.output.write(fsma::csv(&found.rows).as_bytes())?;
    let lacking = found.rows.iter().filter(|row| !row.missing.is_empty()).count();
    let notes = [
        (
            lacking as u64,
            "rows lack an element: the last column says which (--locations describes places)",
        ),
        (
            found.left_out,
            "entries do not count, as they wait or were kept aside, and are not in it",
        ),
    ];
    for (count, what) in notes {
        if count > 0 {
            eprintln!("note: {count} {what}");
        }
    }
    out::line_out(&format!("{} rows", found.rows.len()))
}

/// A handheld knows its own work alone, and nobody's name after they left.
fn gateways<'s>(source: &'s Source, output: &Output) -> Outcome<&'s Ledger> {
    match source {
        Source::Server { ledger, .. } => Ok(ledger),
        Source::Device { .. } => Err(Failure::usage(
            "a handheld knows its own work alone",
            output.file.display(),
            "name the gateway's folder with --from",
        )),
    }
}

struct Printed {
    names: BTreeMap<PersonId, (u32, String)>,
    text: Text,
}

impl part11::Names for Printed {
    fn printed(&self, person: &PersonId, version: u32) -> Option<String> {
        let (known, name) = self.names.get(person)?;
        (*known == version).then(|| name.clone())
    }

    fn meaning(&self, id: &str) -> String {
        let message = Message {
            id: id.to_owned().into(),
            args: Vec::new(),
        };
        self.text.say(&message)
    }
}

fn part11(args: &Part11, config: &Config) -> Outcome {
    args.period.is_one()?;
    args.output.may_be_written()?;
    let text = text(&config.language(args.language.clone()))?;
    let source = args.from.open(config)?;
    let ledger = gateways(&source, &args.output)?;
    let failed = |error: &LedgerError| source.failed(error);
    source.tell_reach()?;
    let printed = Printed {
        names: ledger.names().map_err(|error| failed(&error))?,
        text,
    };
    let (mut trail, mut csv, mut rows, mut unreadable) = (part11::Trail::default(), part11::header(), 0_u64, 0_u64);
    csv.push_str("\r\n");
    source.each(|kept| {
        // What a later version wrote is in the record all the same, and `lotline verify` proves it.
        let Ok(entry) = kept.open() else {
            unreadable += 1;
            return Ok(true);
        };
        // Every entry: a clock is judged against the entry before it, of whatever day.
        let row = trail.row(&entry, &printed);
        if args.period.holds(entry.at.wall.day(entry.at.zone_min)) && !entry.training {
            csv.push_str(&row.csv());
            csv.push_str("\r\n");
            rows += 1;
        }
        Ok(true)
    })?;
    ledger
        .note(
            &super::user::by()?,
            "part11_export",
            &args.output.file.display().to_string(),
            true,
        )
        .map_err(|error| failed(&error))?;
    args.output.write(csv.as_bytes())?;
    if unreadable > 0 {
        eprintln!("note: {unreadable} entries are of a newer format and are not in it");
    }
    out::line_out(&format!(
        "{rows} rows; acts at the console and the command line: lotline audit --csv"
    ))
}
