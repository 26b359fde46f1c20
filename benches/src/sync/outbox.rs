//! An outbox as a careful team writes it: a table of what is to be sent, each row durable before the scan is told good, removed
//! when the endpoint has answered well. What fails is sent again; the id makes that harmless.

use super::process::{Device, serve as serve_device};
use super::{Done, event};
use crate::load::http::Http;
use lotline_core::platform::{Ids, system_ids};
use rusqlite::{Connection, params};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The word that makes this program an outbox: `sync-outbox FOLDER ADDRESS BATCH`.
pub const WORD: &str = "sync-outbox";
/// After the first failure it tries at once, then after this, twice as long each time.
const PAUSE: Duration = Duration::from_millis(100);
const PAUSE_MOST: Duration = Duration::from_secs(30);

struct Outbox {
    database: Connection,
    http: Http,
    ids: Arc<dyn Ids>,
    batch: u32,
}

/// Serves the outbox in `folder`, which sends `batch` events at a time to `address`.
///
/// # Errors
/// What keeps it from working.
pub(super) fn serve(folder: &Path, address: &str, batch: &str) -> Done<()> {
    let database = Connection::open(folder.join("outbox.db")).map_err(text)?;
    database
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE IF NOT EXISTS outbox (n INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);",
        )
        .map_err(text)?;
    let mut outbox = Outbox {
        database,
        http: Http::new(address.parse().map_err(|_| format!("{address}?"))?),
        ids: system_ids(),
        batch: batch.parse().map_err(|_| format!("{batch}?"))?,
    };
    serve_device(&mut outbox)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Outbox {
    /// The next events as a JSON array, and the number of the last.
    fn next(&self) -> Done<Option<(String, i64)>> {
        let mut statement = self
            .database
            .prepare_cached("SELECT n, body FROM outbox ORDER BY n LIMIT ?1")
            .map_err(text)?;
        let mut rows = statement.query([self.batch]).map_err(text)?;
        let (mut body, mut last) = (String::from("["), None);
        while let Some(row) = rows.next().map_err(text)? {
            if last.is_some() {
                body.push(',');
            }
            body.push_str(&row.get::<_, String>(1).map_err(text)?);
            last = Some(row.get(0).map_err(text)?);
        }
        body.push(']');
        Ok(last.map(|last| (body, last)))
    }
}

impl Device for Outbox {
    fn pending(&self) -> Done<u64> {
        let count = self
            .database
            .query_row("SELECT count(*) FROM outbox", [], |row| row.get::<_, i64>(0));
        count.map(i64::unsigned_abs).map_err(text)
    }

    fn prepare(&mut self, _how: &str) -> Done<()> {
        Ok(())
    }

    fn capture(&mut self, scans: usize) -> Done<()> {
        for scan in 0..scans {
            let wall_ms = super::wall_ms();
            let body = event(&self.ids.entry(wall_ms), scan, wall_ms).to_string();
            let mut insert = self
                .database
                .prepare_cached("INSERT INTO outbox (body) VALUES (?1)")
                .map_err(text)?;
            insert.execute([body]).map_err(text)?;
        }
        Ok(())
    }

    fn drain(&mut self, durable: &(dyn Fn() + Sync)) -> Done<()> {
        let mut failures = 0;
        while let Some((body, last)) = self.next()? {
            let header = "content-type: application/json\r\n";
            let answer = self.http.ask("POST", "/events", header, body.as_bytes());
            if answer.is_ok_and(|answer| answer.status == 200) {
                failures = 0;
                let mut sent = self
                    .database
                    .prepare_cached("DELETE FROM outbox WHERE n <= ?1")
                    .map_err(text)?;
                sent.execute(params![last]).map_err(text)?;
                continue;
            }
            if failures > 0 {
                super::pause(PAUSE_MOST.min(PAUSE * 2_u32.saturating_pow(failures - 1)));
            }
            failures += 1;
        }
        durable();
        Ok(())
    }
}
