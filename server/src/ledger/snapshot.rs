//! First use: a complete `site.db`, built by the server.

use super::sqlite::{Sqlite, int};
use super::{Result, pull, site};
use lotline_record::model::DeviceId;
use lotline_record::wire::{SITE_FORMAT, SITE_SCHEMA, TABLES};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// A finished file; it is deleted when dropped.
#[derive(Debug)]
pub struct Snapshot {
    /// The file, at its beginning.
    pub file: File,
    /// Its length in bytes.
    pub length: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// The cursor it stands at.
    pub cursor: u64,
}

pub(super) fn build(store: &Sqlite, device: &DeviceId) -> Result<Snapshot> {
    let folder = store
        .path()
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or_else(|| ".".as_ref());
    let target = tempfile::Builder::new()
        .prefix("site-")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    let mut conn = Connection::open(target.path())?;
    conn.busy_timeout(std::time::Duration::from_secs(20))?;
    // The file is nobody's until it is whole: no journal, no fsync.
    conn.pragma_update(None, "journal_mode", "OFF")?;
    conn.pragma_update(None, "synchronous", "OFF")?;
    conn.execute_batch(SITE_SCHEMA)?;
    conn.execute("ATTACH ?1 AS ledger", [store.path().to_string_lossy()])?;
    let cursor = {
        // One transaction, so one view of the ledger.
        let tx = conn.transaction()?;
        let site = site::load(&tx)?;
        let (included, counts) = pull::marks(&tx, device)?;
        for table in TABLES {
            let columns = table.columns.join(", ");
            let whose = if table.own_only {
                "AND device = ?1"
            } else {
                "AND ?1 = ?1"
            };
            tx.execute(
                &format!(
                    "INSERT INTO main.{name} ({columns}, cursor) SELECT {columns}, cursor FROM ledger.{name} WHERE gone = 0 {whose}",
                    name = table.name
                ),
                [device.as_str()],
            )?;
        }
        let meta = [
            ("format", SITE_FORMAT.to_string()),
            ("site", site.site.to_string()),
            ("zone", site.zone),
            ("name", site.site.to_string()),
            ("cursor", site.change.to_string()),
            ("server_epoch", site.server_epoch),
            ("included", included.raw().to_string()),
            ("at_gateway", counts.at_gateway.to_string()),
            ("in_wms", counts.in_wms.to_string()),
        ];
        for (key, value) in meta {
            tx.execute(
                "INSERT INTO main.meta (key, value) VALUES (?1, ?2)",
                params![key, value],
            )?;
        }
        tx.commit()?;
        site.change
    };
    conn.execute("DETACH ledger", [])?;
    conn.close().map_err(|(_, error)| error)?;
    // The path goes when `target` is dropped; the open file stays.
    let mut file = target.reopen()?;
    let mut sha = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        sha.update(&buffer[..n]);
        length += n as u64;
    }
    file.seek(SeekFrom::Start(0))?;
    debug_assert!(int(length) > 0);
    Ok(Snapshot {
        file,
        length,
        sha256: sha.finalize().into(),
        cursor,
    })
}
