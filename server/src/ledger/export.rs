//! The record out: entries byte for byte, the devices' signatures, the site's counter-signatures, alarms.

use super::sqlite::{self, Sqlite, hash, noun};
use super::{Ledger, Result, archive, site};
use lotline_record::archive::{FORMAT, Header, Line, Origin, Spki};
use lotline_record::entry::{Hash, Instant};
use lotline_record::model::DeviceId;
use lotline_record::wire::Receipt;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};

/// An entry as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its number in the order of receipt.
    pub arrival: i64,
    /// Whose.
    pub device: DeviceId,
    /// Its epoch.
    pub epoch: u32,
    /// Its sequence.
    pub seq: u64,
    /// Its exact bytes; none where they are in an archive.
    pub bytes: Vec<u8>,
    /// Their hash, as computed when they came.
    pub hash: Hash,
    /// When they came.
    pub received: Instant,
    /// `applied`, `exception`, `kept_aside`; `None` while it is not applied.
    pub verdict: Option<String>,
    /// Whether its effects stand in the picture.
    pub counted: bool,
}

/// An entry as it is durable, without what became of it.
#[derive(Debug)]
pub(super) struct Durable {
    pub(super) arrival: i64,
    pub(super) device: DeviceId,
    pub(super) epoch: u32,
    pub(super) seq: u64,
    pub(super) bytes: Vec<u8>,
    pub(super) hash: Hash,
}

/// A device's signature over its head: the DPoP proof of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Whose.
    pub device: DeviceId,
    /// Epoch of the head.
    pub epoch: u32,
    /// Its sequence.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
    /// The proof as sent: a compact JWT that names the key.
    pub proof: String,
    /// When it came.
    pub received: Instant,
    /// The device's key as enrolled, SPKI DER.
    pub public_key: Vec<u8>,
}

/// Something an operator must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// When.
    pub at: Instant,
    /// `bad_envelope`, `fork`, `kept_aside`, `verdict_disagrees`.
    pub code: String,
    /// About which device.
    pub device: Option<String>,
    /// What.
    pub detail: String,
}

const PIECE: usize = 500;
/// What a record has beside its entries, and what it is checked by.
const TABLES: &[&str] = &["site", "device", "push_proof", "receipt", "archived"];

pub(super) fn entries(store: &Sqlite, device: Option<&DeviceId>, after: i64, most: usize) -> Result<Vec<Stored>> {
    store.read(|tx| {
        let mut statement = tx.prepare_cached(
            "SELECT e.arrival, e.device, e.epoch, e.seq, e.bytes, e.hash, e.received_ms, v.verdict, e.counted
               FROM entry e LEFT JOIN verdict v ON v.site = (SELECT site FROM site) AND v.device = e.device
                AND v.position = (e.epoch << 40 | e.seq) AND e.change IS NOT NULL
              WHERE e.arrival > ?1 AND (?2 IS NULL OR e.device = ?2) ORDER BY e.arrival LIMIT ?3",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![after, device.map(DeviceId::as_str), most])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(Stored {
                arrival: row.get(0)?,
                device: noun(&row.get::<_, String>(1)?)?,
                epoch: row.get(2)?,
                seq: row.get::<_, i64>(3)?.cast_unsigned(),
                bytes: row.get(4)?,
                hash: hash(&row.get::<_, Vec<u8>>(5)?)?,
                received: Instant::from_unix_ms(row.get(6)?),
                verdict: row.get(7)?,
                counted: row.get::<_, Option<bool>>(8)?.unwrap_or_default(),
            });
        }
        Ok(out)
    })
}

/// All of a kind, `PIECE` at a time; `read` gives those after an arrival, each with its own.
fn in_pieces<T>(mut read: impl FnMut(i64) -> Result<Vec<(i64, T)>>) -> impl Iterator<Item = Result<(i64, T)>> {
    let mut piece = Vec::new().into_iter();
    let mut after = 0;
    let mut over = false;
    std::iter::from_fn(move || {
        loop {
            if let Some(found) = piece.next() {
                return Some(Ok(found));
            }
            if over {
                return None;
            }
            match read(after) {
                Ok(next) => {
                    over = next.len() < PIECE;
                    after = next.last().map_or(after, |(arrival, _)| *arrival);
                    piece = next.into_iter();
                }
                Err(error) => {
                    over = true;
                    return Some(Err(error));
                }
            }
        }
    })
}

pub(super) fn all(ledger: &Ledger, device: Option<DeviceId>) -> impl Iterator<Item = Result<Stored>> + '_ {
    in_pieces(move |after| {
        let piece = ledger.entries(device.as_ref(), after, PIECE)?;
        Ok(piece.into_iter().map(|stored| (stored.arrival, stored)).collect())
    })
    .map(|found| found.map(|(_, stored)| stored))
}

