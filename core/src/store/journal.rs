//! Appending entries: one transaction, one fsync.

use super::behind::Left;
use super::open::{Store, lock};
use super::{reserve, standing, storage};
use crate::platform::Now;
use crate::points::{Point, reached};
use crate::{Error, Remedy};
use lotline_record::entry::{
    Body, Entry, EntryRef, Evidence, FORMAT, Hash, Instant, Position, Refs, Sealed, Stamp, Tip, Who, genesis,
};
use lotline_record::model::{BootId, DeviceId, EntryId, OwnerId, PlaceId, SiteId};
use lotline_record::rules::Verdict;
use lotline_record::stock::effects;
use rusqlite::{Connection, OptionalExtension, params};

/// The most bytes of an entry at capture: wrapped as base64url in a `carried` entry it still is one of 64 KiB.
const MOST_CARRIED: usize = 44 * 1024;

/// What a flow wants written; the store adds who, when and where in the chain.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) owner: Option<OwnerId>,
    pub(crate) place: Option<PlaceId>,
    pub(crate) refs: Refs,
    pub(crate) scan: Option<Evidence>,
    pub(crate) verdict: Verdict,
    pub(crate) body: Body,
}

impl Draft {
    pub(crate) fn new(body: Body) -> Self {
        Draft {
            owner: body.goods().map(|g| g.owner.clone()),
            place: None,
            refs: Refs::default(),
            scan: None,
            verdict: Verdict::default(),
            body,
        }
    }
}

/// What every entry of one input has in common.
#[derive(Debug, Clone)]
pub(crate) struct Author {
    pub(crate) site: SiteId,
    pub(crate) device: DeviceId,
    pub(crate) who: Option<Who>,
    pub(crate) now: Now,
    pub(crate) offset_ms: Option<i64>,
    pub(crate) policy: u64,
    pub(crate) app: String,
    pub(crate) cursor: u64,
}

impl Store {
    /// Appends the drafts and the desk's state in one transaction. Returns the references of the new entries.
    ///
    /// Only after this has returned may a good tone be given.
    pub(crate) fn append(
        &self,
        author: &Author,
        drafts: Vec<Draft>,
        desk: Option<&str>,
    ) -> Result<Vec<EntryRef>, Error> {
        // Ids come from a port: asked before the lock is taken.
        let ids: Vec<String> = drafts
            .iter()
            .map(|_| self.platform.ids.entry(author.now.wall_ms))
            .collect();
        let chose = drafts.iter().any(|draft| matches!(draft.body, Body::Preferred { .. }));
        self.with_journal(|connection| {
            let tip = standing::load(connection, &self.known)?.tip.clone();
            // Off the shelves while the disk may be ahead or behind: whatever goes wrong, the next look is at the disk.
            let mut known = lock(&self.known).take_off();
            let mut behind = lock(&self.behind).take_off();
            let sealed = seal_all(author, tip, drafts.into_iter().zip(ids))?;
            reserve::or_with(&self.folder, || write_all(connection, &sealed.entries, desk))?;
            let SealedAll {
                references, tip, left, ..
            } = sealed;
            known.appended(tip, &left);
            if chose {
                known.forget_people();
            }
            behind.leave(left);
            let full = behind.is_full();
            *lock(&self.behind) = behind;
            lock(&self.known).put_back(known);
            if full && let Err(error) = self.write_behind(connection) {
                tracing::warn!(%error, "own effects stay behind");
            }
            // The entries are durable: a log that cannot be cut now is cut later.
            if let Err(error) = self.limit_wal(connection) {
                tracing::warn!(%error, "the write-ahead log stays long");
            }
            Ok(references)
        })
    }

    /// The state of open work, if any.
    pub(crate) fn desk(&self) -> Result<Option<String>, Error> {
        self.with_journal(|c| {
            c.query_row("SELECT state FROM desk WHERE id = 1", [], |r| r.get(0))
                .optional()
                .map_err(storage("read the open work"))
        })
    }
}

/// What one transaction appends.
struct SealedAll {
    entries: Vec<Sealed>,
    references: Vec<EntryRef>,
    left: Vec<Left>,
    /// After the last of them.
    tip: Tip,
}

