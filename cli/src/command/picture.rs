//! The picture of a gateway's ledger or of a handheld's two files, read-only: what reports are made of. Both have the tables
//! of `site.db`; of a handheld, what it did and has not been told back stands beside them.

mod covered;
mod dated;
mod kin;
mod own;

use super::source::Source;
use crate::edge;
use crate::failure::{Failure, Outcome};
pub use dated::By;
use lotline_core::store::{attach_own_effects, attach_site};
use lotline_record::model::{Block, BlockId, BlockKind, Member, PlacedScope, Policy};
use lotline_record::trace::report::{Known, Settled, Told};
use own::beside;
use rusqlite::{Connection, OpenFlags, Params, Row, params};
use std::path::Path;
use std::str::FromStr;

/// Rows that one question may give.
const MOST: i64 = 10_000;

/// A picture that is open.
pub struct Picture {
    db: Connection,
    site: String,
    /// What a report of it rests on.
    pub known: Known,
}

/// A part of a recall, by its name, with its reason.
pub struct Part {
    /// The part.
    pub block: Block,
    /// Open, or let go.
    pub open: bool,
}

fn wrong(path: &Path) -> impl Fn(rusqlite::Error) -> Failure + '_ {
    move |error| {
        Failure::usage(
            error,
            path.display(),
            "let the gateway or handheld open it once, or fetch it again",
        )
    }
}

fn noun<T: FromStr>(text: &str) -> rusqlite::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse()
        .map_err(|e: T::Err| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(e)))
}