/// Entries as an auditor must see them: from where they are durable, not from a replica.
pub(super) fn durable(store: &Sqlite, after: i64, most: i64) -> Result<Vec<Durable>> {
    if let Some(behind) = store.behind() {
        return behind.entries(after, most);
    }
    store.read(|tx| {
        let mut statement = tx.prepare_cached(
            "SELECT arrival, device, epoch, seq, bytes, hash FROM entry WHERE arrival > ?1 ORDER BY arrival LIMIT ?2",
        )?;
        let mut rows = statement.query([after, most])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(Durable {
                arrival: row.get(0)?,
                device: noun(&row.get::<_, String>(1)?)?,
                epoch: row.get(2)?,
                seq: row.get::<_, i64>(3)?.cast_unsigned(),
                bytes: row.get(4)?,
                hash: hash(&row.get::<_, Vec<u8>>(5)?)?,
            });
        }
        Ok(out)
    })
}

fn proofs_in(tx: &Connection, device: Option<&DeviceId>) -> Result<Vec<Proof>> {
    let mut statement = tx.prepare_cached(
        "SELECT p.device, p.epoch, p.seq, p.hash, p.proof, d.public_key, p.received_ms FROM push_proof p JOIN device d USING (device)
              WHERE ?1 IS NULL OR p.device = ?1 ORDER BY p.device, p.epoch, p.seq",
    )?;
    let mut rows = statement.query([device.map(DeviceId::as_str)])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Proof {
            device: noun(&row.get::<_, String>(0)?)?,
            epoch: row.get(1)?,
            seq: row.get::<_, i64>(2)?.cast_unsigned(),
            hash: hash(&row.get::<_, Vec<u8>>(3)?)?,
            proof: row.get(4)?,
            public_key: row.get(5)?,
            received: Instant::from_unix_ms(row.get(6)?),
        });
    }
    Ok(out)
}

pub(super) fn proofs(store: &Sqlite, device: Option<&DeviceId>) -> Result<Vec<Proof>> {
    store.read(|tx| proofs_in(tx, device))
}

fn receipts_in(tx: &Connection, device: Option<&DeviceId>) -> Result<Vec<Receipt>> {
    let mut statement = tx.prepare_cached(
        "SELECT device, epoch, from_seq, to_seq, hash, received_ms, signature FROM receipt
              WHERE ?1 IS NULL OR device = ?1 ORDER BY device, epoch, from_seq",
    )?;
    let mut rows = statement.query([device.map(DeviceId::as_str)])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Receipt {
            device: noun(&row.get::<_, String>(0)?)?,
            epoch: row.get(1)?,
            from: row.get::<_, i64>(2)?.cast_unsigned(),
            to: row.get::<_, i64>(3)?.cast_unsigned(),
            head: hash(&row.get::<_, Vec<u8>>(4)?)?,
            received_at: Instant::from_unix_ms(row.get(5)?),
            signature: row.get(6)?,
        });
    }
    Ok(out)
}

pub(super) fn receipts(store: &Sqlite, device: Option<&DeviceId>) -> Result<Vec<Receipt>> {
    store.read(|tx| receipts_in(tx, device))
}

/// The lines of an export's file, compressed or not: somebody may have unpacked it to look.
///
/// # Errors
/// The disk's; a compression that would take more than 128 MiB of memory shows when it is read.
pub fn decompressed(mut file: File) -> io::Result<Box<dyn BufRead>> {
    const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    const WINDOW_LOG: u32 = 27;
    let mut first = Vec::new();
    Read::take(&file, 4).read_to_end(&mut first)?;
    file.rewind()?;
    if first != MAGIC {
        return Ok(Box::new(BufReader::new(file)));
    }
    let mut decoder = zstd::stream::read::Decoder::new(file)?;
    decoder.window_log_max(WINDOW_LOG)?;
    Ok(Box::new(BufReader::new(decoder)))
}

/// The record as it stood at one moment: what came later is not in it.
#[derive(Debug)]
pub struct Record {
    header: Header,
    through: i64,
    proofs: Vec<Proof>,
    receipts: Vec<Receipt>,
}

pub(super) fn record(store: &Sqlite, site_key: Option<Vec<u8>>, made_at: Instant) -> Result<Record> {
    if let Some(behind) = store.behind() {
        let as_durable = sqlite::empty()?;
        let through = behind.tables(&as_durable, TABLES)?;
        return record_in(&as_durable, through, site_key, made_at);
    }
    store.read(|tx| {
        let through = tx.query_row("SELECT coalesce(max(arrival), 0) FROM entry", [], |row| row.get(0))?;
        record_in(tx, through, site_key, made_at)
    })
}

