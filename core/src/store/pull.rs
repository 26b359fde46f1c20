//! Pages go into the picture, and own effects that it then includes are dropped.

use super::aside::{self, Aside, Waiting};
use super::open::{Store, lock};
use super::queue::set_meta;
use super::{behind, picture, storage};
use crate::points::{Point, reached};
use crate::sync::Cursor;
use crate::{Error, Remedy};
use lotline_record::entry::Position;
use lotline_record::wire::{self, Cell, Page};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

/// Entries whose effects are pruned in one transaction.
const PRUNED_AT_ONCE: i64 = 200;

impl Store {
    /// Puts a page that is not the last one aside. False where so much waits that it goes into the picture now.
    pub(super) fn put_aside(&self, page: &Page) -> Result<bool, Error> {
        let Some(picture) = self.with_site(|c| picture_cursor(c))? else {
            return Ok(false);
        };
        let mut aside = lock(&self.aside);
        let waiting = aside.pages.take().filter(|waiting| waiting.goes_on(&picture).is_some());
        if waiting.as_ref().is_some_and(Aside::is_full) {
            return Ok(false);
        }
        let put = aside::put(&self.folder, &self.cipher, &picture, waiting.as_ref(), page);
        let put = put.map_err(|error| {
            let full = error.kind() == std::io::ErrorKind::StorageFull;
            let remedy = if full { Remedy::FreeSpace } else { Remedy::Retry };
            Error::new(remedy, "storage", format!("a page cannot be put aside: {error}"))
        })?;
        aside.pages = Some(put);
        Ok(true)
    }

    /// Applies a page and those that waited for it, as one.
    pub(super) fn put_in(&self, page: &Page) -> Result<(), Error> {
        *lock(&self.aside) = Waiting::default();
        self.with_site(|connection| {
            let picture = picture_cursor(connection)?;
            let waited = picture
                .map(|picture| aside::take(&self.folder, &self.cipher, &picture))
                .unwrap_or_default();
            let transaction = connection.transaction().map_err(storage("begin"))?;
            for row in waited.iter().flat_map(|page| &page.rows).chain(&page.rows) {
                apply_row(&transaction, row)?;
            }
            let included = Position::new(page.included.epoch, page.included.seq);
            for (key, value) in [
                ("cursor", page.to.to_string()),
                ("server_epoch", page.server_epoch.clone()),
                ("included", included.raw().to_string()),
                ("at_gateway", page.counts.at_gateway.to_string()),
                ("in_wms", page.counts.in_wms.to_string()),
            ] {
                transaction
                    .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")
                    .and_then(|mut s| s.execute([key, &value]))
                    .map_err(storage("keep the cursor"))?;
            }
            reached(Point::InsidePage);
            transaction.commit().map_err(storage("commit"))?;
            reached(Point::AfterPage);
            for page in waited.iter().chain([page]) {
                lock(&self.known).paged(page);
            }
            if !waited.is_empty() {
                aside::clear(&self.folder);
            }
            if !page.more {
                // Own effects may be pruned only up to an `included` that is safely on disk.
                connection
                    .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
                    .map_err(storage("make the picture durable"))?;
            }
            Ok(())
        })
    }

    /// Puts today's work into a picture that has nothing yet. Without a cursor it stays a picture that is to be fetched.
    pub(super) fn put_in_focus(&self, page: &Page) -> Result<(), Error> {
        self.with_site(|connection| {
            let transaction = connection.transaction().map_err(storage("begin"))?;
            for row in &page.rows {
                apply_row(&transaction, row)?;
            }
            let included = Position::new(page.included.epoch, page.included.seq);
            for (key, value) in [
                ("included", included.raw().to_string()),
                ("at_gateway", page.counts.at_gateway.to_string()),
                ("in_wms", page.counts.in_wms.to_string()),
            ] {
                transaction
                    .execute(
                        "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
                        [key, &value],
                    )
                    .map_err(storage("keep what today's work counts"))?;
            }
            transaction.commit().map_err(storage("commit"))?;
            lock(&self.known).forget();
            Ok(())
        })
    }

