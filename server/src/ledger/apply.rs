//! Applying: what was received, one entry after the other in the order of receipt, each in its own savepoint
//! (decision 3). None of them stops the next.
//!
//! | verdict | when |
//! |---|---|
//! | `applied` | its effects stand in the picture, or it has none |
//! | `exception` | recorded, contradicts something; the exception shows both sides |
//! | `kept_aside` | unknown format, malformed, or a bug here: alarmed, tried again by another version |

use super::found::Found;
use super::picture::Scene;
use super::sqlite::{Sqlite, hash, int};
use super::{
    LedgerError, Result, absorbed, archive, authority, blocks, found, hand_off, inspected, intake, naming, people,
    picture, plates, recall, serial, site, tasks,
};
use lotline_record::entry::{Body, Entry, EntryRef, Envelope, Hash, Instant, Position, Sealed};
use lotline_record::model::{ContentsKnown, DeviceId, Goods};
use lotline_record::stock::{Effect, effects, overruling};
use lotline_record::{rules, trace};
use rusqlite::{Connection, OptionalExtension, params};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs before an entry is applied. Tests panic there.
pub type Hook = dyn Fn(&Entry) + Send + Sync;

/// What a call of `apply` did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// How many entries.
    pub entries: usize,
    /// The cursor after them.
    pub cursor: u64,
}

/// Entries of a batch before it may end for a push: a transaction costs as much as some twenty of them.
const LEAST: usize = 32;

/// The version that keeps something aside; another one tries it again.
const VERSION: &str = env!("CARGO_PKG_VERSION");

struct Received {
    arrival: i64,
    device: DeviceId,
    position: Position,
    bytes: Vec<u8>,
    hash: Hash,
    at: Instant,
    again: bool,
}

struct Judged {
    verdict: &'static str,
    reason: Option<String>,
    exception: Option<String>,
    counted: bool,
    movement: bool,
    /// What was booked, where that is another thing than the entry says.
    legs: Option<String>,
    /// Of a movement: its kind, and what keeps its order on the way to a back-end.
    told: Option<(&'static str, String)>,
}

enum Halt {
    /// Nothing of the entry may stand; it is kept.
    KeepAside(String),
    /// The ledger itself failed: the batch is rolled back and tried later.
    Ledger(LedgerError),
}

impl From<LedgerError> for Halt {
    fn from(error: LedgerError) -> Self {
        if error.is_of_what_was_asked() {
            Halt::KeepAside(error.to_string())
        } else {
            Halt::Ledger(error)
        }
    }
}

impl From<rusqlite::Error> for Halt {
    fn from(error: rusqlite::Error) -> Self {
        LedgerError::from(error).into()
    }
}

fn open_entries(tx: &Connection, most: usize) -> Result<Vec<Received>> {
    let mut statement = tx.prepare_cached(
        "SELECT arrival, device, epoch, seq, bytes, hash, received_ms, kept_by IS NOT NULL
           FROM entry WHERE change IS NULL ORDER BY arrival LIMIT ?1",
    )?;
    let mut rows = statement.query([int(most as u64)])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Received {
            arrival: row.get(0)?,
            device: super::sqlite::noun(&row.get::<_, String>(1)?)?,
            position: Position::new(row.get(2)?, row.get::<_, i64>(3)?.cast_unsigned()),
            bytes: row.get(4)?,
            hash: hash(&row.get::<_, Vec<u8>>(5)?)?,
            at: Instant::from_unix_ms(row.get(6)?),
            again: row.get(7)?,
        });
    }
    Ok(out)
}

