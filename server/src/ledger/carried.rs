//! What of the picture a device carries: the working set that policy gives it (domain §8), as conditions on rows.
//!
//! A row's way out of a set is a change of the row, so the change is told as a tombstone where the columns that decide are not
//! part of its key; where they are, such a row was never told. Another set is another history of cursors: the device
//! learns that its cursor is of none (`cursor_unknown`) and fetches the picture again, as after any such change.

use super::{Result, people};
use lotline_record::entry::Hash;
use lotline_record::model::{DeviceId, OwnerId, WorkingSet};
use lotline_record::wire::Table;
use rusqlite::Connection;

/// What a device carries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    set: Option<WorkingSet>,
}

/// What becomes of rows of a table that a set leaves out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Narrowed {
    /// Nothing: all are carried.
    Not,
    /// Those for which the condition does not hold were never told, and are not.
    Never(String),
    /// Those for which it does not hold may have been told, and are told as gone.
    Gone(String),
}

/// The set of `device` as the site's policy has it now.
pub(super) fn of(db: &Connection, site: &str, device: &DeviceId) -> Result<Carried> {
    let policy = people::policy(db, site)?;
    Ok(Carried {
        set: policy.working_set(device).cloned(),
    })
}

impl Carried {
    /// The set itself; `None`: the whole site.
    pub fn set(&self) -> Option<&WorkingSet> {
        self.set.as_ref()
    }

    /// Which history of cursors pictures of this set belong to, in that of the ledger.
    pub fn epoch(&self, server_epoch: &str) -> String {
        let Some(set) = &self.set else {
            return server_epoch.to_owned();
        };
        // Which devices have it is no part of what it is.
        let what = serde_json::to_vec(&(&set.owners, &set.zones)).unwrap_or_default();
        let hash = Hash::of(&[&what]).to_string();
        format!("{server_epoch}-{}", &hash[..8])
    }

    pub(super) fn narrows(&self, table: &Table) -> Narrowed {
        let Some(set) = &self.set else { return Narrowed::Not };
        let owners = one_of("owner", set.owners.iter().map(OwnerId::as_str));
        let zones =
            one_of("zone", set.zones.iter().map(String::as_str)).map(|zones| format!("(zone IS NULL OR {zones})"));
        match (table.name, owners, zones) {
            // What happened stays what it is, and the owner is part of the key of what a notice tells.
            // Blocks that follow what was made of something read the lines of runs, whoever owns what went in.
            ("history", Some(owners), _) => Narrowed::Never(format!(
                "(owner IS NULL OR kind IN ('consumed', 'produced', 'undone:consumed', 'undone:produced') OR {owners})"
            )),
            ("notice_serial", Some(owners), _) => Narrowed::Never(owners),
            ("serial" | "document" | "document_line", Some(owners), _) => Narrowed::Gone(owners),
            ("task", Some(owners), Some(zones)) => Narrowed::Gone(format!("({owners} AND {zones})")),
            ("task", Some(one), None) | ("task", None, Some(one)) => Narrowed::Gone(one),
            _ => Narrowed::Not,
        }
    }
}

impl Narrowed {
    /// The condition that a carried row meets.
    pub(super) fn condition(&self) -> &str {
        match self {
            Narrowed::Not => "TRUE",
            Narrowed::Never(condition) | Narrowed::Gone(condition) => condition,
        }
    }
}

/// That a column has one of these values, each written as SQL writes text; `None` where any will do.
fn one_of<'a>(column: &str, values: impl Iterator<Item = &'a str>) -> Option<String> {
    let quoted: Vec<String> = values.map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
    (!quoted.is_empty()).then(|| format!("{column} IN ({})", quoted.join(", ")))
}