    /// Applies a page as if its process died before it pruned. For the simulator.
    ///
    /// # Errors
    /// `storage`.
    #[cfg(feature = "scenario")]
    pub fn apply_page_and_die(&self, page: &Page) -> Result<(), Error> {
        self.put_in(page)
    }

    /// Drops own effects that the picture includes, some hundred entries at a time, so that an input waits for few.
    /// With the last of them the recall list counts as complete at `recall_list_ms`.
    pub(super) fn prune(&self, recall_list_ms: i64) -> Result<(), Error> {
        loop {
            let more = self.with_journal(|connection| {
                self.write_behind(connection)?;
                let transaction = connection.transaction().map_err(storage("begin"))?;
                let included = picture::included_through(&transaction)?.raw();
                let pruned = behind::pruned(&transaction)?.raw();
                let until: Option<i64> = transaction
                    .prepare_cached(
                        "SELECT position FROM entry WHERE position > ?1 AND position <= ?2
                         ORDER BY position LIMIT 1 OFFSET ?3",
                    )
                    .and_then(|mut s| {
                        s.query_row(params![pruned, included, PRUNED_AT_ONCE], |r| r.get(0))
                            .optional()
                    })
                    .map_err(storage("prune own effects"))?;
                let upto = until.unwrap_or(included);
                behind::prune(&transaction, Position::from_raw(upto))?;
                if until.is_none() {
                    set_meta(&transaction, "recall_list_ms", &recall_list_ms.to_string())?;
                }
                transaction.commit().map_err(storage("commit"))?;
                if until.is_none() {
                    lock(&self.known).recalls_at(recall_list_ms);
                }
                Ok(until.is_some())
            })?;
            if !more {
                return Ok(());
            }
        }
    }
}

/// The picture's own cursor, without pages that wait.
pub(super) fn picture_cursor(site: &Connection) -> Result<Option<Cursor>, Error> {
    let get = |key: &str| {
        site.prepare_cached("SELECT value FROM meta WHERE key = ?1")
            .and_then(|mut s| s.query_row([key], |r| r.get::<_, String>(0)).optional())
            .map_err(storage("read the cursor"))
    };
    let (Some(server_epoch), Some(at)) = (get("server_epoch")?, get("cursor")?) else {
        return Ok(None);
    };
    Ok(at.parse().ok().map(|at| Cursor { server_epoch, at }))
}

pub(super) fn apply_row(connection: &Connection, row: &wire::Row) -> Result<(), Error> {
    let Some(table) = wire::table(&row.t) else {
        // A newer server may have tables this version does not know; they are not needed to go on.
        return Ok(());
    };
    if row.r.len() < table.columns.len() {
        return Err(Error::new(
            Remedy::Bug,
            "bad_page",
            format!("a row of {} has {} values", row.t, row.r.len()),
        ));
    }
    let cells = row.r.iter().take(table.columns.len()).map(|cell| match cell {
        Cell::Null => rusqlite::types::Value::Null,
        Cell::Int(n) => rusqlite::types::Value::Integer(*n),
        Cell::Text(text) => rusqlite::types::Value::Text(text.clone()),
    });
    let (sql, values): (String, Vec<_>) = if row.gone {
        let keys: Vec<String> = table.columns[..table.key]
            .iter()
            .enumerate()
            .map(|(n, c)| format!("{c} = ?{}", n + 1))
            .collect();
        (
            format!("DELETE FROM {} WHERE {}", table.name, keys.join(" AND ")),
            cells.take(table.key).collect(),
        )
    } else {
        let marks: Vec<String> = (1..=table.columns.len() + 1).map(|n| format!("?{n}")).collect();
        let sql = format!(
            "INSERT OR REPLACE INTO {} ({}, cursor) VALUES ({})",
            table.name,
            table.columns.join(", "),
            marks.join(", ")
        );
        let cursor = rusqlite::types::Value::Integer(row.c.cast_signed());
        (sql, cells.chain([cursor]).collect())
    };
    connection
        .prepare_cached(&sql)
        .and_then(|mut s| s.execute(params_from_iter(values)))
        .map(|_| ())
        .map_err(storage("apply a page"))
}
