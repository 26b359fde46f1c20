//! The picture of a gateway's ledger or of a handheld's two files, read-only: what reports are made of. Both have the tables
//! of `site.db`; of a handheld, what it did and has not been told back stands beside them.

use super::source::Source;
use crate::edge;
use crate::failure::{Failure, Outcome};
use lotline_record::entry::{Body, Entry, Position};
use lotline_record::model::{Account, Amount, Block, BlockId, BlockKind, Member, PlacedScope, RunId, Scope};
use lotline_record::trace::kin::{self, Descent, Kin, Kinship, adds};
use lotline_record::trace::report::{Known, RecallLine, Settled, Told};
use rusqlite::{Connection, OpenFlags, Params, Row, params};
use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

/// Rows that one question may give.
const MOST: i64 = 10_000;

/// Own rows that the site does not count yet.
const ABOVE: &str = "position > coalesce((SELECT CAST(value AS INTEGER) FROM site.meta WHERE key = 'included'), 0)";

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
                let path = folder.join("ledger.db");
                let site = ledger.site().map_err(|e| source.failed(&e))?;
                (
                    Connection::open_with_flags(&path, flags).map_err(wrong(&path))?,
                    site.site.to_string(),
                )
            }
            Source::Device { site, device, .. } => {
                let path = folder.join("journal.db");
                let db = Connection::open_with_flags(&path, flags).map_err(wrong(&path))?;
                beside(&db, &folder.join("site.db"), device.as_str()).map_err(wrong(&path))?;
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
                number("SELECT zone_min FROM main.own_history ORDER BY position DESC LIMIT 1"),
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

    /// The policy's target for settling an exception, in minutes.
    pub fn target_minutes(&self) -> u32 {
        let sql = "SELECT policy FROM policy WHERE site = ?1 AND gone = 0 ORDER BY version DESC LIMIT 1";
        let text: Option<String> = self.db.query_row(sql, [&self.site], |row| row.get(0)).ok();
        let policy: lotline_record::model::Policy = text
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        policy.exception_target_minutes
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

    /// Where all of what the scopes cover is, and what has left; and whether there is more.
    ///
    /// # Errors
    /// The database's.
    pub fn covered(&self, scopes: &[Scope]) -> rusqlite::Result<(Vec<RecallLine>, bool)> {
        let mut here: BTreeMap<(String, String, String), i64> = BTreeMap::new();
        let mut left: BTreeMap<[String; 4], i64> = BTreeMap::new();
        let mut cut = false;
        for scope in scopes {
            let (stock, gone) = filters(scope);
            if let Some((filter, values)) = stock {
                for (item, lot, account, amount) in self.stock(filter, &values)? {
                    here.insert((account, item, lot), amount);
                }
            }
            if let Scope::FromLot { owner, item, lot } = scope {
                let root = Member {
                    owner: owner.clone(),
                    item: item.clone(),
                    lot: Some(lot.clone()),
                    serial: None,
                };
                cut |= self.descendants(&root, &mut here, &mut left)?;
            }
            if let Scope::FromSerial {
                owner, item, serial, ..
            } = scope
            {
                let root = Member {
                    owner: owner.clone(),
                    item: item.clone(),
                    lot: None,
                    serial: Some(serial.clone()),
                };
                cut |= self.descendants(&root, &mut here, &mut left)?;
            }
            if let Scope::Serial { maker_key, .. } | Scope::SerialRange { maker_key, .. } = scope {
                self.units(maker_key, scope, &mut here, &mut left)?;
            }
            if let Some((filter, values)) = gone {
                self.left(filter, &values, &mut left)?;
            }
        }
        let mut lines = Vec::new();
        for ((account, item, lot), amount) in here {
            let account: Account = noun(&account)?;
            if amount != 0 {
                lines.push(RecallLine::Here {
                    item,
                    lot: Some(lot).filter(|lot| !lot.is_empty()),
                    collected: self.is_in_a_cage(&account)?,
                    account,
                    amount: Amount::from_micros(amount),
                });
            }
        }
        lines.sort_by_key(|line| matches!(line, RecallLine::Here { collected: true, .. }));
        for ([document, item, lot, serial], amount) in left {
            if amount > 0 {
                let partner: Option<String> = self
                    .db
                    .query_row(
                        "SELECT coalesce(p.name, d.partner) FROM document d
                           LEFT JOIN partner p ON p.site = d.site AND p.partner = d.partner
                          WHERE d.site = ?1 AND d.kind = 'order' AND d.document = ?2",
                        params![self.site, document],
                        |row| row.get(0),
                    )
                    .unwrap_or_default();
                lines.push(RecallLine::Left {
                    item,
                    lot: Some(lot).filter(|lot| !lot.is_empty()),
                    serial: Some(serial).filter(|serial| !serial.is_empty()),
                    document,
                    partner,
                    amount: Amount::from_micros(amount),
                });
            }
        }
        Ok((lines, cut))
    }

    fn stock(&self, filter: &str, values: &[String; 3]) -> rusqlite::Result<Vec<(String, String, String, i64)>> {
        self.all(
            &format!(
                "SELECT item, lot, account, sum(amount) FROM stock WHERE site = ?1 AND gone = 0 AND {filter}
                   AND account NOT LIKE 'virtual:%' GROUP BY owner, item, lot, account HAVING sum(amount) <> 0"
            ),
            params![self.site, values[0], values[1], values[2]],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
    }

    fn left(&self, filter: &str, values: &[String; 3], left: &mut BTreeMap<[String; 4], i64>) -> rusqlite::Result<()> {
        let rows = self.all(
            &format!(
                "SELECT document, item, coalesce(lot, ''), coalesce(serial, ''),
                        sum(CASE kind WHEN 'shipped' THEN amount ELSE -amount END) FROM history
                  WHERE site = ?1 AND {filter} AND kind IN ('shipped', 'undone:shipped') AND document IS NOT NULL
                  GROUP BY 1, 2, 3, 4"
            ),
            params![self.site, values[0], values[1], values[2]],
            |row| {
                let key: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
                Ok((key, row.get(4)?))
            },
        )?;
        left.extend(rows);
        Ok(())
    }

    fn units(
        &self,
        maker_key: &str,
        scope: &Scope,
        here: &mut BTreeMap<(String, String, String), i64>,
        left: &mut BTreeMap<[String; 4], i64>,
    ) -> rusqlite::Result<()> {
        let rows = self.all(
            "SELECT serial, item, lot, account FROM serial
              WHERE site = ?1 AND scheme IN ('gtin', 'hibc', 'part') AND maker_key = ?2 AND gone = 0",
            params![self.site, maker_key],
            |row| {
                let texts: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
                Ok(texts)
            },
        )?;
        for [serial, item, lot, account] in rows {
            let inside = match scope {
                Scope::Serial { serial: one, .. } => *one == serial,
                Scope::SerialRange { first, last, order, .. } => {
                    order.is_within(first.as_str(), last.as_str(), &serial)
                }
                _ => false,
            };
            if inside && account.starts_with("virtual:") {
                let none = String::new();
                self.left("serial = ?2 AND item = ?3 AND ?4 = ''", &[serial, item, none], left)?;
            } else if inside {
                *here.entry((account, item, lot)).or_default() += Amount::SCALE;
            }
        }
        Ok(())
    }

    fn descendants(
        &self,
        root: &Member,
        here: &mut BTreeMap<(String, String, String), i64>,
        left: &mut BTreeMap<[String; 4], i64>,
    ) -> rusqlite::Result<bool> {
        let tree = kin::tree(self, root, Descent::Children)?;
        let all = std::iter::once(root).chain(tree.branches.iter().map(|branch| &branch.kin.member));
        for member in all {
            let key = [member.owner.to_string(), member.item.to_string(), member.name()];
            if member.serial.is_some() {
                self.left("owner = ?2 AND item = ?3 AND serial = ?4", &key, left)?;
                let rows = self.all(
                    "SELECT item, lot, account FROM serial WHERE site = ?1 AND owner = ?2 AND item = ?3 AND serial = ?4
                       AND gone = 0 AND account NOT LIKE 'virtual:%'",
                    params![self.site, key[0], key[1], key[2]],
                    |row| Ok((row.get(2)?, row.get(0)?, row.get(1)?)),
                )?;
                for row in rows {
                    *here.entry(row).or_default() += Amount::SCALE;
                }
            } else if member.lot.is_some() {
                self.left("owner = ?2 AND item = ?3 AND lot = ?4", &key, left)?;
                for (item, lot, account, amount) in self.stock("owner = ?2 AND item = ?3 AND lot = ?4", &key)? {
                    here.insert((account, item, lot), amount);
                }
            }
        }
        Ok(tree.cut)
    }

    /// Whether an account is a cage, or stands on pallets in one.
    fn is_in_a_cage(&self, account: &Account) -> rusqlite::Result<bool> {
        let mut account = account.clone();
        for _ in 0..8 {
            let plate = match &account {
                Account::Place(place) => {
                    let sql = "SELECT kind = 'cage' FROM place WHERE site = ?1 AND place = ?2";
                    let kind = self
                        .db
                        .query_row(sql, params![self.site, place.as_str()], |row| row.get(0));
                    return Ok(kind.unwrap_or_default());
                }
                Account::Plate(plate) => plate.clone(),
                Account::Virtual(_) => return Ok(false),
            };
            let sql = "SELECT account FROM plate WHERE site = ?1 AND plate = ?2 AND gone = 0";
            let on = self
                .db
                .query_row(sql, params![self.site, plate.as_str()], |row| row.get::<_, String>(0));
            match on {
                Ok(on) => account = noun(&on)?,
                Err(_) => return Ok(false),
            }
        }
        Ok(false)
    }
}

/// What finds the stock of a scope, and what of it has left; both take three texts.
type Filter = Option<(&'static str, [String; 3])>;

fn filters(scope: &Scope) -> (Filter, Filter) {
    let none = String::new;
    match scope {
        Scope::Item { owner, item } => {
            let key = [owner.to_string(), item.to_string(), none()];
            let filter = "owner = ?2 AND item = ?3 AND ?4 = ''";
            (Some((filter, key.clone())), Some((filter, key)))
        }
        Scope::Lot { owner, item, lot } => {
            let key = [owner.to_string(), item.to_string(), lot.to_string()];
            let filter = "owner = ?2 AND item = ?3 AND lot = ?4";
            (Some((filter, key.clone())), Some((filter, key)))
        }
        Scope::SupplierLot { owner, item, lot } => {
            let key = [owner.to_string(), item.to_string(), lot.to_string()];
            let filter = "owner = ?2 AND item = ?3
                AND lot IN (SELECT l.lot FROM lot l WHERE l.site = ?1 AND l.owner = ?2 AND l.item = ?3 AND l.supplier_lot = ?4)";
            (Some((filter, key.clone())), Some((filter, key)))
        }
        Scope::Stock {
            owner,
            item,
            lot,
            place,
        } => {
            let lot = lot.as_ref().map_or_else(none, ToString::to_string);
            let key = [owner.to_string(), item.to_string(), format!("{lot}\u{1f}place:{place}")];
            (
                Some(("owner = ?2 AND item = ?3 AND lot || char(31) || account = ?4", key)),
                None,
            )
        }
        Scope::Place { place } => (
            Some((
                "account = ?2 AND ?3 = '' AND ?4 = ''",
                [format!("place:{place}"), none(), none()],
            )),
            None,
        ),
        Scope::Plate { plate } => (
            Some((
                "account = ?2 AND ?3 = '' AND ?4 = ''",
                [format!("plate:{plate}"), none(), none()],
            )),
            Some((
                "plate = ?2 AND ?3 = '' AND ?4 = ''",
                [plate.to_string(), none(), none()],
            )),
        ),
        // Found by their maker's key, or as what comes from them.
        Scope::Serial { .. } | Scope::SerialRange { .. } | Scope::FromLot { .. } | Scope::FromSerial { .. } => {
            (None, None)
        }
    }
}

/// The site's tables with own rows beside them, under the names that the ledger has.
fn beside(db: &Connection, site: &Path, device: &str) -> rusqlite::Result<()> {
    let name = site
        .to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    db.execute("ATTACH ?1 AS site", [format!("file:{name}?mode=ro")])?;
    let device = device.replace('\'', "''");
    db.execute_batch(&format!(
        "CREATE TEMP VIEW history AS
           SELECT site, device, position, kind, owner, item, lot, serial, plate, amount, document, cursor, gone FROM site.history
           UNION ALL SELECT (SELECT value FROM main.meta WHERE key = 'site'), '{device}', position, kind, owner, item, lot, serial,
             plate, amount, document, 0, 0 FROM main.own_history WHERE {ABOVE};
         CREATE TEMP VIEW stock AS
           SELECT site, owner, item, lot, account, amount, gone FROM site.stock
           UNION ALL SELECT (SELECT value FROM main.meta WHERE key = 'site'), owner, item, lot, account, delta, 0
             FROM main.own_stock WHERE {ABOVE};
         CREATE TEMP VIEW serial AS
           SELECT site, scheme, maker_key, serial, owner, item, lot, account, gone FROM site.serial s
             WHERE NOT EXISTS (SELECT 1 FROM main.own_serial o WHERE o.maker_key = s.maker_key AND o.serial = s.serial AND {ABOVE})
           UNION ALL SELECT (SELECT value FROM main.meta WHERE key = 'site'), scheme, maker_key, serial, owner, item, lot, account, 0
             FROM main.own_serial o WHERE {ABOVE} AND NOT EXISTS (SELECT 1 FROM main.own_serial later
               WHERE later.maker_key = o.maker_key AND later.serial = o.serial
                 AND (later.position, later.n) > (o.position, o.n));
         CREATE TEMP TABLE block AS SELECT site, block, kind, reason, scope, state, gone FROM site.block WHERE kind = 'recall';
         CREATE TEMP TABLE exception AS SELECT * FROM site.exception;
         CREATE TEMP VIEW plate AS
           SELECT site, plate, account, gone FROM site.plate s
             WHERE NOT EXISTS (SELECT 1 FROM main.own_plate o WHERE o.plate = s.plate AND {ABOVE})
           UNION ALL SELECT (SELECT value FROM main.meta WHERE key = 'site'), plate, account, 0 FROM main.own_plate o
             WHERE {ABOVE} AND NOT EXISTS (SELECT 1 FROM main.own_plate later WHERE later.plate = o.plate
               AND (later.position, later.n) > (o.position, o.n));"
    ))?;
    own_blocks(db)?;
    own_exceptions(db)
}

fn own<T>(db: &Connection, sql: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<Vec<T>> {
    db.prepare(&format!("{sql} WHERE {ABOVE} ORDER BY position, n"))?
        .query_map([], read)?
        .collect()
}

fn own_blocks(db: &Connection) -> rusqlite::Result<()> {
    let rows = own(db, "SELECT block, state, detail FROM main.own_block", |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, Option<String>>(2)?,
        ))
    })?;
    for (name, state, detail) in rows {
        let block = detail.and_then(|text| serde_json::from_str::<Block>(&text).ok());
        if state != "open" {
            db.execute("UPDATE temp.block SET state = 'released' WHERE block = ?1", [&name])?;
        } else if let Some(block) = block.filter(|block| block.kind == BlockKind::Recall) {
            let placed = PlacedScope {
                scope: block.scope,
                placed_by: block.placed_by,
                part: block.part,
            };
            let scope = serde_json::to_string(&placed).unwrap_or_default();
            db.execute(
                "INSERT INTO temp.block SELECT value, ?1, 'recall', ?2, ?3, 'open', 0 FROM main.meta WHERE key = 'site'",
                params![name, block.reason, scope],
            )?;
        }
    }
    Ok(())
}

fn own_exceptions(db: &Connection) -> rusqlite::Result<()> {
    let sql = "SELECT exception, state, detail, resolution, signed_by, signed_ms FROM main.own_exception";
    let rows = own(db, sql, |row| {
        let texts: [Option<String>; 5] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        Ok((texts, row.get::<_, Option<i64>>(5)?))
    })?;
    for ([name, state, detail, how, by], at) in rows {
        let entry = detail.and_then(|text| serde_json::from_str::<Entry>(&text).ok());
        if state.as_deref() != Some("open") {
            db.execute(
                "UPDATE temp.exception SET state = 'settled', resolution = ?2, signed_by = ?3, signed_ms = ?4 WHERE exception = ?1",
                params![name, how, by, at],
            )?;
        } else if let Some(entry) = entry {
            let body = match entry.body {
                Body::Undone { body, .. } => *body,
                body => body,
            };
            let Body::Raised {
                code, message, goods, ..
            } = body
            else {
                continue;
            };
            let goods = goods.as_ref();
            db.execute("DELETE FROM temp.exception WHERE exception = ?1", [&name])?;
            db.execute(
                "INSERT INTO temp.exception (site, exception, code, state, owner, item, lot, serial, message, raised_by, device,
                   raised_ms, cursor, gone)
                 SELECT value, ?1, ?2, 'open', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0 FROM main.meta WHERE key = 'site'",
                params![
                    name,
                    code,
                    goods.map(|g| g.owner.to_string()),
                    goods.map(|g| g.item.to_string()),
                    goods.and_then(|g| g.lot.as_ref()).map(ToString::to_string),
                    goods.and_then(|g| g.serial.as_ref()).map(|key| key.serial.to_string()),
                    serde_json::to_string(&message).unwrap_or_default(),
                    entry.who.map(|who| who.person.to_string()),
                    entry.device.to_string(),
                    entry.at.wall.unix_ms(),
                ],
            )?;
        }
    }
    Ok(())
}

