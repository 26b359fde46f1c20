//! What a handheld did and has not been told back, beside the rows of its site.

use lotline_record::entry::{Body, Entry};
use lotline_record::model::{Block, BlockKind, PlacedScope};
use rusqlite::{Connection, Row, params};

/// Own rows that the site does not count yet.
const ABOVE: &str = "position > coalesce((SELECT CAST(value AS INTEGER) FROM site.meta WHERE key = 'included'), 0)";

/// The site's tables with own rows beside them, under the names that the ledger has. Both are attached.
pub(super) fn beside(db: &Connection, device: &str) -> rusqlite::Result<()> {
    let device = device.replace('\'', "''");
    db.execute_batch(&format!(
        "CREATE TEMP VIEW history AS
           SELECT site, device, position, kind, owner, item, lot, serial, plate, amount, document, cursor, gone FROM site.history
           UNION ALL SELECT (SELECT value FROM main.meta WHERE key = 'site'), '{device}', position, kind, owner, item, lot, serial,
             plate, amount, document, 0, 0 FROM effects.own_history WHERE {ABOVE};
         CREATE TEMP VIEW stock AS
           SELECT site, owner, item, lot, maker, account, amount, gone FROM site.stock
           UNION ALL SELECT (SELECT value FROM main.meta WHERE key = 'site'), owner, item, lot, maker, account, delta, 0
             FROM effects.own_stock WHERE {ABOVE};
         CREATE TEMP VIEW lot AS
           SELECT site, owner, item, lot, maker,
             coalesce((SELECT o.expiry FROM effects.own_lot o WHERE o.owner = l.owner AND o.item = l.item AND o.lot = l.lot
               AND o.maker = l.maker AND o.expiry IS NOT NULL AND (o.correct = 1 OR l.expiry IS NULL) AND {ABOVE}
               ORDER BY o.position DESC, o.n DESC LIMIT 1), l.expiry) AS expiry,
             received_on, supplier_lot, gone FROM site.lot l
           UNION ALL SELECT (SELECT value FROM main.meta WHERE key = 'site'), owner, item, lot, maker, min(expiry),
             min(received_on), NULL, 0 FROM effects.own_lot o WHERE {ABOVE} AND NOT EXISTS (SELECT 1 FROM site.lot l
               WHERE o.owner = l.owner AND o.item = l.item AND o.lot = l.lot AND o.maker = l.maker AND l.gone = 0)
             GROUP BY owner, item, lot, maker;
         CREATE TEMP VIEW serial AS
           SELECT site, scheme, maker_key, serial, owner, item, lot, account, gone FROM site.serial s
             WHERE NOT EXISTS (SELECT 1 FROM effects.own_serial o WHERE o.maker_key = s.maker_key AND o.serial = s.serial AND {ABOVE})
           UNION ALL SELECT (SELECT value FROM main.meta WHERE key = 'site'), scheme, maker_key, serial, owner, item, lot, account, 0
             FROM effects.own_serial o WHERE {ABOVE} AND NOT EXISTS (SELECT 1 FROM effects.own_serial later
               WHERE later.maker_key = o.maker_key AND later.serial = o.serial
                 AND (later.position, later.n) > (o.position, o.n));
         CREATE TEMP TABLE block AS SELECT site, block, kind, reason, scope, state, gone FROM site.block WHERE kind = 'recall';
         CREATE TEMP TABLE exception AS SELECT * FROM site.exception;
         CREATE TEMP VIEW plate AS
           SELECT site, plate, account, gone FROM site.plate s
             WHERE NOT EXISTS (SELECT 1 FROM effects.own_plate o WHERE o.plate = s.plate AND {ABOVE})
           UNION ALL SELECT (SELECT value FROM main.meta WHERE key = 'site'), plate, account, 0 FROM effects.own_plate o
             WHERE {ABOVE} AND NOT EXISTS (SELECT 1 FROM effects.own_plate later WHERE later.plate = o.plate
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
    let rows = own(db, "SELECT block, state, detail FROM effects.own_block", |row| {
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
    let sql = "SELECT exception, state, detail, resolution, signed_by, signed_ms FROM effects.own_exception";
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
