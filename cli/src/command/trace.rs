//! `lotline trace`: where a lot, serial or handling unit was, who had it, and where it is now.

use super::picture::Picture;
use super::report::{Form, unreadable};
use super::source::{From, Source};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::{edge, out};
use lotline_record::entry::{Instant, Position};
use lotline_record::model::Amount;
use lotline_record::trace;
use lotline_record::trace::kin::{self, Descent};
use lotline_record::trace::marks::{Mark, marks};
use lotline_record::trace::report::{Past, genealogy, history};
use lotline_scan::{Form as ReadForm, Options, Scratch, read_with};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use std::collections::HashSet;
use std::path::Path;

const EXAMPLES: &str = "\
Examples:
  lotline trace L2603A                                 by the number printed
  lotline trace 395220000000005011                     a handling unit by its SSCC
  lotline trace '(01)09521000005006(10)L2603A'         or by the whole label, bracketed or as scanned
  lotline trace L2603A --tree                          what it was made of and what was made of it
  lotline trace L2603A --html > L2603A.html            a page to print; --csv for a spreadsheet
  lotline trace L2603A --from hh                       what one handheld knows";

/// The most lines of history.
const MOST: usize = 10_000;

/// What to look for.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A lot number, serial number or SSCC as printed, or a whole label
    label: String,
    #[command(flatten)]
    from: From,
    /// Its genealogy both ways, instead of its history
    #[arg(long)]
    tree: bool,
    #[command(flatten)]
    form: Form,
}

#[derive(Serialize)]
struct Found {
    asked: String,
    from: &'static str,
    history: Vec<Line>,
    now: Vec<Here>,
}