/// `yields`: ends the batch early for a push that waits for the writer.
pub(super) fn apply(store: &Sqlite, most: usize, yields: bool, hook: Option<&Hook>) -> Result<Applied> {
    // Looking needs no writer: an idle server does not touch the disk.
    let waiting: bool = store.read(|tx| {
        Ok(
            tx.query_row("SELECT EXISTS (SELECT 1 FROM entry WHERE change IS NULL)", [], |row| {
                row.get(0)
            })?,
        )
    })?;
    if !waiting {
        return Ok(Applied {
            entries: 0,
            cursor: store.read(|tx| site::load(tx))?.change,
        });
    }
    store.write(|tx| {
        let site = site::load(tx)?;
        let mut cursor = site.change;
        let batch = open_entries(tx, most)?;
        let mut entries = 0;
        for received in &batch {
            if yields && entries >= LEAST && store.group.is_busy() {
                break;
            }
            entries += 1;
            let change = site::next_change(tx)?;
            let savepoint = tx.savepoint()?;
            let attempt = catch_unwind(AssertUnwindSafe(|| {
                judge(&savepoint, site.site.as_str(), change, received, hook)
            }));
            let judged = match attempt {
                Ok(Ok(judged)) => {
                    savepoint.commit()?;
                    judged
                }
                Ok(Err(Halt::Ledger(error))) => return Err(error),
                Ok(Err(Halt::KeepAside(why))) => {
                    // Dropping it rolls back.
                    drop(savepoint);
                    keep_aside(tx, received, why)?
                }
                Err(panic) => {
                    drop(savepoint);
                    let word = panic.downcast_ref::<&str>().map(ToString::to_string);
                    let word = word
                        .or_else(|| panic.downcast_ref::<String>().cloned())
                        .unwrap_or_default();
                    keep_aside(tx, received, format!("a bug in the gateway: {word}"))?
                }
            };
            note(tx, site.site.as_str(), change, received, &judged)?;
            cursor = change.cast_unsigned();
        }
        Ok(Applied { entries, cursor })
    })
}

pub(super) fn retry(store: &Sqlite, all: bool) -> Result<usize> {
    store.write(|tx| {
        Ok(tx.execute(
            "UPDATE entry SET change = NULL WHERE kept_by IS NOT NULL AND (?1 OR kept_by <> ?2)",
            params![all, VERSION],
        )?)
    })
}

fn keep_aside(tx: &Connection, received: &Received, why: String) -> Result<Judged> {
    let Received { device, position, .. } = received;
    let detail = format!("{}/{}: {why}", position.epoch(), position.seq());
    intake::alarm(tx, received.at, "kept_aside", Some(device), &detail)?;
    Ok(Judged {
        verdict: "kept_aside",
        reason: Some(why),
        exception: None,
        counted: false,
        movement: false,
        legs: None,
        told: None,
    })
}

/// Writes down what became of the entry, and how far its device is counted.
fn note(tx: &Connection, site: &str, change: i64, received: &Received, judged: &Judged) -> Result<()> {
    let Received {
        arrival,
        device,
        position,
        again,
        ..
    } = received;
    let kept_by = (judged.verdict == "kept_aside").then_some(VERSION);
    tx.prepare_cached("UPDATE entry SET change = ?2, counted = ?3, kept_by = ?4 WHERE arrival = ?1")?
        .execute(params![arrival, change, judged.counted, kept_by])?;
    let queued = judged.movement && judged.counted;
    tx.prepare_cached(
        "INSERT INTO verdict (site, device, position, verdict, reason, exception, wms, cursor)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (site, device, position) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason,
           exception = excluded.exception, wms = excluded.wms, cursor = excluded.cursor",
    )?
    .execute(params![
        site,
        device.as_str(),
        position.raw(),
        judged.verdict,
        judged.reason,
        judged.exception,
        queued.then_some("queued"),
        change
    ])?;
    if queued && let Some((kind, unit)) = &judged.told {
        hand_off::queue(tx, *arrival, device.as_str(), kind, unit, judged.legs.as_deref())?;
    }
    // What is tried again lies behind the mark already.
    let mark = if *again { 0 } else { position.raw() };
    tx.prepare_cached("UPDATE device SET applied = max(applied, ?2), movements = movements + ?3 WHERE device = ?1")?
        .execute(params![device.as_str(), mark, judged.movement])?;
    Ok(())
}