fn record_in(tx: &Connection, through: i64, site_key: Option<Vec<u8>>, made_at: Instant) -> Result<Record> {
    // What is signed of an archived month is signed in its archive.
    let mut archived = tx.prepare_cached("SELECT from_ms, until_ms FROM archived")?;
    let archived = archived.query_map([], |row| Ok(row.get::<_, i64>(0)?..row.get::<_, i64>(1)?))?;
    let archived: Vec<std::ops::Range<i64>> = archived.collect::<rusqlite::Result<_>>()?;
    let online = |at: Instant| !archived.iter().any(|month| month.contains(&at.unix_ms()));
    let proofs = proofs_in(tx, None)?.into_iter().filter(|proof| online(proof.received));
    let proofs: Vec<Proof> = proofs.collect();
    let devices = proofs.iter().map(|p| (p.device.clone(), Spki(p.public_key.clone())));
    Ok(Record {
        header: Header {
            format: FORMAT.to_owned(),
            site: site::load(tx)?.site,
            from: Origin::Server,
            made_at,
            received: None,
            site_key: site_key.map(Spki),
            devices: devices.collect(),
        },
        through,
        receipts: receipts_in(tx, None)?
            .into_iter()
            .filter(|receipt| online(receipt.received_at))
            .collect(),
        proofs,
    })
}

impl Record {
    /// The first line of its export.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Arrivals up to its last entry: about as many as there are entries.
    pub fn arrivals(&self) -> u64 {
        self.through.unsigned_abs()
    }

    /// The lines after the first, but for the one that counts them. Entries are read in pieces.
    pub fn lines(self, ledger: &Ledger) -> impl Iterator<Item = Result<Line>> + '_ {
        let through = self.through;
        let most = i64::try_from(PIECE).unwrap_or(i64::MAX);
        let read = move |after| {
            let piece = durable(ledger.store(), after, most)?;
            Ok(piece.into_iter().map(|entry| (entry.arrival, entry)).collect())
        };
        // The last archived entry of each device, until one comes that is here.
        let mut before: BTreeMap<DeviceId, Line> = BTreeMap::new();
        let entries = in_pieces(read)
            .take_while(move |found| found.as_ref().map_or(true, |(arrival, _)| *arrival <= through))
            .flat_map(move |found| {
                let (follows, entry) = match found {
                    Err(error) => (None, Some(Err(error))),
                    Ok((_, entry)) if archive::guard::is_gone(&entry.bytes) => {
                        let follows = Line::Follows {
                            device: entry.device.clone(),
                            epoch: entry.epoch,
                            seq: entry.seq,
                            hash: entry.hash,
                        };
                        before.insert(entry.device, follows);
                        (None, None)
                    }
                    Ok((_, entry)) => {
                        let line = Line::Entry {
                            epoch: entry.epoch,
                            seq: entry.seq,
                            hash: entry.hash,
                            bytes: entry.bytes,
                            device: entry.device.clone(),
                        };
                        (before.remove(&entry.device), Some(Ok(line)))
                    }
                };
                follows.map(Ok).into_iter().chain(entry)
            });
        let proofs = self.proofs.into_iter().map(|proof| {
            Ok(Line::Proof {
                device: proof.device,
                epoch: proof.epoch,
                seq: proof.seq,
                head: proof.hash,
                proof: proof.proof,
            })
        });
        let receipts = self.receipts.into_iter().map(|receipt| Ok(Line::Receipt(receipt)));
        entries.chain(proofs).chain(receipts)
    }
}

pub(super) fn alarms(store: &Sqlite, most: usize) -> Result<Vec<Alarm>> {
    store.read(|tx| {
        let mut statement =
            tx.prepare_cached("SELECT at_ms, code, device, detail FROM alarm ORDER BY alarm DESC LIMIT ?1")?;
        let rows = statement.query_map([i64::try_from(most).unwrap_or(i64::MAX)], |row| {
            Ok(Alarm {
                at: Instant::from_unix_ms(row.get(0)?),
                code: row.get(1)?,
                device: row.get(2)?,
                detail: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

pub(super) fn refused(store: &Sqlite) -> Result<u64> {
    store.read(|tx| {
        Ok(tx
            .query_row("SELECT count(*) FROM intake_refused", [], |row| row.get::<_, i64>(0))?
            .cast_unsigned())
    })
}
