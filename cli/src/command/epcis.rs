//! `lotline epcis`: events of EPCIS out of the ledger, and what others' documents are worth.

use super::output::Output;
use super::source::{From, Source};
use crate::config::Config;
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_exchange::epcis::older::{Prefixes, write_1_2};
use lotline_exchange::epcis::query::Query;
use lotline_exchange::epcis::{Bounds, Event, Incoming, hash, read, write};
use lotline_record::entry::Instant;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline epcis export -o events.jsonld                        all events of the gateway's ledger
  lotline epcis export -o lot.jsonld --ask MATCH_anyEPCClass=https://id.gs1.org/01/09521141123454/10/L7
  lotline epcis export -o events.xml --edition 1.2 --company-prefix 9521141    for partners that read XML of EPCIS 1.2
  lotline epcis check partner.jsonld                           what is wrong with a document, and where
  lotline epcis hash partner.jsonld                            the name of each event by what it says (CBV 2.0, 8.9.2)";

/// Events looked up at once.
const PAGE: usize = 1_000;
/// Entries made into events at once.
const TOLD: u32 = 1_000;

/// What to do with events.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write events to an EPCIS document
    Export(Export),
    /// Say what is wrong with a document, and where
    Check {
        /// The document, JSON or JSON-LD
        file: PathBuf,
        #[command(flatten)]
        form: out::Form,
    },
    /// Print the event hash of each event in a document
    Hash {
        /// The document, JSON or JSON-LD
        file: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
struct Export {
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    output: Output,
    /// A parameter of the standard's query, such as `EQ_bizStep=shipping`; several narrow
    #[arg(long, value_name = "NAME=VALUE")]
    ask: Vec<String>,
    /// The edition of the standard: 2.0 is JSON-LD, 1.2 is XML
    #[arg(long, value_enum, default_value_t = Edition::V2_0)]
    edition: Edition,
    /// The digits of a GS1 Company Prefix whose keys become URNs in edition 1.2; may be given several times
    #[arg(long, value_name = "DIGITS")]
    company_prefix: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Edition {
    #[value(name = "2.0")]
    V2_0,
    #[value(name = "1.2")]
    V1_2,
}

impl Export {
    /// The text of a document, and a line for each thing that it does not say.
    fn document(&self, events: &[Event], now: Instant, prefixes: &Prefixes) -> (String, Vec<String>) {
        if self.edition == Edition::V2_0 {
            return (write(events, now, None).to_string(), Vec::new());
        }
        let older = write_1_2(events, now, prefixes);
        // Many events lack the same: once each, with how often. Keys are too many to name.
        let (links, fields): (Vec<String>, Vec<String>) = older
            .left_out
            .into_iter()
            .map(|(_, what)| what)
            .partition(|what| what.contains("://"));
        let mut lacking: BTreeMap<String, usize> = BTreeMap::new();
        for field in fields {
            *lacking.entry(field).or_default() += 1;
        }
        let mut notes: Vec<String> = lacking
            .into_iter()
            .map(|(what, times)| {
                let what = out::printable(what.as_bytes());
                format!("{what}: left out {times} times, EPCIS 1.2 has no place for it")
            })
            .collect();
        if let Some(first) = links.first() {
            let keys: BTreeSet<&String> = links.iter().collect();
            notes.push(format!(
                "{} keys stay links, such as {}: whose company prefix they begin with is not known (--company-prefix)",
                keys.len(),
                out::printable(first.as_bytes())
            ));
        }
        (older.text, notes)
    }
}

/// Does what was asked.
///
/// # Errors
/// When a file cannot be read or written; a document that is not good is exit code 1.
pub fn run(args: &Args, config: &Config) -> Outcome {
    match &args.what {
        What::Export(export) => written(export, config),
        What::Check { file, form } => check(file, *form),
        What::Hash { file } => {
            for event in open(file)?.all().map_err(|faults| bad(&faults, file))? {
                out::line_out(&hash::event_id(&event))?;
            }
            Ok(())
        }
    }
}

fn bad(faults: &[lotline_exchange::epcis::Fault], file: &Path) -> Failure {
    let first = faults.first().map_or_else(String::new, ToString::to_string);
    Failure::check(first, file.display(), "see `lotline epcis check` for all of it")
}

fn open(file: &Path) -> Outcome<Incoming> {
    let bytes = std::fs::read(file).map_err(|e| Failure::io(&e, file.display()))?;
    read(&bytes, &Bounds::default()).map_err(|faults| bad(&faults, file))
}

#[derive(Serialize)]
struct Wrong {
    pointer: String,
    rule: &'static str,
    found: String,
}

#[derive(Serialize)]
struct Checked {
    good: usize,
    bad: usize,
    faults: Vec<Wrong>,
}

fn check(file: &Path, form: out::Form) -> Outcome {
    let bytes = std::fs::read(file).map_err(|e| Failure::io(&e, file.display()))?;
    let mut checked = Checked {
        good: 0,
        bad: 0,
        faults: Vec::new(),
    };
    let mut note = |faults: Vec<lotline_exchange::epcis::Fault>| {
        checked.faults.extend(faults.into_iter().map(|fault| Wrong {
            pointer: fault.pointer,
            rule: fault.rule.as_str(),
            found: fault.found,
        }));
    };
    match read(&bytes, &Bounds::default()) {
        Err(faults) => note(faults),
        Ok(incoming) => {
            let (mut good, mut bad) = (0, 0);
            for event in incoming.events {
                match event {
                    Ok(_) => good += 1,
                    Err(faults) => {
                        bad += 1;
                        note(faults);
                    }
                }
            }
            (checked.good, checked.bad) = (good, bad);
        }
    }
    form.print(&checked, |checked| {
        let mut text: Vec<String> = checked
            .faults
            .iter()
            .map(|wrong| {
                let place = if wrong.pointer.is_empty() { "/" } else { &wrong.pointer };
                format!("{place}  {}  {}", wrong.rule, out::printable(wrong.found.as_bytes()))
            })
            .collect();
        text.push(format!("{} good, {} bad", checked.good, checked.bad));
        text.join("\n")
    })?;
    if checked.faults.is_empty() {
        Ok(())
    } else {
        Err(Failure::check(
            format_args!("{} faults", checked.faults.len()),
            file.display(),
            "each line above says where and which rule",
        ))
    }
}

fn written(args: &Export, config: &Config) -> Outcome {
    args.output.may_be_written()?;
    let prefixes = Prefixes::of(args.company_prefix.iter().map(String::as_str))
        .map_err(|error| Failure::usage(&error, "--company-prefix", "write its digits alone, such as 9521141"))?;
    let source = args.from.open(config)?;
    let Source::Server { folder, ledger } = &source else {
        return Err(Failure::usage(
            "events are made by a gateway",
            args.output.file.display(),
            "name the gateway's folder with --from",
        ));
    };
    let failed = |error: &lotline_server::LedgerError| Failure::ledger(error, &folder.join("ledger.db"));
    let gln = config.gln()?;
    let now = edge::now();
    while ledger
        .tell_events(gln.as_deref(), TOLD, now)
        .map_err(|error| failed(&error))?
        > 0
    {}
    let mut given = vec![("orderBy", "recordTime"), ("orderDirection", "ASC")];
    for ask in &args.ask {
        given.push(
            ask.split_once('=')
                .ok_or_else(|| Failure::usage("no parameter", format_args!("--ask {ask}"), "write NAME=VALUE"))?,
        );
    }
    let query =
        Query::of(given).map_err(|error| Failure::usage(&error, "--ask", "see docs/epcis.md for the parameters"))?;
    let mut events: Vec<Event> = Vec::new();
    let mut after = None;
    loop {
        let page = ledger.events(&query, after, PAGE).map_err(|error| failed(&error))?;
        events.extend(page.events);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    ledger
        .note(
            &super::user::by()?,
            "epcis_export",
            &args.output.file.display().to_string(),
            true,
        )
        .map_err(|error| failed(&error))?;
    let (document, lacking) = args.document(&events, now, &prefixes);
    args.output.write(document.as_bytes())?;
    let made: Instant = now;
    for line in lacking {
        eprintln!("note: {line}");
    }
    out::line_out(&format!("{} events, {made}", events.len()))
}
