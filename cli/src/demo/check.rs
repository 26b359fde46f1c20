//! The proof: opens the gateway's database and each handheld's two files afresh, and matches them to the tape.
//!
//! - Each chain, as the handheld keeps it and as the gateway does: every link, the same hashes on both sides, every head
//!   signed by the handheld's key.
//! - Each scan of the tape has its entry, in order, byte for byte; no entry has a scan that is not on the tape.
//! - What the ledger says is in the WMS is what the stand-in holds, and what the handhelds show.
//! - The opening stock plus what every entry of every handheld moved is the gateway's stock and each handheld's.

use super::{Plan, in_wms, tape};
use crate::command::seed::Site;
use crate::command::serve;
use crate::failure::{Failure, Outcome};
use crate::out;
use crate::seed;
use lotline_core::audit::{Audit, StockRow, read_folder};
use lotline_record::entry::{Body, Entry, Hash, Position, Sealed, Tip, link};
use lotline_record::model::{Amount, DeviceId};
use lotline_record::stock::{Effect, effects};
use lotline_record::wire::{Cell, proof};
use lotline_server::Ledger;
use lotline_server::ledger::Stored;
use rusqlite::{Connection, OpenFlags};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// Which shift.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The demo's folder
    folder: PathBuf,
}

/// Millionths by owner, item, lot, maker, level and account; no zero rows.
type Stock = BTreeMap<StockRow, i64>;

#[derive(Default)]
struct Proof {
    scans: u64,
    entries: u64,
    lost: u64,
    double: u64,
    chains: u64,
    good_chains: u64,
    problems: Vec<String>,
}

impl Proof {
    fn problem(&mut self, what: impl Into<String>) {
        self.problems.push(what.into());
    }
}

/// Proves the shift. The last line is the contract's.
///
/// # Errors
/// A failed check names the first thing that does not reconcile.
pub fn run(args: &Args) -> Outcome {
    let plan = Plan::load(&args.folder)?;
    let tape = tape::read(&args.folder)?;
    let data = args.folder.join(Plan::SERVER);
    let ledger = serve::open(&data, &crate::config::Config::default())?;
    let mut proof = Proof::default();
    let mut moved = opening(&plan)?;
    let mut everything = Vec::new();
    let mut audits = Vec::new();
    for (device, place) in &plan.hands {
        let folder = args.folder.join(place);
        let audit = read_folder(&folder).map_err(|e| Failure::core(&e, folder.display()))?;
        let received = received(&ledger, device, &data)?;
        out::line_out(&format!(
            "{device}: {} entries on the handheld, {} at the gateway",
            audit.entries.len(),
            received.len()
        ))?;
        chain(&ledger, device, &audit, &received, &mut proof, &data)?;
        scans(device, &tape, &audit, &received, &mut proof);
        for sealed in &audit.entries {
            let Ok(entry) = sealed.open() else {
                proof.problem(format!("{device}: an entry on the handheld cannot be read"));
                continue;
            };
            book(&entry, &mut moved);
            everything.push(entry);
        }
        audits.push(audit);
    }
    let equal = stock(&data, &audits, &moved, &everything, &mut proof)?;
    for line in figures(&everything) {
        out::line_out(&line)?;
    }
    let third = in_wms::check(&args.folder, &plan)?;
    let word = if third.problems.is_empty() {
        "as the ledger says"
    } else {
        "not as the ledger says"
    };
    out::line_out(&format!(
        "in the WMS: {} movements, {} refused, {word}",
        third.held, third.refused
    ))?;
    proof.problems.extend(third.problems);
    for problem in &proof.problems {
        out::line_out(&format!("!! {problem}"))?;
    }
    let verdict = if equal { "stock equal" } else { "stock differs" };
    out::line_out(&format!(
        "scans {}, entries {}, {} lost, {} double, chains {}/{} verified, {verdict}",
        proof.scans, proof.entries, proof.lost, proof.double, proof.good_chains, proof.chains
    ))?;
    match proof.problems.first() {
        None => Ok(()),
        Some(first) => Err(Failure::check(first, args.folder.display(), "the record is not whole")),
    }
}