impl Picture {
    /// Opens the picture of a record.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn open(source: &Source) -> Outcome<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let folder = source.folder();
        let (db, site) = match source {
            Source::Server { ledger, .. } => {
                let path = ledger.file().to_owned();
                let site = ledger.site().map_err(|e| source.failed(&e))?;
                (
                    Connection::open_with_flags(&path, flags).map_err(wrong(&path))?,
                    site.site.to_string(),
                )
            }
            Source::Device { site, device, .. } => {
                let path = folder.join("journal.db");
                let db = Connection::open_with_flags(&path, flags).map_err(wrong(&path))?;
                attach_site(&db, &folder.join("site.db")).map_err(wrong(&path))?;
                attach_own_effects(&db).map_err(|e| Failure::core(&e, path.display()))?;
                beside(&db, device.as_str()).map_err(wrong(&path))?;
                (db, site.to_string())
            }
        };
        let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap_or_default();
        let (cursor, zone) = match source {
            Source::Server { .. } => (
                number("SELECT change FROM site"),
                number("SELECT zone_min FROM history ORDER BY cursor DESC LIMIT 1"),
            ),
            Source::Device { .. } => (
                number("SELECT CAST(value AS INTEGER) FROM site.meta WHERE key = 'cursor'"),
                number("SELECT zone_min FROM effects.own_history ORDER BY position DESC LIMIT 1"),
            ),
        };
        let known = Known {
            at_ms: edge::now().unix_ms(),
            zone_min: i32::try_from(zone).unwrap_or_default(),
            cursor: cursor.cast_unsigned(),
        };
        Ok(Picture { db, site, known })
    }

    fn all<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        self.db.prepare_cached(sql)?.query_map(values, read)?.collect()
    }

    /// What a printed number may be in a genealogy: a serial, or a lot, of one owner and item.
    ///
    /// # Errors
    /// The database's.
    pub fn members(&self, printed: &str) -> rusqlite::Result<Vec<Member>> {
        self.all(
            "SELECT DISTINCT owner, item, NULL, serial FROM history
              WHERE site = ?1 AND serial = ?2 AND owner IS NOT NULL AND item IS NOT NULL
             UNION SELECT owner, item, lot, NULL FROM lot WHERE site = ?1 AND lot = ?2
             UNION SELECT owner, item, lot, NULL FROM stock WHERE site = ?1 AND lot = ?2 LIMIT 20",
            params![self.site, printed],
            |row| {
                Ok(Member {
                    owner: noun(&row.get::<_, String>(0)?)?,
                    item: noun(&row.get::<_, String>(1)?)?,
                    lot: row.get::<_, Option<String>>(2)?.map(|lot| noun(&lot)).transpose()?,
                    serial: row.get(3)?,
                })
            },
        )
    }

    /// What people call an item.
    pub fn name(&self, member: &Member) -> String {
        let values = params![self.site, member.owner.as_str(), member.item.as_str()];
        let sql = "SELECT name FROM item WHERE site = ?1 AND owner = ?2 AND item = ?3";
        let found = self.db.query_row(sql, values, |row| row.get(0));
        found.unwrap_or_else(|_| member.item.to_string())
    }

    /// Exceptions raised before `to_ms` that waited, or were raised or signed from `from_ms` on; and whether there are more.
    ///
    /// # Errors
    /// The database's.
    pub fn exceptions(&self, from_ms: i64, to_ms: i64) -> rusqlite::Result<(Vec<Told>, bool)> {
        let found = self.all(
            "SELECT x.exception, x.code, x.message, x.owner, x.item, x.lot, x.serial, coalesce(p.name, x.raised_by), x.device,
                    x.raised_ms, x.state, x.resolution, coalesce(s.name, x.signed_by), x.signed_ms
               FROM exception x
               LEFT JOIN person p ON p.site = x.site AND p.person = x.raised_by
               LEFT JOIN person s ON s.site = x.site AND s.person = x.signed_by
              WHERE x.site = ?1 AND x.gone = 0 AND x.raised_ms < ?3
                AND (x.state = 'open' OR x.raised_ms >= ?2 OR x.signed_ms >= ?2)
              ORDER BY x.raised_ms LIMIT ?4",
            params![self.site, from_ms, to_ms, MOST + 1],
            |row| {
                let state: String = row.get(10)?;
                Ok(Told {
                    exception: row.get(0)?,
                    code: row.get(1)?,
                    message: serde_json::from_str(&row.get::<_, String>(2)?)
                        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, e.into()))?,
                    owner: row.get(3)?,
                    item: row.get(4)?,
                    lot: row.get(5)?,
                    serial: row.get(6)?,
                    raised_by: row.get(7)?,
                    device: row.get(8)?,
                    raised_ms: row.get(9)?,
                    settled: if state == "open" {
                        None
                    } else {
                        Some(Settled {
                            how: row.get::<_, Option<String>>(11)?.unwrap_or_default(),
                            by: row.get(12)?,
                            at_ms: row.get(13)?,
                        })
                    },
                })
            },
        )?;
        let most = usize::try_from(MOST).unwrap_or(usize::MAX);
        let cut = found.len() > most;
        Ok((found.into_iter().take(most).collect(), cut))
    }

    /// The policy in force; the default one where none can be read.
    pub fn policy(&self) -> Policy {
        let sql = "SELECT policy FROM policy WHERE site = ?1 AND gone = 0 ORDER BY version DESC LIMIT 1";
        let text: Option<String> = self.db.query_row(sql, [&self.site], |row| row.get(0)).ok();
        text.and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// The parts of recalls, in the order of their names.
    ///
    /// # Errors
    /// The database's.
    pub fn recalls(&self) -> rusqlite::Result<Vec<Part>> {
        let rows = self.all(
            "SELECT block, reason, scope, state FROM block WHERE site = ?1 AND kind = 'recall' AND gone = 0 ORDER BY block",
            [&self.site],
            |row| {
                let texts: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
                Ok(texts)
            },
        )?;
        let mut found = Vec::new();
        for [name, reason, scope, state] in rows {
            // A scope of a newer version covers what this program cannot say.
            if let Ok(placed) = serde_json::from_str::<PlacedScope>(&scope) {
                found.push(Part {
                    open: state == "open",
                    block: Block {
                        block: noun::<BlockId>(&name)?,
                        kind: BlockKind::Recall,
                        scope: placed.scope,
                        reason,
                        placed_by: placed.placed_by,
                        part: placed.part,
                        through: Vec::new(),
                    },
                });
            }
        }
        Ok(found)
    }
}