/// The entry that counts: itself, or what it carries from a forked or restored epoch, standing in the carrier's place.
/// `None` when what it carries was received before.
fn effective(db: &Connection, received: &Received, entry: Entry) -> std::result::Result<Option<Entry>, Halt> {
    let Body::Carried {
        epoch,
        seq,
        hash,
        bytes,
    } = &entry.body
    else {
        return Ok(Some(entry));
    };
    let inner = Sealed::from_stored(Position::new(*epoch, *seq), bytes.clone());
    if inner.hash != *hash {
        return Err(Halt::KeepAside("the carried bytes do not hash to what is named".into()));
    }
    let named = |e: &Envelope| e.device == entry.device && e.site == entry.site && (e.epoch, e.seq) == (*epoch, *seq);
    if !serde_json::from_slice::<Envelope>(bytes).is_ok_and(|envelope| named(&envelope)) {
        return Err(Halt::KeepAside("the carried entry is not the one named".into()));
    }
    let known: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM entry WHERE device = ?1 AND epoch = ?2 AND seq = ?3 AND hash = ?4)
                 OR EXISTS (SELECT 1 FROM carried WHERE device = ?1 AND hash = ?4)",
        )?
        .query_row(params![entry.device.as_str(), epoch, int(*seq), &hash.0[..]], |row| {
            row.get(0)
        })?;
    if known {
        return Ok(None);
    }
    db.prepare_cached("INSERT INTO carried (device, hash, arrival) VALUES (?1, ?2, ?3)")?
        .execute(params![entry.device.as_str(), &hash.0[..], received.arrival])?;
    let inner = inner
        .open()
        .map_err(|error| Halt::KeepAside(format!("the carried entry cannot be read: {error}")))?;
    if matches!(inner.body, Body::Carried { .. }) {
        return Err(Halt::KeepAside("a carried entry carries another".into()));
    }
    Ok(Some(Entry {
        epoch: entry.epoch,
        seq: entry.seq,
        ..inner
    }))
}

fn judge(
    db: &Connection,
    site: &str,
    change: i64,
    received: &Received,
    hook: Option<&Hook>,
) -> std::result::Result<Judged, Halt> {
    let sealed = Sealed {
        position: received.position,
        hash: received.hash,
        bytes: received.bytes.clone(),
    };
    let entry = sealed
        .open()
        .map_err(|error| Halt::KeepAside(format!("cannot be read: {error}")))?;
    if let Some(hook) = hook {
        hook(&entry);
    }
    let plain = |reason: Option<&str>| Judged {
        verdict: "applied",
        reason: reason.map(ToOwned::to_owned),
        exception: None,
        counted: false,
        movement: false,
        legs: None,
        told: None,
    };
    let Some(entry) = effective(db, received, entry)? else {
        return Ok(plain(Some("received before")));
    };
    // Training has a chain of its own; should an entry of it come here, it moves nothing.
    if entry.training {
        return Ok(plain(Some("training")));
    }
    archive::guard::in_time(db, &entry)?;
    let movement = entry.body.is_movement();
    if movement && let Some(goods) = entry.body.goods() {
        goods
            .quantity
            .base()
            .map_err(|error| Halt::KeepAside(error.to_string()))?;
    }
    let scene = Scene {
        db,
        site,
        change,
        entry: &entry,
        hash: received.hash,
    };
    let overrules = authority::overrules(&scene)?;
    let mut found = claim(&scene)?;
    let unsigned = found.is_some() && is_done_whoever_signed(&entry.body);
    let mut counted = found.is_none() || unsigned;
    let mut reason = None;
    let mut legs = None;
    let mut all = if overrules {
        overruling(&entry.body)
    } else {
        effects(&entry.body)
    };
    if unsigned {
        all.retain(|effect| !matches!(effect, Effect::Unblock(_)));
    }
    let label = naming::label(&entry.body);
    if label.is_some() {
        // A device moves the names of its own labels; here they follow from all that is told of the unit.
        all.retain(|effect| !matches!(effect, Effect::Serial { .. }));
    }
    if counted && let Body::Undone { entry: target, body } = &entry.body {
        match take_back(&scene, received.arrival, target, body)? {
            TakeBack::Counted => {}
            // What it takes back may yet count, and then so does this.
            TakeBack::NotCounted if serial::is_aside(&scene, target)? => {}
            TakeBack::NotCounted => {
                counted = false;
                reason = Some("what it takes back was not counted".to_owned());
            }
            TakeBack::Wrong(wrong) => {
                found = Some(*wrong);
                counted = false;
            }
        }
    }
    if counted && let Some(first) = plate_known(&scene, received.arrival)? {
        counted = false;
        reason = Some(format!("counted by {first}"));
    }
    if counted && let Some(disputed) = serial::dispute(&scene, &all)? {
        found = Some(disputed.found);
        counted = disputed.counts;
        // A block holds whichever of the two counts: the more restrictive claim does.
        let stays = |effect: &&Effect| matches!(effect, Effect::Lot { .. } | Effect::Block(_));
        for effect in all.iter().filter(|effect| !counted && stays(effect)) {
            picture::put(&scene, effect)?;
        }
    }
    if counted && let Some(contradicting) = plates::contradicts(&scene, &all)? {
        found = Some(contradicting);
        counted = false;
    }
    if counted {
        let twice = tasks::done_twice(&scene)?;
        let absorbed = absorbed::weigh(&scene, &mut all)?;
        if absorbed.facts > 0 {
            let facts = absorbed.facts;
            reason = Some(format!("absorbs {facts} facts that it did not know of"));
        }
        legs = absorbed.legs(&all);
        if let Some(count) = absorbed.by {
            reason = Some(format!("absorbed by count {count}"));
        }
        let contested = inspected::more_restrictive(&scene, &mut all)?;
        found = found.or(contested);
        if let Some(label) = &label {
            let twice = label.given(&scene)?;
            found = found.or(twice);
        }
        for effect in &all {
            if found.is_none() {
                found = found::expiry(&scene, effect)?;
            }
            picture::put(&scene, effect)?;
        }
        picture::first_receipt(&scene)?;
        people::lock_out(&scene, received.at)?;
        people::choose(&scene, received.at)?;
        if found.is_none() {
            found = recall::left(&scene)?;
        }
        if found.is_none() {
            found = twice;
        }
    }
    if counted && overrules {
        found = found.or_else(|| Some(Found::new("exception_overruled", &entry)));
    }
    if let Some(line) = trace::line(&entry) {
        picture::history(&scene, &line)?;
    }
    if let Err((ground, judgement)) = rules::recheck(&entry.verdict) {
        let detail = format!(
            "{}/{}: ground {ground} is {:?} here",
            entry.epoch, entry.seq, judgement.outcome
        );
        intake::alarm(db, received.at, "verdict_disagrees", Some(&received.device), &detail)?;
        found = found.or_else(|| Some(Found::disagrees(&entry, judgement.message)));
    }
    let exception = found.as_ref().map(|found| found.open(&scene)).transpose()?;
    if let (Some(found), Some(exception)) = (&found, &exception)
        && found.code == blocks::UNKNOWN
    {
        blocks::await_placing(&scene, received.arrival, exception)?;
    }
    let (verdict, reason) = match &found {
        Some(found) => ("exception", Some(found.code.to_owned())),
        None => ("applied", reason),
    };
    Ok(Judged {
        verdict,
        reason,
        exception,
        counted,
        movement,
        legs,
        told: movement.then(|| (entry.body.kind(), hand_off::unit(&entry))),
    })
}