/// What stands in the record of drills and of the opening balance, where there was one.
fn figures(entries: &[Entry]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut opened = BTreeMap::new();
    for entry in entries {
        match &entry.body {
            Body::Drilled(drill) => lines.push(format!(
                "drill of {}: {} scans in {} entries, {} waited, {} lost, {} twice, {}",
                entry.device,
                drill.scans,
                drill.entries(),
                drill.waited,
                drill.lost(),
                drill.twice,
                if drill.is_clean() { "clean" } else { "not clean" },
            )),
            Body::Counted { at, opening: true, .. } => *opened.entry(at.to_string()).or_insert(0) += 1,
            _ => {}
        }
    }
    if !opened.is_empty() {
        let lots: u32 = opened.values().sum();
        lines.push(format!("opening balance: lots counted {lots}, places {}", opened.len()));
    }
    if !lines.is_empty() {
        let training = entries.iter().filter(|entry| entry.training).count();
        lines.push(format!("training: {training} of its entries in the record"));
    }
    lines
}

fn received(ledger: &Ledger, device: &DeviceId, data: &Path) -> Outcome<Vec<Stored>> {
    ledger
        .export(Some(device.clone()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| Failure::ledger(&e, &data.join("ledger.db")))
}

/// Both copies of a chain, and the signatures over its heads.
fn chain(
    ledger: &Ledger,
    device: &DeviceId,
    audit: &Audit,
    received: &[Stored],
    proof: &mut Proof,
    data: &Path,
) -> Outcome {
    proof.chains += 1;
    let before = proof.problems.len();
    for stored in received {
        let real = Sealed::from_stored(Position::new(stored.epoch, stored.seq), stored.bytes.clone()).hash;
        if real != stored.hash {
            proof.problem(format!(
                "chain of {device}: entry {} was changed at the gateway: its bytes hash otherwise than when they came",
                stored.seq
            ));
        }
    }
    let own = walk(
        device,
        "on the handheld",
        audit.entries.iter().map(|e| e.bytes.as_slice()),
        proof,
    );
    let theirs = walk(
        device,
        "at the gateway",
        received.iter().map(|e| e.bytes.as_slice()),
        proof,
    );
    if let Some(at) = own.iter().zip(&theirs).position(|(a, b)| a != b) {
        proof.problem(format!(
            "chain of {device}: entry {} is not the same on the handheld and at the gateway",
            at + 1
        ));
    }
    if audit.entries.len() != received.len() {
        proof.problem(format!(
            "chain of {device}: {} entries on the handheld, {} at the gateway",
            audit.entries.len(),
            received.len()
        ));
    }
    let proofs = ledger
        .proofs(Some(device))
        .map_err(|e| Failure::ledger(&e, &data.join("ledger.db")))?;
    let mut signed = 0;
    for head in &proofs {
        let good = proof::verify(&head.proof).is_ok_and(|(key, claims)| {
            key.to_spki() == head.public_key
                && (claims.epoch, claims.seq, claims.head) == (Some(head.epoch), Some(head.seq), Some(head.hash))
        });
        let fits = usize::try_from(head.seq)
            .ok()
            .and_then(|seq| own.get(seq.checked_sub(1)?))
            == Some(&head.hash);
        if !good || !fits {
            proof.problem(format!(
                "chain of {device}: the signature over head {} does not fit",
                head.seq
            ));
        }
        signed = signed.max(head.seq);
    }
    if signed < own.len() as u64 {
        proof.problem(format!(
            "chain of {device}: {} entries are signed, {} were written",
            signed,
            own.len()
        ));
    }
    if proof.problems.len() == before {
        proof.good_chains += 1;
    }
    Ok(())
}

/// The hashes of a chain, as far as it is whole.
fn walk<'b>(device: &DeviceId, place: &str, entries: impl Iterator<Item = &'b [u8]>, proof: &mut Proof) -> Vec<Hash> {
    let mut tip = Tip::start(device.clone(), 1, None);
    let mut hashes = Vec::new();
    for bytes in entries {
        match link(&mut tip, bytes) {
            Ok(sealed) => hashes.push(sealed.hash),
            Err(error) => {
                proof.problem(format!("chain of {device} {place}: {error}"));
                break;
            }
        }
    }
    hashes
}

/// What one act of a person wrote with its scan: entries of one moment that carry the same bytes are one act.
fn acts<'e>(entries: impl Iterator<Item = &'e [u8]>) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = Vec::new();
    let mut last = None;
    for bytes in entries {
        let Ok(entry) = serde_json::from_slice::<Entry>(bytes) else {
            continue;
        };
        let Some(scan) = entry.scan else { continue };
        let moment = (entry.at.boot, entry.at.mono_ms, scan.raw.clone());
        if last.as_ref() == Some(&moment) {
            continue;
        }
        last = Some(moment);
        out.push(scan.raw);
    }
    out
}

