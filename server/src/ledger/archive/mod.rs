//! Months of receipt whose bytes go to an archive (ADR 18): the entries stay with their hashes, and what they did stays done.
//!
//! | step | leaves, if everything ends there |
//! |---|---|
//! | each site's month is written, synced, read back, proved and compared with the database | files; a second run proves them again |
//! | the month is copied without bytes | a table that nobody reads; a second run makes it anew |
//! | one transaction puts it in the month's place, and the old one aside | the month archived |
//! | the old one is dropped, by a person's own word | its bytes gone from the database |

mod file;
pub(super) mod guard;
mod month;

pub use file::Written;
pub use month::{Month, NotAMonth};

use super::postgres::{Kept, Partition, Postgres};
use super::{Ledger, LedgerError, Result};
use lotline_record::archive::Spki;
use lotline_record::entry::Instant;
use lotline_record::model::SiteId;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The least months that stay online (requirement F3: seven years).
pub const LEAST_MONTHS: u32 = 84;

/// Why a month stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Stays {
    /// Nobody said how many months are to stay online.
    #[error("no months to keep are set, and without that nothing goes")]
    NoRetention,
    /// It is among those that stay online.
    #[error("{0} months stay online")]
    Young(u32),
    /// One before it is online.
    #[error("{0} goes first")]
    Earlier(Month),
    /// A site's gateway is of an older version.
    #[error("the ledger of {0} is of another format: start its gateway in this version once")]
    Format(SiteId),
    /// Entries without a verdict.
    #[error("entries of {site} that are not applied yet: {count}")]
    Unapplied {
        /// Whose.
        site: SiteId,
        /// How many.
        count: u64,
    },
    /// Entries kept aside.
    #[error("entries of {site} that are kept aside: {count}")]
    KeptAside {
        /// Whose.
        site: SiteId,
        /// How many.
        count: u64,
    },
    /// Movements that the warehouse's own system has not taken.
    #[error("movements of {site} that wait for the warehouse's own system: {count}")]
    Queued {
        /// Whose.
        site: SiteId,
        /// How many.
        count: u64,
    },
    /// Releases that wait for the block they are about.
    #[error("releases of {site} that wait for their block: {count}")]
    ReleasedAhead {
        /// Whose.
        site: SiteId,
        /// How many.
        count: u64,
    },
    /// Nobody said by which key the site counter-signs.
    #[error("the public key of {0} is not known here")]
    NoKey(SiteId),
    /// A count in it says that it will be made.
    #[error("a count of {site} says that it was made at {at}, which is still to come")]
    Future {
        /// Whose.
        site: SiteId,
        /// When.
        at: Instant,
    },
    /// Somebody wrote to it meanwhile: the site's clock went back.
    #[error("entries of {0} came into it meanwhile")]
    Moved(SiteId),
}

/// How far a month is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// It can go.
    Ready,
    /// It cannot go yet.
    Stays {
        /// Why.
        why: Vec<Stays>,
    },
    /// Its bytes are in an archive.
    Archived {
        /// The archive's files, by site.
        files: BTreeMap<SiteId, String>,
        /// Whether the database still has the bytes in a table aside.
        aside: bool,
    },
}

/// A month of receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonthLine {
    /// Which.
    pub month: Month,
    /// Sites with entries in it.
    pub sites: Vec<SiteId>,
    /// Entries.
    pub entries: u64,
    /// Bytes that it takes in the database, with what was put aside.
    pub bytes: u64,
    /// How far it is.
    #[serde(flatten)]
    pub state: State,
}

/// A month of this site that was archived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Archived {
    /// Which.
    pub month: Month,
    /// Its entries.
    pub entries: u64,
    /// Name of the archive's file.
    pub file: String,
}

/// What to archive, and where to.
#[derive(Debug, Clone)]
pub struct Archiving<'a> {
    /// The month.
    pub month: Month,
    /// The folder for the files.
    pub to: &'a Path,
    /// Months that stay online.
    pub keep: Option<u32>,
    /// Now.
    pub now: Instant,
    /// The key (SPKI DER) by which each site of the database counter-signs.
    pub keys: BTreeMap<SiteId, Spki>,
}

/// A step that is done: what follows it may never come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A site's month stands in its file, proved.
    Written(Written),
    /// The month was copied without its bytes.
    Copied,
    /// The copy stands in its place.
    Swapped,
    /// What was put aside is dropped.
    Dropped,
}

fn store(ledger: &Ledger) -> Result<&Postgres> {
    ledger.store().behind().ok_or(LedgerError::NoPartitions)
}

fn stays(month: Month, why: Stays) -> LedgerError {
    LedgerError::MonthStays(Box::new((month, why)))
}

/// Every month that the database has, the oldest first.
pub(super) fn months(ledger: &Ledger, keep: Option<u32>, now: Instant) -> Result<Vec<MonthLine>> {
    let looked = look(store(ledger)?, keep, now)?;
    Ok(looked.into_iter().map(|(line, _)| line).collect())
}