impl Kinship for Picture {
    type Error = rusqlite::Error;

    fn kin(&self, of: &Member, descent: Descent) -> rusqlite::Result<Vec<Kin>> {
        let (here, there) = descent.sides();
        let filter = match (&of.serial, &of.lot) {
            (Some(_), _) => "serial = ?4",
            (None, Some(_)) => "lot = ?4",
            (None, None) => "?4 = item",
        };
        let rows = self.all(
            &format!(
                "SELECT document, kind, amount FROM history
                  WHERE site = ?1 AND owner = ?2 AND item = ?3 AND {filter} AND document IS NOT NULL AND gone = 0
                    AND kind IN ('consumed', 'produced', 'undone:consumed', 'undone:produced') LIMIT {MOST}"
            ),
            params![self.site, of.owner.as_str(), of.item.as_str(), of.name()],
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            },
        )?;
        let mut runs: BTreeMap<String, i64> = BTreeMap::new();
        for (run, kind, amount) in rows {
            if let Some(adds) = adds(&kind, here) {
                *runs.entry(run).or_default() += if adds { amount } else { -amount };
            }
        }
        let mut found = Vec::new();
        for (run, _) in runs.into_iter().filter(|(_, amount)| *amount > 0) {
            found.append(&mut self.side(&noun(&run)?, there)?);
        }
        Ok(found)
    }
}