/// The tape against the gateway's record, and against the handheld's own.
fn scans(device: &DeviceId, tape: &[tape::Scan], audit: &Audit, received: &[Stored], proof: &mut Proof) {
    let own: Vec<&tape::Scan> = tape.iter().filter(|scan| scan.device == *device).collect();
    let wanted: Vec<&tape::Scan> = own.iter().copied().filter(|scan| scan.flow).collect();
    // Badges belong to people, not to a flow: signing in says who, and the entry that follows names them.
    let aside: HashSet<&[u8]> = own
        .iter()
        .filter(|scan| !scan.flow)
        .map(|scan| scan.bytes.as_slice())
        .collect();
    proof.scans += wanted.len() as u64;
    let places = [
        ("at the gateway", acts(received.iter().map(|e| e.bytes.as_slice()))),
        (
            "on the handheld",
            acts(audit.entries.iter().map(|e| e.bytes.as_slice())),
        ),
    ];
    let mut worst = (0, 0, u64::MAX);
    for (place, found) in places {
        let found: Vec<&[u8]> = found
            .iter()
            .map(Vec::as_slice)
            .filter(|raw| !aside.contains(raw))
            .collect();
        let matched = align(&wanted, &found);
        for scan in &matched.lost {
            proof.problem(format!(
                "lost: scan {} on {device} ({}) has no entry {place}",
                scan.n, scan.caption
            ));
        }
        for raw in &matched.double {
            proof.problem(format!(
                "double: {} on {device} has an entry {place} that nobody scanned",
                out::printable(raw)
            ));
        }
        worst = (
            worst.0.max(matched.lost.len() as u64),
            worst.1.max(matched.double.len() as u64),
            worst.2.min(matched.both),
        );
    }
    proof.lost += worst.0;
    proof.double += worst.1;
    proof.entries += worst.2;
}

struct Matched<'t> {
    both: u64,
    lost: Vec<&'t tape::Scan>,
    double: Vec<&'t [u8]>,
}

/// Longest common sequence of tape and record; what stands on the tape alone is lost, in the record alone double.
fn align<'t>(wanted: &[&'t tape::Scan], found: &[&'t [u8]]) -> Matched<'t> {
    let (rows, columns) = (wanted.len(), found.len());
    let mut longest = vec![vec![0_u32; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            longest[row][column] = if wanted[row].bytes == found[column] {
                longest[row + 1][column + 1] + 1
            } else {
                longest[row + 1][column].max(longest[row][column + 1])
            };
        }
    }
    let mut out = Matched {
        both: 0,
        lost: Vec::new(),
        double: Vec::new(),
    };
    let (mut row, mut column) = (0, 0);
    while row < rows && column < columns {
        if wanted[row].bytes == found[column] {
            out.both += 1;
            row += 1;
            column += 1;
        } else if longest[row + 1][column] >= longest[row][column + 1] {
            out.lost.push(wanted[row]);
            row += 1;
        } else {
            out.double.push(found[column]);
            column += 1;
        }
    }
    out.lost.extend(&wanted[row..]);
    out.double.extend(&found[column..]);
    out
}

/// Stock when the record began: the seed's, made again.
fn opening(plan: &Plan) -> Outcome<Stock> {
    let site = Site {
        today: plan.today,
        ..Site::new(plan.site.clone())
    }
    .quick();
    let rows = seed::site(&site.options(Vec::new())).map_err(|e| Failure::usage(e, "seed", "report it"))?;
    let mut stock = Stock::new();
    for row in rows.into_iter().filter(|row| row.t == "stock") {
        let [_, key @ .., Cell::Int(amount)] = row.r.as_slice() else {
            continue;
        };
        let text: Vec<&str> = key
            .iter()
            .filter_map(|cell| {
                if let Cell::Text(text) = cell {
                    Some(text.as_str())
                } else {
                    None
                }
            })
            .collect();
        if let [owner, item, lot, maker, level, account] = text[..] {
            add(&mut stock, [owner, item, lot, maker, level, account], *amount);
        }
    }
    Ok(stock)
}

fn add(stock: &mut Stock, key: [&str; 6], amount: i64) {
    let key = key.map(str::to_owned);
    let sum = stock.get(&key).copied().unwrap_or(0) + amount;
    if sum == 0 {
        stock.remove(&key);
    } else {
        stock.insert(key, sum);
    }
}

/// Books what an entry moved.
fn book(entry: &Entry, stock: &mut Stock) {
    for effect in effects(&entry.body) {
        let Effect::Stock { key, account, delta } = effect else {
            continue;
        };
        let lot = key.lot.as_ref().map_or("", |lot| lot.number.as_str());
        let maker = key
            .lot
            .as_ref()
            .and_then(|lot| lot.maker.as_ref())
            .map_or("", |maker| maker.as_str());
        let account = account.to_string();
        add(
            stock,
            [
                key.owner.as_str(),
                key.item.as_str(),
                lot,
                maker,
                key.level.as_str(),
                &account,
            ],
            delta.micros(),
        );
    }
}

/// Whether gateway and handhelds have the stock that the entries give.
fn stock(data: &Path, audits: &[Audit], moved: &Stock, entries: &[Entry], proof: &mut Proof) -> Outcome<bool> {
    let before = proof.problems.len();
    let path = data.join("ledger.db");
    let gateway = gateway_stock(&path).map_err(|e| Failure::usage(e, path.display(), "see what the database says"))?;
    compare("the gateway", &gateway, moved, entries, proof);
    for audit in audits {
        compare(&audit.device, &audit.stock, moved, entries, proof);
    }
    Ok(proof.problems.len() == before)
}

fn gateway_stock(path: &Path) -> rusqlite::Result<Stock> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = connection
        .prepare("SELECT owner, item, lot, maker, level, account, amount FROM stock WHERE gone = 0 AND amount != 0")?;
    let rows = statement.query_map([], |row| {
        Ok((
            [
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
            ],
            row.get(6)?,
        ))
    })?;
    rows.collect()
}

