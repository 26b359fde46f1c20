//! What goes ahead of the picture: rows of policy, blocks, people and lock-outs that came before the pages they belong to.
//!
//! They stand in the picture's own tables; `meta` says up to which change (`urgent`), of which history of the server
//! (`urgent_epoch`), and which own entries they count (`urgent_included`). A page that comes later brings the same rows again,
//! or newer ones. A new file of the whole picture may be older: what went ahead of it is carried over.

use super::storage;
use crate::Error;
use crate::sync::Cursor;
use lotline_record::entry::Position;
use lotline_record::wire::{Page, TABLES};
use rusqlite::{Connection, OptionalExtension};
use std::path::Path;

/// Up to which own entry the rows of blocks count.
macro_rules! blocks_included {
    () => {
        "coalesce((SELECT max(CAST(value AS INTEGER)) FROM site.meta WHERE key IN ('included', 'urgent_included')), 0)"
    };
}
pub(super) use blocks_included;

const KEYS: [&str; 3] = ["urgent", "urgent_epoch", "urgent_included"];

fn get(connection: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT value FROM main.meta WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

fn read(connection: &Connection) -> rusqlite::Result<Option<Cursor>> {
    let at = get(connection, KEYS[0])?.and_then(|at| at.parse().ok());
    let server_epoch = get(connection, KEYS[1])?;
    Ok(at
        .zip(server_epoch)
        .map(|(at, server_epoch)| Cursor { server_epoch, at }))
}

/// Up to where rows went ahead; `None`: none ever did.
pub(super) fn cursor(connection: &Connection) -> Result<Option<Cursor>, Error> {
    read(connection).map_err(storage("read what went ahead"))
}

/// Says that the rows of `page` are here.
pub(super) fn keep(connection: &Connection, page: &Page) -> Result<(), Error> {
    let included = Position::new(page.included.epoch, page.included.seq);
    let values = [
        page.to.to_string(),
        page.server_epoch.clone(),
        included.raw().to_string(),
    ];
    for (key, value) in KEYS.iter().zip(&values) {
        connection
            .prepare_cached("INSERT OR REPLACE INTO main.meta (key, value) VALUES (?1, ?2)")
            .and_then(|mut s| s.execute([*key, value]))
            .map_err(storage("keep what went ahead"))?;
    }
    Ok(())
}

/// Carries over what went ahead in the picture at `from` to the newer file `to` that takes its place, where both belong to one
/// history and it is newer than the file.
pub(super) fn carry(to: &Path, from: &Path) -> Result<(), Error> {
    let carry = || -> rusqlite::Result<()> {
        let old = Connection::open(from)?;
        let Some(ahead) = read(&old)? else { return Ok(()) };
        let included = get(&old, KEYS[2])?;
        drop(old);
        let mut connection = Connection::open(to)?;
        connection.execute("ATTACH ?1 AS old", [from.to_string_lossy()])?;
        let transaction = connection.transaction()?;
        let at: Option<u64> = get(&transaction, "cursor")?.and_then(|at| at.parse().ok());
        let epoch = get(&transaction, "server_epoch")?;
        if at.is_none_or(|at| at >= ahead.at) || epoch.as_ref() != Some(&ahead.server_epoch) {
            return Ok(());
        }
        for table in TABLES.iter().filter(|table| table.is_urgent()) {
            let (name, columns) = (table.name, table.columns.join(", "));
            transaction.execute(
                &format!(
                    "INSERT OR REPLACE INTO main.{name} ({columns}, cursor)
                     SELECT {columns}, cursor FROM old.{name} WHERE cursor > ?1 AND gone = 0"
                ),
                [at.unwrap_or(0).cast_signed()],
            )?;
        }
        let values = [ahead.at.to_string(), ahead.server_epoch, included.unwrap_or_default()];
        for (key, value) in KEYS.iter().zip(&values) {
            transaction.execute(
                "INSERT OR REPLACE INTO main.meta (key, value) VALUES (?1, ?2)",
                [*key, value],
            )?;
        }
        transaction.commit()
    };
    carry().map_err(storage("carry over what went ahead"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_record::wire::SITE_SCHEMA;

    fn site(path: &Path, cursor: u64, epoch: &str, blocks: &[(&str, &str, u64)]) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection.execute_batch(SITE_SCHEMA).unwrap();
        for (key, value) in [("cursor", cursor.to_string()), ("server_epoch", epoch.to_owned())] {
            connection
                .execute("INSERT INTO meta VALUES (?1, ?2)", [key, &value])
                .unwrap();
        }
        for (block, state, cursor) in blocks {
            connection
                .execute(
                    "INSERT INTO block VALUES ('S', ?1, 'hold', 'place', 'A', '{}', '', ?2, ?3, 0)",
                    rusqlite::params![block, state, cursor.cast_signed()],
                )
                .unwrap();
        }
        connection
    }

    fn blocks(path: &Path) -> Vec<(String, String)> {
        let connection = Connection::open(path).unwrap();
        let mut statement = connection
            .prepare("SELECT block, state FROM block ORDER BY block")
            .unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    fn ahead(connection: &Connection, epoch: &str, at: u64) {
        let page = Page {
            server_epoch: epoch.into(),
            from: 0,
            to: at,
            more: false,
            included: lotline_record::wire::Included { epoch: 1, seq: 4 },
            counts: lotline_record::wire::WmsCounts::default(),
            now: lotline_record::entry::Instant::from_unix_ms(0),
            rows: Vec::new(),
        };
        keep(connection, &page).unwrap();
    }

    #[test]
    fn a_file_of_the_whole_picture_that_is_older_loses_no_block_that_went_ahead() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("site.db"), folder.path().join("new.db"));
        let here = site(
            &old,
            5,
            "one",
            &[("B-1", "released", 9), ("B-2", "open", 8), ("B-3", "open", 2)],
        );
        ahead(&here, "one", 9);
        drop(site(&new, 7, "one", &[("B-1", "open", 4), ("B-4", "open", 6)]));
        carry(&new, &old).unwrap();
        let of = |name: &str, state: &str| (name.to_owned(), state.to_owned());
        let expected = [of("B-1", "released"), of("B-2", "open"), of("B-4", "open")];
        assert_eq!(blocks(&new), expected, "and what was gone stays gone");
        let kept = cursor(&Connection::open(&new).unwrap()).unwrap().unwrap();
        assert_eq!((kept.at, kept.server_epoch.as_str()), (9, "one"));
    }

    #[test]
    fn what_went_ahead_in_another_history_or_before_the_file_is_not_carried_over() {
        for (epoch, at) in [("two", 9), ("one", 7)] {
            let folder = tempfile::tempdir().unwrap();
            let (old, new) = (folder.path().join("site.db"), folder.path().join("new.db"));
            ahead(&site(&old, 5, epoch, &[("B-2", "open", at)]), epoch, at);
            drop(site(&new, 7, "one", &[]));
            carry(&new, &old).unwrap();
            assert!(blocks(&new).is_empty());
            assert_eq!(cursor(&Connection::open(&new).unwrap()).unwrap(), None);
        }
    }
}