impl Picture {
    fn side(&self, run: &RunId, side: &str) -> rusqlite::Result<Vec<Kin>> {
        let Some((device, (epoch, seq), next)) = run.stretch() else {
            return Ok(Vec::new());
        };
        let (from, to) = (Position::new(epoch, seq).raw(), Position::new(next, 0).raw());
        let rows = self.all(
            "SELECT kind, owner, item, lot, serial, amount FROM history
              WHERE site = ?1 AND device = ?2 AND position >= ?3 AND position < ?4 AND document = ?5 AND gone = 0
                AND owner IS NOT NULL AND item IS NOT NULL",
            params![self.site, device, from, to, run.as_str()],
            |row| {
                let member = Member {
                    owner: noun(&row.get::<_, String>(1)?)?,
                    item: noun(&row.get::<_, String>(2)?)?,
                    lot: row
                        .get::<_, Option<String>>(3)?
                        .filter(|lot| !lot.is_empty())
                        .map(|lot| noun(&lot))
                        .transpose()?,
                    serial: row.get::<_, Option<String>>(4)?.filter(|serial| !serial.is_empty()),
                };
                Ok((row.get::<_, String>(0)?, member, row.get::<_, i64>(5)?))
            },
        )?;
        let mut sums: BTreeMap<Member, i64> = BTreeMap::new();
        for (kind, member, amount) in rows {
            if let Some(adds) = adds(&kind, side) {
                *sums.entry(member).or_default() += if adds { amount } else { -amount };
            }
        }
        let present = sums.into_iter().filter(|(_, amount)| *amount > 0);
        Ok(present
            .map(|(member, amount)| Kin {
                run: run.clone(),
                member,
                amount: Amount::from_micros(amount),
            })
            .collect())
    }
}