/// What a person has done with their hands counts, whoever signed for it (domain §4); the signature is an exception beside it,
/// and releases nothing. Nothing is destroyed before it is signed.
fn is_done_whoever_signed(body: &Body) -> bool {
    match body {
        Body::Adjusted { .. } => true,
        Body::Inspected(inspected) => inspected.rejected.is_some(),
        _ => false,
    }
}

/// Acts of authority take effect only when whoever signed may do that (domain §4 and §7): settling an exception by the
/// matrix of `rules`, releasing a block by a supervisor or quality, a recall's or a quality block's by quality alone.
/// Why a decision does not hold; `None` for one that does, and for what is none.
pub(super) fn claim(scene: &Scene<'_>) -> Result<Option<Found>> {
    match &scene.entry.body {
        Body::Resolved {
            exception,
            resolution,
            signature,
            ..
        } => found::resolution(scene, exception, resolution, signature),
        Body::Released { block, signature, .. } => found::release(scene, block, signature),
        Body::Recalled {
            adds, drops, signature, ..
        } => recall::revision(scene, adds, drops, signature.as_ref()),
        Body::Verified { block, .. } => found::verified(scene, block),
        Body::Inspected(inspected) => {
            for block in &inspected.blocks {
                if let Some(found) = found::release(scene, &block.block, &inspected.signature)? {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        }
        Body::Recounted { exception, .. } => found::recount(scene, exception),
        Body::Adjusted {
            goods,
            signature: Some(signature),
            ..
        } => found::second_person(scene, "adjust", &goods.owner, signature),
        Body::Disposed { goods, signature, .. } => {
            let act = rules::dispose_act(&scene.entry.verdict);
            found::second_person(scene, act, &goods.owner, signature)
        }
        Body::Overridden {
            goods,
            signature: Some(signature),
            ..
        } => found::second_person(scene, "rotation", &goods.owner, signature),
        Body::StaleAccepted { owner, signature, .. } => found::second_person(scene, "recall-list", owner, signature),
        _ => Ok(None),
    }
}

enum TakeBack {
    Counted,
    NotCounted,
    Wrong(Box<Found>),
}

/// An undo must name an entry known here that says what is restated, and takes it back once.
fn take_back(scene: &Scene<'_>, by: i64, target: &EntryRef, body: &Body) -> Result<TakeBack> {
    let stored = scene
        .db
        .prepare_cached(
            "SELECT arrival, epoch, seq, bytes, counted FROM entry
              WHERE device = ?1 AND hash = ?2 AND change IS NOT NULL
                AND ((epoch = ?3 AND seq = ?4) OR arrival IN (SELECT arrival FROM carried WHERE device = ?1 AND hash = ?2))
             UNION ALL
             SELECT e.arrival, e.epoch, e.seq, e.bytes, e.counted FROM carried c JOIN entry e USING (arrival)
              WHERE c.device = ?1 AND c.hash = ?2 AND e.change IS NOT NULL LIMIT 1",
        )?
        .query_row(params![target.device.as_str(), &target.hash.0[..], target.epoch, int(target.seq)], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                Position::new(row.get(1)?, row.get::<_, i64>(2)?.cast_unsigned()),
                row.get::<_, Vec<u8>>(3)?,
                row.get::<_, Option<bool>>(4)?,
            ))
        })
        .optional()?;
    let Some((arrival, position, bytes, counted)) = stored else {
        return Ok(TakeBack::Wrong(Box::new(Found::new("undo_unknown", scene.entry))));
    };
    archive::guard::here(&bytes, target.device.as_str(), position)?;
    let said = Sealed::from_stored(position, bytes)
        .open()
        .ok()
        .map(|entry| match entry.body {
            Body::Carried { bytes, .. } => serde_json::from_slice::<Entry>(&bytes).ok().map(|inner| inner.body),
            body => Some(body),
        });
    if said.flatten().as_ref() != Some(body) {
        return Ok(TakeBack::Wrong(Box::new(
            Found::new("undo_differs", scene.entry).against(target),
        )));
    }
    let fresh = scene
        .db
        .prepare_cached("INSERT INTO undone (arrival, by) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![arrival, by])?;
    if fresh == 0 {
        return Ok(TakeBack::Wrong(Box::new(
            Found::new("undone_twice", scene.entry).against(target),
        )));
    }
    scene
        .db
        .prepare_cached("DELETE FROM plate_received WHERE arrival = ?1")?
        .execute([arrival])?;
    Ok(if counted == Some(true) {
        TakeBack::Counted
    } else {
        TakeBack::NotCounted
    })
}

