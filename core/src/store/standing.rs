//! What the device is and where its chain stands: one look at the disk, then kept until something changes it.

use super::journal::{hash_from, tip_of};
use super::known::{InForce, Known, RefusedPolicy, Standing};
use super::open::{Store, lock};
use super::{epoch, queue, storage, training};
use crate::{Error, Remedy};
use lotline_record::entry::{Position, Tip};
use lotline_record::model::{DeviceId, Policy, WorkingSet};
use lotline_record::wire::{StoredThrough, WORKING_SET};
use rusqlite::Connection;
use rusqlite::types::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

impl Store {
    /// What the device is and where its chain stands.
    pub(crate) fn standing(&self) -> Result<Arc<Standing>, Error> {
        self.with_journal(|connection| load(connection, &self.known))
    }
}

/// The standing as it is known, or read. Called with the journal's lock held.
pub(super) fn load(connection: &Connection, known: &Mutex<Known>) -> Result<Arc<Standing>, Error> {
    let (generation, policy) = {
        let known = lock(known);
        if let Some(standing) = &known.standing {
            return Ok(standing.clone());
        }
        (known.generation(), known.policy.clone())
    };
    let standing = Arc::new(read(connection, policy)?);
    let mut known = lock(known);
    if known.generation() == generation {
        known.policy = Some(standing.policy.clone());
        known.standing = Some(standing.clone());
    }
    Ok(standing)
}

/// Everything in one statement: both `meta`, the last entry, the last epoch.
const ALL: &str = "SELECT 0, key, value FROM main.meta
 UNION ALL SELECT 1, key, value FROM site.meta
 UNION ALL SELECT * FROM (SELECT 2, position, hash FROM main.entry ORDER BY position DESC LIMIT 1)
 UNION ALL SELECT * FROM (SELECT 3, epoch, genesis FROM main.epoch ORDER BY epoch DESC LIMIT 1)";

fn read(connection: &Connection, policy: Option<InForce>) -> Result<Standing, Error> {
    let rows: Vec<(i64, Value, Value)> = connection
        .prepare_cached(ALL)
        .and_then(|mut s| s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect())
        .map_err(storage("read what the device is"))?;
    let (mut journal, mut site) = (HashMap::new(), HashMap::new());
    let (mut last, mut begun) = (None, None);
    for row in rows {
        match row {
            (0, Value::Text(key), Value::Text(value)) => drop(journal.insert(key, value)),
            (1, Value::Text(key), Value::Text(value)) => drop(site.insert(key, value)),
            (2, Value::Integer(position), Value::Blob(hash)) => {
                last = Some((Position::from_raw(position), hash_from(&hash)?));
            }
            (3, Value::Integer(epoch), Value::Blob(genesis)) => {
                begun = Some((u32::try_from(epoch).unwrap_or(u32::MAX), hash_from(&genesis)?));
            }
            _ => {}
        }
    }
    let number = |key: &str| site.get(key).and_then(|t| t.parse().ok()).unwrap_or(0);
    let device = journal.get("device").map_or("unenrolled", String::as_str);
    let device = DeviceId::new(device).map_err(|e| Error::bug(e.to_string()))?;
    let tip = Tip {
        training: journal.contains_key(training::TRAINING),
        ..tip_of(&device, last, begun)
    };
    let acknowledged = queue::acknowledged_of(
        &device,
        journal.get("acknowledged").map(String::as_str),
        journal.get("acknowledged_hash").map(String::as_str),
    );
    let picture_site = journal.get("site").or(site.get("site")).cloned().unwrap_or_default();
    let policy = match policy {
        Some(policy) => policy,
        None => read_policy(connection, &picture_site)?,
    };
    Ok(Standing {
        pending: pending(connection, tip.epoch, tip.seq, &acknowledged)?,
        enrolled: ["server", "device", "site", "site_key"]
            .iter()
            .all(|k| journal.contains_key(*k)),
        offset_ms: journal.get("offset_ms").and_then(|t| t.parse().ok()),
        anchor: journal.get("anchor").and_then(|t| serde_json::from_str(t).ok()),
        recall_list_ms: journal.get("recall_list_ms").and_then(|t| t.parse().ok()),
        cursor: number("cursor"),
        at_gateway: number("at_gateway"),
        in_wms: number("in_wms"),
        working_set: site.get(WORKING_SET).map(|text| read_set(text)).transpose()?,
        site: journal.remove("site"),
        resource: journal.remove("resource"),
        picture_site,
        device,
        tip,
        policy,
    })
}

fn read_set(text: &str) -> Result<Arc<WorkingSet>, Error> {
    // A set that is half understood would be taken for all of the site.
    let unreadable = |error| {
        Error::new(
            Remedy::Bug,
            "bad_picture",
            format!("the picture's working set: {error}"),
        )
    };
    serde_json::from_str(text).map(Arc::new).map_err(unreadable)
}

/// Entries that still go up.
pub(super) fn pending(
    connection: &Connection,
    epoch: u32,
    seq: u64,
    acknowledged: &StoredThrough,
) -> Result<u64, Error> {
    if acknowledged.epoch == epoch {
        return Ok(seq.saturating_sub(acknowledged.seq));
    }
    // Only while a server restored from its backup is refilled from an earlier epoch.
    epoch::pending_after(connection, Position::new(acknowledged.epoch, acknowledged.seq))
}

/// The newest policy that can be read and does not contradict itself. A bad one never takes effect: the last good one stays.
fn read_policy(connection: &Connection, site: &str) -> Result<InForce, Error> {
    let rows: Vec<(i64, String)> = connection
        .prepare_cached("SELECT version, policy FROM site.policy WHERE site = ?1 AND gone = 0 ORDER BY version DESC")
        .and_then(|mut s| s.query_map([site], |r| Ok((r.get(0)?, r.get(1)?)))?.collect())
        .map_err(storage("read the policy"))?;
    let mut refused: Option<RefusedPolicy> = None;
    for (version, text) in rows {
        match Policy::read(&text) {
            Ok(policy) => {
                let refused = refused.map(|refused| RefusedPolicy {
                    kept: version,
                    ..refused
                });
                return Ok(InForce {
                    policy: Arc::new(policy),
                    refused,
                });
            }
            Err(why) => {
                // The newest one is told of.
                refused = refused.or(Some(RefusedPolicy { version, kept: 0, why }));
            }
        }
    }
    Ok(InForce {
        policy: Arc::default(),
        refused,
    })
}