/// The same, each with its sites whose bytes are online: what there is to archive.
fn look(behind: &Postgres, keep: Option<u32>, now: Instant) -> Result<Vec<(MonthLine, Vec<Kept>)>> {
    let mut lines: Vec<(MonthLine, Vec<Kept>)> = Vec::new();
    for Partition { month, bytes, sites } in behind.months()? {
        let (archived, online): (Vec<Kept>, Vec<Kept>) = sites.into_iter().partition(|kept| kept.file.is_some());
        let state = if online.is_empty() {
            let files = archived
                .iter()
                .map(|kept| (kept.site.clone(), kept.file.clone().unwrap_or_default()));
            State::Archived {
                files: files.collect(),
                aside: behind.is_aside(month)?,
            }
        } else {
            let mut why: Vec<Stays> = young(month, keep, now).into_iter().collect();
            let before = lines.iter().find(|(_, online)| !online.is_empty());
            why.extend(before.map(|(line, _)| Stays::Earlier(line.month)));
            for kept in &online {
                why.extend(behind.waits(month, kept, true)?);
            }
            if why.is_empty() {
                State::Ready
            } else {
                State::Stays { why }
            }
        };
        let all = archived.iter().chain(&online);
        let line = MonthLine {
            month,
            sites: all.clone().map(|kept| kept.site.clone()).collect(),
            entries: all.map(|kept| kept.entries).sum(),
            bytes,
            state,
        };
        lines.push((line, online));
    }
    Ok(lines)
}

fn young(month: Month, keep: Option<u32>, now: Instant) -> Option<Stays> {
    let Some(keep) = keep else {
        return Some(Stays::NoRetention);
    };
    let keep = keep.max(LEAST_MONTHS);
    (month.next() > Month::of(now).before(keep)).then_some(Stays::Young(keep))
}

/// Archives a month: see the table above. `done` hears of each step, and stops the rest by an error. Where the month is archived
/// already, nothing is done.
pub(super) fn archive(
    ledger: &Ledger,
    asked: &Archiving<'_>,
    done: &mut dyn FnMut(&Step) -> Result<()>,
) -> Result<Vec<Written>> {
    let (month, behind) = (asked.month, store(ledger)?);
    let found = look(behind, asked.keep, asked.now)?
        .into_iter()
        .find(|(line, _)| line.month == month);
    let (line, online) = found.ok_or(LedgerError::NoSuchMonth(month))?;
    match line.state {
        State::Archived { .. } => return Ok(Vec::new()),
        State::Stays { why } => {
            let first = why.into_iter().next().unwrap_or(Stays::NoRetention);
            return Err(stays(month, first));
        }
        State::Ready => {}
    }
    let mut written = Vec::new();
    for kept in online {
        let key = asked.keys.get(&kept.site).cloned();
        let key = key.ok_or_else(|| stays(month, Stays::NoKey(kept.site.clone())))?;
        let file = file::write(behind, asked, &kept, &key)?;
        if file.through > asked.now {
            let why = Stays::Future {
                site: file.site,
                at: file.through,
            };
            return Err(stays(month, why));
        }
        done(&Step::Written(file.clone()))?;
        written.push(file);
    }
    behind.copy_month(month)?;
    done(&Step::Copied)?;
    behind
        .swap_month(month, &written, asked.now)?
        .map_or(Ok(()), |why| Err(stays(month, why)))?;
    done(&Step::Swapped)?;
    ledger.freshen()?;
    Ok(written)
}

/// Drops what was put aside of an archived month, once the files of its archive, in the folder `from`, are proved again. Where it
/// was dropped already, nothing is done.
pub(super) fn drop_aside(
    ledger: &Ledger,
    month: Month,
    from: &Path,
    done: &mut dyn FnMut(&Step) -> Result<()>,
) -> Result<()> {
    let behind = store(ledger)?;
    let found = behind.months()?.into_iter().find(|partition| partition.month == month);
    let sites = found.ok_or(LedgerError::NoSuchMonth(month))?.sites;
    if sites.iter().any(|kept| kept.file.is_none()) {
        return Err(LedgerError::NotArchived(month));
    }
    for kept in &sites {
        let proved = file::prove(from, month, kept)?;
        done(&Step::Written(proved))?;
    }
    behind.drop_month(month)?;
    done(&Step::Dropped)
}

/// The months of this site that are archived, the oldest first.
pub(super) fn archived(ledger: &Ledger) -> Result<Vec<Archived>> {
    ledger.store().read(|tx| {
        let mut statement = tx.prepare_cached("SELECT from_ms, entries, file FROM archived ORDER BY from_ms")?;
        let rows = statement.query_map([], |row| {
            Ok(Archived {
                month: Month::of(Instant::from_unix_ms(row.get(0)?)),
                entries: row.get::<_, i64>(1)?.cast_unsigned(),
                file: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}