#[derive(Serialize)]
struct Line {
    at: Instant,
    what: String,
    by: Option<String>,
    device: String,
    epoch: u32,
    seq: u64,
    item: Option<String>,
    lot: Option<String>,
    serial: Option<String>,
    plate: Option<String>,
    from: Option<String>,
    to: Option<String>,
    /// Base units.
    #[serde(serialize_with = "as_text")]
    amount: Amount,
    document: Option<String>,
    /// Only on this handheld so far.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unsent: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a field over by reference")]
fn as_text<S: serde::Serializer>(amount: &Amount, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(amount)
}

#[derive(Serialize)]
struct Here {
    owner: String,
    item: String,
    lot: String,
    level: String,
    account: String,
    /// Base units.
    amount: String,
}

/// Looks it up.
///
/// # Errors
/// When there is no record; a lot nobody knows is exit code 1.
pub fn run(args: &Args, config: &Config) -> Outcome {
    let source = args.from.open(config)?;
    source.tell_reach()?;
    let asked = printed(&args.label);
    if args.tree {
        return tree(args, &asked, &source, config);
    }
    let found = match &source {
        Source::Server { ledger, .. } => {
            let history = ledger.history(&asked, MOST).map_err(|e| source.failed(&e))?;
            let stock = ledger.stock(&asked, MOST).map_err(|e| source.failed(&e))?;
            Found {
                asked,
                from: "gateway",
                history: history.into_iter().map(of_gateway).collect(),
                now: stock
                    .into_iter()
                    .filter(|line| line.amount != Amount::ZERO)
                    .map(|line| Here {
                        owner: line.owner,
                        item: line.item,
                        lot: line.lot,
                        level: line.level,
                        account: line.account,
                        amount: line.amount.to_string(),
                    })
                    .collect(),
            }
        }
        Source::Device { folder, audit, .. } => {
            let mut history = of_site(folder, &asked).map_err(|e| {
                Failure::usage(
                    e,
                    folder.join("site.db").display(),
                    "let the handheld sync once, which fetches the file again",
                )
            })?;
            let known: HashSet<(String, u32, u64)> = history
                .iter()
                .map(|line| (line.device.clone(), line.epoch, line.seq))
                .collect();
            source.each(|kept| {
                let key = (kept.device.to_string(), kept.position.epoch(), kept.position.seq());
                if !known.contains(&key)
                    && let Some(mut line) = trace::line(&kept.open()?)
                        .filter(|line| about(line, &asked))
                        .map(of_entry)
                {
                    line.unsent = kept.position > audit.acknowledged;
                    history.push(line);
                }
                Ok(true)
            })?;
            history.sort_by_key(|line| (line.at, line.seq));
            let now = audit
                .stock
                .iter()
                .filter(|([_, item, lot, _, _, account], _)| {
                    !account.starts_with("virtual:")
                        && (*lot == asked || *item == asked || *account == format!("plate:{asked}"))
                })
                .map(|([owner, item, lot, _, level, account], amount)| Here {
                    owner: owner.clone(),
                    item: item.clone(),
                    lot: lot.clone(),
                    level: level.clone(),
                    account: account.clone(),
                    amount: Amount::from_micros(*amount).to_string(),
                })
                .collect();
            Found {
                asked,
                from: "handheld",
                history,
                now,
            }
        }
    };
    if found.history.is_empty() && found.now.is_empty() {
        return Err(Failure::check(
            format_args!("nothing is known of {:?}", found.asked),
            source.folder().display(),
            "check the number as printed: case and leading zeros count",
        ));
    }
    if args.form.csv || args.form.html {
        let known = Picture::open(&source)?.known;
        return args.form.print(&report(&found, known), config);
    }
    out::Form { json: args.form.json }.print(&found, say)
}

/// What it was made of and what was made of it.
fn tree(args: &Args, asked: &str, source: &Source, config: &Config) -> Outcome {
    let picture = Picture::open(source)?;
    let read = |e| unreadable(&e, source);
    let members = picture.members(asked).map_err(read)?;
    let [root] = members.as_slice() else {
        return Err(if members.is_empty() {
            Failure::check(
                format_args!("nothing is known of {asked:?}"),
                source.folder().display(),
                "check the number as printed: case and leading zeros count",
            )
        } else {
            let all: Vec<String> = members.iter().map(|m| format!("{} {}", m.owner, m.item)).collect();
            Failure::check(
                format_args!("{asked:?} is on goods of several items: {}", all.join(", ")),
                source.folder().display(),
                "give the whole label",
            )
        });
    };
    let up = kin::tree(&picture, root, Descent::Parents).map_err(read)?;
    let down = kin::tree(&picture, root, Descent::Children).map_err(read)?;
    let name = |member: &_| picture.name(member);
    args.form
        .print(&genealogy(root, &up, &down, name, picture.known), config)
}

/// The history as a report, the newest line first.
fn report(found: &Found, known: lotline_record::trace::report::Known) -> lotline_record::trace::report::Report {
    let account = |text: &Option<String>| text.as_ref().and_then(|text| text.parse().ok());
    let position = |line: &Line| Position::new(line.epoch, line.seq);
    let of_serial = found
        .history
        .iter()
        .filter(|line| line.serial.as_ref() == Some(&found.asked));
    let marks = marks(of_serial.map(|line| Mark {
        device: line.device.clone(),
        position: position(line),
        kind: line.what.clone(),
        at_ms: line.at.unix_ms(),
        zone_min: known.zone_min,
    }));
    let past: Vec<Past> = found
        .history
        .iter()
        .rev()
        .map(|line| Past {
            at_ms: line.at.unix_ms(),
            zone_min: known.zone_min,
            device: line.device.clone(),
            position: position(line),
            person: line.by.clone(),
            kind: line.what.clone(),
            item: line.item.clone(),
            lot: line.lot.clone(),
            serial: line.serial.clone(),
            plate: line.plate.clone(),
            from: account(&line.from),
            to: account(&line.to),
            amount: line.amount,
            document: line.document.clone(),
            partner: None,
        })
        .collect();
    history(&found.asked, &past, &marks, found.history.len() >= MOST, known)
}

/// What the record knows it by: the SSCC, serial or lot of a label, or the text as it is.
fn printed(label: &str) -> String {
    let mut scratch = Box::new(Scratch::new());
    let form = if label.starts_with('(') {
        ReadForm::Bracketed
    } else {
        ReadForm::Scan
    };
    let gs1 = label.starts_with('(') || label.starts_with(']');
    if gs1 && let Ok(read) = read_with(label.as_bytes(), None, form, &Options::new(edge::year()), &mut scratch) {
        let sscc = read.sscc().map(|sscc| sscc.to_string());
        if let Some(key) = sscc.or_else(|| read.serial().or(read.lot()).map(str::to_owned)) {
            return key;
        }
    }
    label.trim().to_owned()
}

fn of_gateway(line: lotline_server::ledger::HistoryLine) -> Line {
    Line {
        at: line.at,
        what: line.kind,
        by: line.person,
        device: line.device,
        epoch: line.position.epoch(),
        seq: line.position.seq(),
        item: line.item,
        lot: line.lot,
        serial: line.serial,
        plate: line.plate,
        from: line.from,
        to: line.to,
        amount: line.amount,
        document: line.document,
        unsent: false,
    }
}

fn of_entry(line: trace::Line) -> Line {
    Line {
        at: Instant::from_unix_ms(line.at_ms),
        what: line.kind,
        by: line.person.map(|p| p.to_string()),
        device: line.device.to_string(),
        epoch: line.position.epoch(),
        seq: line.position.seq(),
        item: line.item.map(|i| i.to_string()),
        lot: line.lot.map(|l| l.to_string()),
        serial: line.serial,
        plate: line.plate.map(|p| p.to_string()),
        from: line.from.map(|a| a.to_string()),
        to: line.to.map(|a| a.to_string()),
        amount: line.amount,
        document: line.document,
        unsent: false,
    }
}

fn about(line: &trace::Line, asked: &str) -> bool {
    line.lot.as_ref().is_some_and(|lot| lot.as_str() == asked)
        || line.serial.as_deref() == Some(asked)
        || line.plate.as_ref().is_some_and(|plate| plate.as_str() == asked)
}

/// What the server's picture on a handheld says.
fn of_site(folder: &Path, asked: &str) -> rusqlite::Result<Vec<Line>> {
    let path = folder.join("site.db");
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let site = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = site.prepare(
        "SELECT h.at_ms, h.kind, coalesce(p.name, h.person), h.device, h.position, h.item, h.lot, h.serial, h.plate,
                h.from_account, h.to_account, h.amount, h.document
           FROM history h LEFT JOIN person p ON p.site = h.site AND p.person = h.person
          WHERE h.gone = 0 AND ?1 IN (h.lot, h.serial, h.plate) LIMIT 10000",
    )?;
    let rows = statement.query_map([asked], |row| {
        let position = Position::from_raw(row.get(4)?);
        Ok(Line {
            at: Instant::from_unix_ms(row.get(0)?),
            what: row.get(1)?,
            by: row.get(2)?,
            device: row.get(3)?,
            epoch: position.epoch(),
            seq: position.seq(),
            item: row.get(5)?,
            lot: row.get(6)?,
            serial: row.get(7)?,
            plate: row.get(8)?,
            from: row.get(9)?,
            to: row.get(10)?,
            amount: Amount::from_micros(row.get(11)?),
            document: row.get(12)?,
            unsent: false,
        })
    })?;
    rows.collect()
}

fn say(found: &Found) -> String {
    use std::fmt::Write;
    let mut out = format!("{} by this {}\n", found.asked, found.from);
    for line in &found.history {
        let way = match (&line.from, &line.to) {
            (Some(from), Some(to)) => format!("{from} -> {to}"),
            (None, Some(at)) | (Some(at), None) => at.clone(),
            (None, None) => String::new(),
        };
        let what = [&line.lot, &line.serial, &line.plate]
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(" ");
        let unsent = if line.unsent { "  (not sent yet)" } else { "" };
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "  {}  {:<22} {:>6}  {}  {way}  {}  {}-{}-{}{unsent}",
            line.at,
            line.what,
            line.amount.to_string(),
            what,
            line.by.as_deref().unwrap_or("-"),
            line.device,
            line.epoch,
            line.seq
        );
    }
    out.push_str("now\n");
    for here in &found.now {
        let _ = writeln!(
            out,
            "  {:<24} {:>8} {}  {} {} {}",
            here.account, here.amount, here.level, here.owner, here.item, here.lot
        );
    }
    if found.now.is_empty() {
        out.push_str("  nowhere in stock\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn a_label_is_looked_up_by_its_most_precise_number() {
        assert_eq!(
            printed("]C100395210000000005013").len(),
            "]C100395210000000005013".len(),
            "a wrong check digit is no SSCC"
        );
        assert_eq!(printed("(01)09506000134352(10)A1"), "A1");
        assert_eq!(printed("]d2010950600013435210A1\u{1d}21S7"), "S7");
        assert_eq!(printed(" L2603A "), "L2603A");
    }
}