fn seal_all(author: &Author, mut tip: Tip, drafts: impl Iterator<Item = (Draft, String)>) -> Result<SealedAll, Error> {
    let (mut entries, mut references, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for (draft, id) in drafts {
        let (entry, sealed) = seal(author, &tip, draft, &id)?;
        tip.seq = entry.seq;
        tip.hash = sealed.hash;
        references.push(entry.reference(sealed.hash));
        left.push(Left {
            effects: effects(&entry.body),
            hash: sealed.hash,
            entry,
        });
        entries.push(sealed);
    }
    Ok(SealedAll {
        entries,
        references,
        left,
        tip,
    })
}

fn write_all(connection: &mut Connection, entries: &[Sealed], desk: Option<&str>) -> Result<(), Error> {
    // It begins with a write, so that nobody comes between; an IMMEDIATE one would lock the attached files, too.
    let transaction = connection.transaction().map_err(storage("begin"))?;
    for sealed in entries {
        write(&transaction, sealed)?;
    }
    if let Some(desk) = desk {
        transaction
            .prepare_cached("INSERT OR REPLACE INTO desk (id, state) VALUES (1, ?1)")
            .and_then(|mut s| s.execute([desk]))
            .map_err(storage("keep the open work"))?;
    }
    reached(Point::BeforeCommit);
    transaction.commit().map_err(storage("commit"))?;
    reached(Point::AfterCommit);
    Ok(())
}

/// Where the chain of `device` stands, as the journal has it.
pub(super) fn tip(connection: &Connection, device: &DeviceId) -> Result<Tip, Error> {
    let last: Option<(i64, Vec<u8>)> = connection
        .prepare_cached("SELECT position, hash FROM entry ORDER BY position DESC LIMIT 1")
        .and_then(|mut s| s.query_row([], |r| Ok((r.get(0)?, r.get(1)?))).optional())
        .map_err(storage("read the chain"))?;
    let epoch: Option<(u32, Vec<u8>)> = connection
        .prepare_cached("SELECT epoch, genesis FROM epoch ORDER BY epoch DESC LIMIT 1")
        .and_then(|mut s| s.query_row([], |r| Ok((r.get(0)?, r.get(1)?))).optional())
        .map_err(storage("read the chain"))?;
    let last = last
        .map(|(position, hash)| Ok::<_, Error>((Position::from_raw(position), hash_from(&hash)?)))
        .transpose()?;
    let begun = epoch
        .map(|(epoch, genesis)| Ok::<_, Error>((epoch, hash_from(&genesis)?)))
        .transpose()?;
    Ok(Tip {
        training: super::training::is_training(connection)?,
        ..tip_of(device, last, begun)
    })
}

/// Where a live chain stands whose last entry is `last` and whose last epoch began as `begun`.
pub(super) fn tip_of(device: &DeviceId, last: Option<(Position, Hash)>, begun: Option<(u32, Hash)>) -> Tip {
    let (epoch, start) = begun.unwrap_or_else(|| (1, genesis(device, 1, None)));
    let (seq, hash) = match last {
        Some((position, hash)) if position.epoch() == epoch => (position.seq(), hash),
        _ => (0, start),
    };
    Tip {
        device: device.clone(),
        epoch,
        seq,
        hash,
        training: false,
    }
}

pub(super) fn hash_from(bytes: &[u8]) -> Result<Hash, Error> {
    Hash::from_slice(bytes)
        .ok_or_else(|| Error::new(Remedy::CallSupervisor, "storage", "a stored hash is not 32 bytes"))
}

pub(super) fn seal(author: &Author, tip: &Tip, draft: Draft, id: &str) -> Result<(Entry, Sealed), Error> {
    let name = |e: lotline_record::model::NameError| Error::bug(e.to_string());
    let entry = Entry {
        v: FORMAT,
        id: EntryId::new(id).map_err(name)?,
        site: author.site.clone(),
        owner: draft.owner,
        device: author.device.clone(),
        epoch: tip.epoch,
        seq: tip.seq + 1,
        prev: tip.hash,
        who: author.who.clone(),
        at: Stamp {
            wall: Instant::from_unix_ms(author.now.wall_ms),
            zone_min: author.now.zone_min,
            mono_ms: author.now.mono_ms,
            boot: BootId::new(&author.now.boot).map_err(name)?,
            offset_ms: author.offset_ms,
        },
        policy: author.policy,
        core: env!("CARGO_PKG_VERSION").to_owned(),
        app: author.app.clone(),
        cursor: author.cursor,
        training: tip.training,
        place: draft.place,
        refs: draft.refs,
        scan: draft.scan,
        verdict: draft.verdict,
        body: draft.body,
    };
    let too_large = |why: String| Error::new(Remedy::Rescan, "too_large", why);
    let sealed = entry.seal().map_err(|e| too_large(e.to_string()))?;
    if sealed.bytes.len() > MOST_CARRIED && !matches!(entry.body, Body::Carried { .. }) {
        return Err(too_large(format!(
            "the entry would be {} bytes, at most {MOST_CARRIED} can be carried",
            sealed.bytes.len()
        )));
    }
    Ok((entry, sealed))
}

/// Appends a sealed entry.
pub(super) fn write(connection: &Connection, sealed: &Sealed) -> Result<(), Error> {
    connection
        .prepare_cached("INSERT INTO main.entry (position, hash, bytes) VALUES (?1, ?2, ?3)")
        .and_then(|mut s| s.execute(params![sealed.position.raw(), sealed.hash.0.as_slice(), sealed.bytes]))
        .map(|_| ())
        .map_err(storage("append"))
}
