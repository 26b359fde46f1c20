//! `lotline epcis`: events of EPCIS out of the ledger, and what others' documents are worth.

use super::source::{From, Source};
use crate::config::Config;
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_exchange::epcis::query::Query;
use lotline_exchange::epcis::{Bounds, Event, Incoming, hash, read, write};
use lotline_record::entry::Instant;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline epcis export -o events.jsonld                        all events of the gateway's ledger
  lotline epcis export -o lot.jsonld --ask MATCH_anyEPCClass=https://id.gs1.org/01/09521141123454/10/L7
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
    /// Write events to an EPCIS 2.0 document
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
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// A parameter of the standard's query, such as `EQ_bizStep=shipping`; several narrow
    #[arg(long, value_name = "NAME=VALUE")]
    ask: Vec<String>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
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
    if args.output.exists() && !args.force {
        return Err(Failure::usage(
            "the file is there already",
            args.output.display(),
            "choose another name, or use --force",
        ));
    }
    let source = args.from.open(config)?;
    let Source::Server { folder, ledger } = &source else {
        return Err(Failure::usage(
            "events are made by a gateway",
            args.output.display(),
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
            &args.output.display().to_string(),
            true,
        )
        .map_err(|error| failed(&error))?;
    let document = write(&events, now, None).to_string();
    let folder = args.output.parent().filter(|folder| !folder.as_os_str().is_empty());
    let broken = |e: &std::io::Error| Failure::io(e, args.output.display());
    // Half a document is none: it takes its name when it is whole.
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(|e| broken(&e))?;
    file.write_all(document.as_bytes()).map_err(|e| broken(&e))?;
    file.persist(&args.output).map_err(|e| broken(&e.error))?;
    let made: Instant = now;
    out::line_out(&format!("{} events, {made}", events.len()))
}
