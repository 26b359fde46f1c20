//! Today's work and what it refers to, for a device that has no picture yet: a first, small one that it can work with while
//! the whole is on its way.

use super::sqlite::Sqlite;
use super::{Result, site};
use super::{carried, pull};
use lotline_record::entry::Instant;
use lotline_record::model::DeviceId;
use lotline_record::wire::{Included, Page, TABLES};

/// Open documents, those that changed last.
const DOCUMENTS: &str = "SELECT kind, document, place, partner FROM document WHERE gone = 0 AND state = 'open'
  ORDER BY cursor DESC LIMIT 200";
/// Tasks that wait, the first first.
const TASKS: &str = "SELECT task, owner, item, place, to_place FROM task WHERE gone = 0 AND state = 'open'
  ORDER BY priority, cursor DESC LIMIT 500";
/// What the asking device told of before: the picture counts it, so that it must be here.
const OWN: &str = "SELECT owner, item, serial, plate FROM history WHERE gone = 0 AND device = ?2";
/// With more of that than so many lines the device waits for the whole picture.
const MOST_OWN: i64 = 2_000;
/// The most rows of a table.
const MOST: usize = 10_000;

/// Which rows of a table belong to it; `None`: none do, or they go ahead of everything and are here already.
fn wanted(table: &str) -> Option<String> {
    let of_documents = format!("(kind, document) IN (SELECT kind, document FROM ({DOCUMENTS}))");
    let of_tasks = format!("task IN (SELECT task FROM ({TASKS}))");
    let items = format!(
        "SELECT owner, item FROM document_line WHERE gone = 0 AND {of_documents}
         UNION SELECT owner, item FROM ({TASKS}) WHERE item IS NOT NULL
         UNION SELECT owner, item FROM ({OWN}) WHERE item IS NOT NULL"
    );
    let of_items = format!("(owner, item) IN ({items})");
    Some(match table {
        "setting" => "TRUE".into(),
        "document" | "document_line" => of_documents,
        "notice_serial" => format!("document IN (SELECT document FROM ({DOCUMENTS}) WHERE kind = 'notice')"),
        "exception" => "state = 'open'".into(),
        "task" | "assignment" | "reservation" => of_tasks,
        "item" | "pack_level" | "lot" | "stock" => of_items,
        "partner" => format!("partner IN (SELECT partner FROM ({DOCUMENTS}))"),
        "place" => format!(
            "(kind <> 'bin' OR place IN (
               SELECT place FROM ({DOCUMENTS}) UNION SELECT place FROM ({TASKS}) UNION SELECT to_place FROM ({TASKS})
               UNION SELECT substr(account, 7) FROM stock WHERE gone = 0 AND account LIKE 'place:%' AND {of_items}))"
        ),
        "plate" => format!(
            "plate IN (SELECT plate FROM document_line WHERE gone = 0 AND {of_documents} UNION SELECT plate FROM ({OWN}))"
        ),
        "serial" => format!("serial IN (SELECT serial FROM ({OWN}) WHERE serial IS NOT NULL)"),
        _ => return None,
    })
}

/// The rows, as one page that leads nowhere: what follows is the whole picture.
pub(super) fn page(store: &Sqlite, device: &DeviceId, now: Instant) -> Result<Page> {
    store.read(|tx| {
        let site = site::load(tx)?;
        let (included, counts) = pull::marks(tx, device)?;
        let carried = carried::of(tx, site.site.as_str(), device)?;
        let told: i64 = tx.query_row(
            "SELECT count(*) FROM history WHERE device = ?1",
            [device.as_str()],
            |row| row.get(0),
        )?;
        let mut rows = Vec::new();
        // A device that told nothing yet has no serials of its own, and all of the site's need not be looked through.
        let tables = TABLES.iter().filter(|table| told > 0 || table.name != "serial");
        for table in tables.filter(|_| told <= MOST_OWN) {
            if let Some(wanted) = wanted(table.name) {
                // The site is the first column of every key: with it the key is an index.
                let wanted = format!(
                    "site = (SELECT here.site FROM main.site here) AND gone = 0 AND {} AND {wanted}",
                    carried.narrows(table).condition()
                );
                rows.extend(pull::rows(tx, table, device, &wanted, MOST)?);
            }
        }
        Ok(Page {
            server_epoch: carried.epoch(&site.server_epoch),
            from: 0,
            to: site.change,
            more: true,
            included: Included {
                epoch: included.epoch(),
                seq: included.seq(),
            },
            counts,
            now,
            rows,
        })
    })
}