fn compare(whose: &str, found: &Stock, moved: &Stock, entries: &[Entry], proof: &mut Proof) {
    let mut difference = found.clone();
    for (key, amount) in moved {
        add(&mut difference, key.each_ref().map(String::as_str), -amount);
    }
    if difference.is_empty() {
        return;
    }
    // Where one entry explains all of it, the entry is named.
    for entry in entries {
        let mut once = Stock::new();
        book(entry, &mut once);
        let name = format!("{}-{}-{} ({})", entry.device, entry.epoch, entry.seq, entry.body.kind());
        if !once.is_empty() && once == difference {
            return proof.problem(format!("stock of {whose}: entry {name} was applied twice"));
        }
        let back: Stock = once.into_iter().map(|(key, amount)| (key, -amount)).collect();
        if !back.is_empty() && back == difference {
            return proof.problem(format!("stock of {whose}: entry {name} was not applied"));
        }
    }
    for (key, amount) in difference.iter().take(5) {
        let [owner, item, lot, _, level, account] = key;
        let has = found.get(key).copied().unwrap_or(0);
        proof.problem(format!(
            "stock of {whose}: {owner} {item} {lot} {level} at {account} is {}, the record gives {} (off by {})",
            Amount::from_micros(has),
            Amount::from_micros(has - amount),
            Amount::from_micros(*amount)
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(n: u64, bytes: &str) -> tape::Scan {
        tape::Scan {
            n,
            device: DeviceId::new("d").unwrap(),
            bytes: bytes.as_bytes().to_vec(),
            caption: String::new(),
            flow: true,
        }
    }

    fn matched(tape: &str, record: &str) -> (u64, usize, usize) {
        let tape: Vec<tape::Scan> = (1..).zip(tape.chars()).map(|(n, c)| scan(n, &c.to_string())).collect();
        let wanted: Vec<&tape::Scan> = tape.iter().collect();
        let found: Vec<String> = record.chars().map(|c| c.to_string()).collect();
        let found: Vec<&[u8]> = found.iter().map(String::as_bytes).collect();
        let out = align(&wanted, &found);
        (out.both, out.lost.len(), out.double.len())
    }

    #[test]
    fn what_is_missing_is_lost_and_what_is_too_much_is_double() {
        assert_eq!(matched("aabc", "aabc"), (4, 0, 0));
        assert_eq!(matched("aabc", "abc"), (3, 1, 0));
        assert_eq!(matched("aabc", "aaabc"), (4, 0, 1));
        assert_eq!(matched("abc", "acb"), (2, 1, 1));
        assert_eq!(matched("", "a"), (0, 0, 1));
    }
}
