//! `lotline edi`: ship notices of partners: what an 856 or a DESADV says, what is answered, and one of one's own.

mod ship;

use super::source::From;
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::{edge, out};
use clap::Subcommand;
use lotline_exchange::edi::brought::brought;
use lotline_exchange::edi::envelope::Interchange;
use lotline_exchange::edi::reply::reply;
use lotline_exchange::edi::report::{csv, exceptions};
use lotline_exchange::edi::{
    File, Finding, Limits, Mapping, Needs, Notice, Numbers, READY, check, read as read_file, write as write_notice,
};
use lotline_record::model::{DocumentId, OwnerId, PlaceId, Tracking};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline edi read asn.x12                             what it says, and what is wrong with it
  lotline edi read asn.x12 --items items.json --json   with what each item must carry
  lotline edi ack asn.x12 > answer.x12                 the 997 and the 824 to it; a CONTRL to a DESADV
  lotline edi write notice.json --mapping x12-4010     an 856 out of a notice's JSON
  lotline edi bring asn.x12 --owner ACME --place DOCK-1 | lotline import -
  lotline edi ship 80050 --mapping partner.toml        what left with an order, as the notice to its customer
  lotline edi report in/*.x12 > exceptions.csv         the day's exceptions: notice, line, what it lacks
  lotline edi mapping x12-bar > partner.toml           a mapping to begin with

A file - is standard input. docs/edi.md says what each key of a mapping means.";

/// What to do with partners' documents.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Say what an 856 or a DESADV says; ends with 1 if anything is wrong with it
    Read {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        agreed: Agreed,
        #[command(flatten)]
        form: out::Form,
    },
    /// Write the answers to a file: 997 and 824, or CONTRL
    Ack {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        agreed: Agreed,
        /// The first control number of the answers; two are used for each interchange of X12
        #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=999_000_000))]
        control: u32,
    },
    /// Write an 856 or a DESADV out of a notice's JSON, as `read --json` has it
    Write {
        /// The notice
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// A mapping's file, or the name of one that comes with Lotline
        #[arg(long, value_name = "FILE|NAME")]
        mapping: String,
        /// The control number of interchange and group; a number is never used twice
        #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=999_999_999))]
        control: u32,
    },
    /// Write what an 856 or a DESADV says as records that `lotline import` takes; a notice that is refused is none
    Bring {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Whose goods they are
        #[arg(long, value_name = "OWNER")]
        owner: OwnerId,
        /// Where they arrive
        #[arg(long, value_name = "PLACE")]
        place: Option<PlaceId>,
        /// Which revision of the notices it is: of two the greater one holds
        #[arg(long, value_name = "N", default_value = "1")]
        revision: u32,
        #[command(flatten)]
        agreed: Agreed,
    },
    /// Write the notice of an order that has left, out of the gateway's ledger
    Ship {
        /// The order
        #[arg(value_name = "ORDER")]
        order: DocumentId,
        /// A mapping's file, or the name of one that comes with Lotline
        #[arg(long, value_name = "FILE|NAME")]
        mapping: String,
        /// The control number of interchange and group; a number is never used twice
        #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=999_999_999))]
        control: u32,
        #[command(flatten)]
        from: From,
    },
    /// Write what is wrong with files as CSV: the daily exception report
    Report {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        agreed: Agreed,
    },
    /// Print a mapping that comes with Lotline, or the names of all
    Mapping {
        /// Which
        name: Option<String>,
    },
}

/// What was agreed with the partner, and what the goods must carry.
#[derive(Debug, clap::Args)]
struct Agreed {
    /// A mapping's file, or the name of one that comes with Lotline [default: the format's own codes]
    #[arg(long, value_name = "FILE|NAME")]
    mapping: Option<String>,
    /// What items must carry, as JSON: `{"09521141012345": "lot_and_serial", "*": "lot"}`
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
}

/// A file with what is wrong with its notices.
struct Judged {
    file: File,
    found: Vec<(usize, Vec<Finding>)>,
}

/// Does what was asked.
///
/// # Errors
/// [`Failure`] says which file cannot be read, and where; a notice with findings fails as a check.
pub fn run(args: &Args, config: &Config) -> Outcome {
    match &args.act {
        Act::Read { file, agreed, form } => read(file, agreed, *form),
        Act::Ack { file, agreed, control } => ack(file, agreed, *control),
        Act::Write { file, mapping, control } => write(file, mapping, *control),
        Act::Bring {
            file,
            owner,
            place,
            revision,
            agreed,
        } => bring(file, agreed, owner, place.as_ref(), *revision),
        Act::Ship {
            order,
            mapping,
            control,
            from,
        } => ship::run(order, &self::mapping(mapping)?, &numbers(*control), from, config),
        Act::Report { files, agreed } => report(files, agreed),
        Act::Mapping { name } => mapping_text(name.as_deref()),
    }
}

/// The bytes of a file, at most one more than a reader takes: it says itself that this is too much.
fn bytes(path: &Path) -> Outcome<Vec<u8>> {
    let most = Limits::default().bytes as u64 + 1;
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|e| Failure::io(&e, path.display()))?;
    Ok(bytes)
}

fn mapping(name: &str) -> Outcome<Mapping> {
    let found = if let Some(found) = Mapping::ready(name) {
        found
    } else {
        let text = std::fs::read_to_string(name).map_err(|e| Failure::io(&e, name))?;
        Mapping::from_toml(&text)
    };
    found.map_err(|e| Failure::usage(e, name, "see docs/edi.md for the keys of a mapping"))
}

impl Agreed {
    fn needs(&self) -> Outcome<Needs> {
        let Some(path) = &self.items else {
            // Nothing is known of items: what they must carry is not asked.
            return Ok(Needs {
                items: BTreeMap::new(),
                otherwise: Some(Tracking::None),
            });
        };
        let text = bytes(path)?;
        let mut items: BTreeMap<String, Tracking> = serde_json::from_slice(&text).map_err(|e| {
            let remedy = "give an object of item and none, lot, serial or lot_and_serial; \"*\" stands for all others";
            Failure::usage(e, path.display(), remedy)
        })?;
        let otherwise = items.remove("*");
        Ok(Needs { items, otherwise })
    }

    fn judged(&self, path: &Path) -> Outcome<Judged> {
        let mapping = self.mapping.as_deref().map(mapping).transpose()?;
        let needs = self.needs()?;
        let file = read_file(&bytes(path)?, mapping.as_ref(), &Limits::default()).map_err(|e| {
            let remedy = "ask the sender for the file as it was sent; nothing of it was used";
            Failure::usage(&e.what, format_args!("{}, {}", path.display(), e.place), remedy)
        })?;
        let notices = file.readings.iter().enumerate();
        let found = notices.filter_map(|(at, reading)| Some((at, check(reading.notice.as_ref()?, &needs))));
        let found = found.collect();
        Ok(Judged { file, found })
    }
}

impl Judged {
    fn all(&self) -> impl Iterator<Item = &Finding> {
        self.file.findings().chain(self.found.iter().flat_map(|(_, all)| all))
    }
}

fn read(path: &Path, agreed: &Agreed, form: out::Form) -> Outcome {
    let judged = agreed.judged(path)?;
    let findings: Vec<&Finding> = judged.all().collect();
    if form.json {
        let messages = judged.file.readings.iter().map(|reading| {
            let held = judged.file.interchanges.get(reading.interchange);
            json!({
                "kind": reading.kind,
                "interchange": held.map(Interchange::key),
                "notice": reading.notice,
            })
        });
        let messages: Vec<_> = messages.collect();
        out::line_out(&json!({ "messages": messages, "findings": findings }).to_string())?;
    } else {
        let mut text = String::new();
        for reading in &judged.file.readings {
            match &reading.notice {
                Some(notice) => words(&reading.kind, notice, &mut text),
                None => {
                    let _ = writeln!(text, "{}: no ship notice", reading.kind);
                }
            }
        }
        for finding in &findings {
            let _ = writeln!(text, "! {finding}");
        }
        out::line_out(text.trim_end_matches('\n'))?;
    }
    match findings.len() {
        0 => Ok(()),
        count => Err(Failure::check(
            format_args!("{count} findings"),
            path.display(),
            "`lotline edi ack` writes what to answer the sender",
        )),
    }
}

fn words(kind: &str, notice: &Notice, text: &mut String) {
    let _ = writeln!(text, "{kind} {} of {}", notice.number, notice.created.day);
    for (word, moment) in [("shipped", &notice.shipped), ("due", &notice.due)] {
        if let Some(moment) = moment {
            let _ = writeln!(text, "  {word} {}", moment.day);
        }
    }
    for party in &notice.parties {
        let names = [&party.name, &party.gln, &party.number].map(|name| name.as_deref().unwrap_or_default());
        let _ = writeln!(text, "  {} {}", party.role, names.join(" ").trim());
    }
    for order in &notice.orders {
        let _ = writeln!(text, "  order {}", order.number);
    }
    notice.each_line(|path, line| {
        let gtin = line.gtin.map(|gtin| gtin.to_string());
        let item = gtin.or_else(|| line.ndc.clone()).or_else(|| line.buyer_item.clone());
        let _ = write!(text, "  {} {}", line.number, item.as_deref().unwrap_or("no item"));
        let quantity = line.quantity.map(|quantity| quantity.to_string()).unwrap_or_default();
        let _ = write!(text, ", {quantity} {}", line.unit.as_deref().unwrap_or_default());
        if let Some(lot) = &line.lot {
            let _ = write!(text, ", lot {lot}");
        }
        if let Some(expiry) = line.expiry {
            let _ = write!(text, ", expires {expiry}");
        }
        if !line.serials.is_empty() {
            let _ = write!(text, ", {} serials", line.serials.len());
        }
        let units: Vec<String> = path
            .iter()
            .filter_map(|unit| unit.sscc.map(|s| s.to_string()))
            .collect();
        if !units.is_empty() {
            let _ = write!(text, ", on {}", units.join(" > "));
        }
        text.push('\n');
    });
}

fn numbers(control: u32) -> Numbers {
    // EDI writes the day and the time of its sender's place; here that is UTC, as in everything the gateway writes.
    let now = edge::now().to_string();
    let time: String = now.get(11..16).unwrap_or("00:00").replace(':', "");
    Numbers {
        interchange: control,
        group: control,
        message: 1,
        day: edge::today(),
        time,
    }
}

fn put(bytes: &[u8]) -> Outcome {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Failure::io(&e, "standard output")),
        _ => Ok(()),
    }
}

fn ack(path: &Path, agreed: &Agreed, control: u32) -> Outcome {
    let judged = agreed.judged(path)?;
    let mut control = control;
    for index in 0..judged.file.interchanges.len() {
        let replied = reply(&judged.file, index, &judged.found, &numbers(control));
        let replied = replied.map_err(|e| Failure::usage(e, path.display(), "answer this file by hand"))?;
        let Some(replied) = replied else { continue };
        put(&replied.received)?;
        control += 1;
        if let Some(judged) = &replied.judged {
            put(judged)?;
            control += 1;
        }
    }
    Ok(())
}

fn write(path: &Path, name: &str, control: u32) -> Outcome {
    let mapping = mapping(name)?;
    let notice: Notice = serde_json::from_slice(&bytes(path)?).map_err(|e| {
        let remedy = "give a notice as `lotline edi read --json` has it under \"notice\"";
        Failure::usage(e, path.display(), remedy)
    })?;
    let written = write_notice(&notice, &mapping, &numbers(control)).map_err(|e| {
        Failure::usage(
            e,
            path.display(),
            "take another mapping, or leave that out of the notice",
        )
    })?;
    put(&written)
}

fn bring(path: &Path, agreed: &Agreed, owner: &OwnerId, place: Option<&PlaceId>, revision: u32) -> Outcome {
    let judged = agreed.judged(path)?;
    let refused = judged.all().filter(|finding| finding.code.refuses()).count();
    if refused > 0 {
        let remedy = "`lotline edi read` names them, `lotline edi ack` answers the sender";
        return Err(Failure::check(
            format_args!("{refused} findings refuse it"),
            path.display(),
            remedy,
        ));
    }
    for notice in judged
        .file
        .readings
        .iter()
        .filter_map(|reading| reading.notice.as_ref())
    {
        out::line_out(&brought(notice, owner, place, u64::from(revision)).to_string())?;
    }
    Ok(())
}

fn report(files: &[PathBuf], agreed: &Agreed) -> Outcome {
    let mut rows = Vec::new();
    for path in files {
        let judged = agreed.judged(path)?;
        rows.extend(exceptions(&path.display().to_string(), &judged.file, &judged.found));
    }
    put(csv(&rows).as_bytes())
}

fn mapping_text(name: Option<&str>) -> Outcome {
    let Some(name) = name else {
        for (name, _) in READY {
            out::line_out(name)?;
        }
        return Ok(());
    };
    if let Some((_, text)) = READY.iter().find(|(known, _)| *known == name) {
        return out::line_out(text.trim_end());
    }
    let known: Vec<&str> = READY.iter().map(|(known, _)| *known).collect();
    let remedy = format!("take one of {}", known.join(", "));
    Err(Failure::usage(
        format_args!("no mapping is called {name}"),
        "edi mapping",
        remedy,
    ))
}
