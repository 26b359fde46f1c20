//! Damage on purpose: one thing, in a stopped moment. The proof at the end must find and name it.

use crate::failure::{Failure, Outcome};
use rusqlite::{Connection, params};
use std::path::Path;

/// What to damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Sabotage {
    /// The gateway loses an entry
    DropEntry,
    /// The gateway applies an entry twice
    ApplyTwice,
    /// A byte of an entry flips on the gateway's disk
    FlipByte,
    /// A stock figure of the gateway is off by one
    StockOffByOne,
}

const MICROS: i64 = 1_000_000;

impl Sabotage {
    /// What it does, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Sabotage::DropEntry => "an entry is deleted from the gateway's database",
            Sabotage::ApplyTwice => "an entry's effect is booked a second time at the gateway",
            Sabotage::FlipByte => "a byte of an entry is flipped in the gateway's database",
            Sabotage::StockOffByOne => "a stock figure at the gateway is raised by one",
        }
    }

    /// Damages the database in the stopped gateway's folder.
    ///
    /// # Errors
    /// When there is nothing to damage.
    pub fn damage(self, data: &Path) -> Outcome {
        let path = data.join("ledger.db");
        let mut connection = Connection::open(&path).map_err(|e| failed(&e, &path))?;
        // Damage asks nobody: a row may go although others name it.
        connection
            .pragma_update(None, "foreign_keys", false)
            .map_err(|e| failed(&e, &path))?;
        let transaction = connection.transaction().map_err(|e| failed(&e, &path))?;
        let changed = match self {
            Sabotage::DropEntry => drop_entry(&transaction),
            Sabotage::ApplyTwice => apply_twice(&transaction),
            Sabotage::FlipByte => flip_byte(&transaction),
            Sabotage::StockOffByOne => off_by_one(&transaction),
        }
        .map_err(|e| failed(&e, &path))?;
        if changed == 0 {
            return Err(Failure::usage(
                "there is nothing to damage yet",
                path.display(),
                "report it",
            ));
        }
        transaction.commit().map_err(|e| failed(&e, &path))
    }
}

fn failed(error: &rusqlite::Error, path: &Path) -> Failure {
    Failure::usage(error, path.display(), "see what the database says")
}

/// An entry in the middle whose scan is on the tape.
const VICTIM: &str = "SELECT arrival FROM entry WHERE instr(bytes, CAST('\"kind\":\"received\"' AS BLOB)) > 0
     ORDER BY arrival LIMIT 1 OFFSET 3";

fn drop_entry(db: &Connection) -> rusqlite::Result<usize> {
    db.execute(&format!("DELETE FROM entry WHERE arrival = ({VICTIM})"), [])
}

fn flip_byte(db: &Connection) -> rusqlite::Result<usize> {
    let (arrival, mut bytes): (i64, Vec<u8>) = db.query_row(
        &format!("SELECT arrival, bytes FROM entry WHERE arrival = ({VICTIM})"),
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    // A digit of the wall clock: still JSON, still an entry, and a lie.
    let text = b"\"wall\":\"";
    let at = bytes
        .windows(text.len())
        .position(|w| w == text)
        .map_or(bytes.len() / 2, |at| at + text.len() + 3);
    bytes[at] ^= 1;
    db.execute(
        "UPDATE entry SET bytes = ?2 WHERE arrival = ?1",
        params![arrival, bytes],
    )
}

fn apply_twice(db: &Connection) -> rusqlite::Result<usize> {
    use lotline_record::entry::Entry;
    use lotline_record::stock::{Effect, effects};
    let bytes: Vec<u8> = db.query_row(
        &format!("SELECT bytes FROM entry WHERE arrival = ({VICTIM})"),
        [],
        |row| row.get(0),
    )?;
    let Ok(entry) = serde_json::from_slice::<Entry>(&bytes) else {
        return Ok(0);
    };
    let mut changed = 0;
    for effect in effects(&entry.body) {
        let Effect::Stock { key, account, delta } = effect else {
            continue;
        };
        let (number, maker) = key.lot.as_ref().map_or((String::new(), String::new()), |lot| {
            (
                lot.number.to_string(),
                lot.maker.as_ref().map(ToString::to_string).unwrap_or_default(),
            )
        });
        changed += db.execute(
            "UPDATE stock SET amount = amount + ?7
              WHERE owner = ?1 AND item = ?2 AND lot = ?3 AND maker = ?4 AND level = ?5 AND account = ?6",
            params![
                key.owner.as_str(),
                key.item.as_str(),
                number,
                maker,
                key.level.as_str(),
                account.to_string(),
                delta.micros()
            ],
        )?;
    }
    Ok(changed)
}

fn off_by_one(db: &Connection) -> rusqlite::Result<usize> {
    db.execute(
        "UPDATE stock SET amount = amount + ?1
          WHERE (owner, item, lot, maker, level, account) IN
                (SELECT owner, item, lot, maker, level, account FROM stock
                  WHERE account LIKE 'place:A-%' ORDER BY owner, item, lot LIMIT 1)",
        [MICROS],
    )
}
