//! A complete `site.db`, built by the server: one for all devices that carry so much, with each one's mark beside it.

use super::carried::Carried;
use super::sqlite::Sqlite;
use super::{LedgerError, Result, pull, site};
use lotline_record::entry::{Hash, Position};
use lotline_record::model::DeviceId;
use lotline_record::wire::{SITE_FORMAT, SITE_PAGE, SITE_RESERVED, SITE_SCHEMA, TABLES, WORKING_SET, WmsCounts};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Where the files lie, in the ledger's folder.
const FOLDER: &str = "snapshots";
/// What their names begin with.
const PREFIX: &str = "site-";

/// A finished file; it is deleted when dropped.
#[derive(Debug)]
pub struct Snapshot {
    path: tempfile::TempPath,
    /// Its length in bytes.
    pub length: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// The cursor it stands at.
    pub cursor: u64,
    /// The history of cursors that it belongs to.
    pub server_epoch: String,
    marks: BTreeMap<DeviceId, (Position, WmsCounts)>,
}

impl Snapshot {
    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Up to which entry of `device` the rows count, and how far its movements got. A device that is not known here was
    /// enrolled after the file was made: nothing of it is counted.
    pub fn mark(&self, device: &DeviceId) -> (Position, WmsCounts) {
        self.marks
            .get(device)
            .copied()
            .unwrap_or((Position::from_raw(0), WmsCounts::default()))
    }
}

fn folder(store: &Sqlite) -> PathBuf {
    store.path().parent().unwrap_or_else(|| "".as_ref()).join(FOLDER)
}

/// Deletes what a process that was killed left behind.
pub(super) fn clear(store: &Sqlite) -> Result<()> {
    let found = match std::fs::read_dir(folder(store)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    for entry in found {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The one page of a database without tables whose pages end with [`SITE_RESERVED`] free bytes: SQLite has no statement that
/// sets them. <https://sqlite.org/fileformat2.html>, sections 1.3 and 1.6.
fn empty_database() -> Vec<u8> {
    let mut page = vec![0; usize::from(SITE_PAGE)];
    page[..16].copy_from_slice(b"SQLite format 3\0");
    page[16..18].copy_from_slice(&SITE_PAGE.to_be_bytes());
    // Versions of the format, reserved bytes, and three numbers that are always these.
    page[18..24].copy_from_slice(&[1, 1, SITE_RESERVED, 64, 32, 32]);
    for at in [24, 28, 92] {
        // Changes, pages, and up to which change that number of pages is right.
        page[at..at + 4].copy_from_slice(&1_u32.to_be_bytes());
    }
    // An empty leaf of a table: cells would begin where the free bytes do.
    page[100] = 0x0d;
    page[105..107].copy_from_slice(&(SITE_PAGE - u16::from(SITE_RESERVED)).to_be_bytes());
    page
}

pub(super) fn build(store: &Sqlite, carried: &Carried) -> Result<Snapshot> {
    let folder = folder(store);
    std::fs::create_dir_all(&folder)?;
    // For the owner's eyes alone, as the ledger is: people and their PINs' hashes stand in it.
    let target = tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(".tmp")
        .tempfile_in(folder)?
        .into_temp_path();
    std::fs::write(&target, empty_database())?;
    let mut conn = Connection::open(&target)?;
    conn.busy_timeout(std::time::Duration::from_secs(20))?;
    // The file is nobody's until it is whole: no journal, no fsync.
    conn.pragma_update(None, "journal_mode", "OFF")?;
    conn.pragma_update(None, "synchronous", "OFF")?;
    conn.execute_batch(SITE_SCHEMA)?;
    conn.execute("ATTACH ?1 AS ledger", [store.path().to_string_lossy()])?;
    let (site, server_epoch, marks) = {
        // One transaction, so one view of the ledger.
        let tx = conn.transaction()?;
        let site = site::load(&tx)?;
        let marks = pull::all_marks(&tx)?;
        // What became of a device's own entries is no other's business, and nobody asks a device for it.
        for table in TABLES.iter().filter(|table| !table.own_only) {
            let columns = table.columns.join(", ");
            tx.execute(
                &format!(
                    "INSERT INTO main.{name} ({columns}, cursor) SELECT {columns}, cursor FROM ledger.{name}
                      WHERE gone = 0 AND {carried}",
                    name = table.name,
                    carried = carried.narrows(table).condition(),
                ),
                [],
            )?;
        }
        let server_epoch = carried.epoch(&site.server_epoch);
        let set = carried.set().map(serde_json::to_string).transpose();
        let set = set.map_err(|error| LedgerError::Damaged(format!("the working set: {error}")))?;
        let meta = [
            ("format", SITE_FORMAT.to_string()),
            ("site", site.site.to_string()),
            ("zone", site.zone.clone()),
            ("name", site.site.to_string()),
            ("cursor", site.change.to_string()),
            ("server_epoch", server_epoch.clone()),
        ];
        for (key, value) in meta.into_iter().chain(set.map(|set| (WORKING_SET, set))) {
            tx.execute(
                "INSERT INTO main.meta (key, value) VALUES (?1, ?2)",
                params![key, value],
            )?;
        }
        tx.commit()?;
        (site, server_epoch, marks)
    };
    conn.execute("DETACH ledger", [])?;
    conn.close().map_err(|(_, error)| error)?;
    let (sha256, length) = Hash::of_all(&mut File::open(&target)?)?;
    Ok(Snapshot {
        path: target,
        length,
        sha256: sha256.0,
        cursor: site.change,
        server_epoch,
        marks,
    })
}