/// A handling unit received as a whole, twice, is one fact. Gives the entry that counts, as `device/epoch/seq`.
fn plate_known(scene: &Scene<'_>, arrival: i64) -> Result<Option<String>> {
    let Body::Received { goods, known, line, .. } = &scene.entry.body else {
        return Ok(None);
    };
    let Goods {
        plate: Some(plate),
        owner,
        item,
        lot,
        level,
        serial,
        ..
    } = goods
    else {
        return Ok(None);
    };
    if *known == ContentsKnown::Scanned {
        return Ok(None);
    }
    let line = line
        .as_ref()
        .map(|l| format!("{}\u{1f}{}\u{1f}{}", l.kind.as_str(), l.document, l.line));
    let word = |part: Option<String>| part.unwrap_or_default();
    let what = [
        owner.to_string(),
        item.to_string(),
        word(lot.as_ref().map(|l| l.number.to_string())),
        level.as_str().to_owned(),
        word(serial.as_ref().map(|s| s.serial.to_string())),
        word(line),
    ]
    .join("\u{1f}");
    let fresh = scene
        .db
        .prepare_cached("INSERT INTO plate_received (plate, what, arrival) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute(params![plate.as_str(), what, arrival])?;
    if fresh == 1 {
        return Ok(None);
    }
    let first = scene
        .db
        .prepare_cached(
            "SELECT e.device || '/' || e.epoch || '/' || e.seq FROM plate_received p JOIN entry e USING (arrival)
              WHERE p.plate = ?1 AND p.what = ?2",
        )?
        .query_row(params![plate.as_str(), what], |row| row.get(0))?;
    Ok(Some(first))
}
