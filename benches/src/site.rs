//! A site of any size, written straight into `site.db` as a snapshot would bring it.

use lotline_record::model::{PinCost, PinHash};
use lotline_record::wire::{SITE_FORMAT, SITE_SCHEMA, TABLES};
use rusqlite::{Connection, Transaction, params};
use std::path::Path;

/// The site's name.
pub const SITE: &str = "S1";
/// Its pepper.
pub const PEPPER: &[u8] = b"bench";
/// The one person's PIN.
pub const PIN: &str = "1234";
/// Open notices, each with [`NOTICE_LINES`] lines: notice `n` begins at item `n * NOTICE_LINES`.
pub const NOTICES: usize = 10;
/// Lines of a notice.
pub const NOTICE_LINES: usize = 40;
/// Open orders, each with [`ORDER_LINES`] lines of two lots.
pub const ORDERS: usize = 100;
/// Lines of an order.
pub const ORDER_LINES: usize = 8;
/// The notice of one item with serials alone, as tags tell them.
pub const TAGGED: usize = 80_000 + NOTICES;
/// The item of the first line of the first order; the others follow.
const FIRST_ORDERED: usize = NOTICES * NOTICE_LINES;
/// The least number of items, so that notices and orders name different ones.
pub const LEAST_ITEMS: usize = FIRST_ORDERED + ORDERS * ORDER_LINES;
/// Serials with a history on the site, four lines each.
pub const WITH_HISTORY: usize = 50_000;

/// How large a site.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Items, each with a case and an each.
    pub items: usize,
    /// Lots, with two cases in stock in a bin.
    pub lots: usize,
    /// Serials.
    pub serials: usize,
}

/// GTIN-14 of item `n` at a level (`0`: each, `1`: case).
fn gtin(level: u8, n: usize) -> String {
    let body = format!("{level}952{n:09}");
    let sum: u32 = body
        .bytes()
        .enumerate()
        .map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// The DataMatrix of a case of an item that comes in.
pub fn case_label(item: usize, lot: &str) -> String {
    format!("]d201{}1731063010{lot}", gtin(1, item))
}

/// The DataMatrix of an each that comes in.
pub fn each_label(item: usize, lot: &str, serial: usize) -> String {
    format!("]d201{}1731063010{lot}\u{1d}21N{serial:09}", gtin(0, item))
}

/// The tag of a unit of the item of [`TAGGED`] (SGTIN-96).
///
/// # Errors
/// When the URI of the tag is wrong.
pub fn tag(size: &Size, serial: usize) -> Result<String, String> {
    let gtin = gtin(0, size.items);
    let (company, item) = (&gtin[1..8], &gtin[8..13]);
    let uri = format!("urn:epc:tag:sgtin-96:1.{company}.0{item}.{serial}");
    let epc = lotline_scan::Epc::from_tag_uri(&uri).map_err(|e| format!("{uri}: {e}"))?;
    Ok(epc.encode().to_string())
}

/// The DataMatrix of a case in stock; the record knows its expiry.
pub fn stock_label(item: usize, lot: &str) -> String {
    format!("]d201{}10{lot}", gtin(1, item))
}

/// The DataMatrix of an each that the site knows.
pub fn known_each(size: &Size, n: usize) -> String {
    format!("]d201{}21S{n:08}", gtin(0, n % size.items))
}

/// Writes the site. `tell` hears how far it is, in percent.
///
/// # Errors
/// SQLite's, or the PIN's.
pub fn build(path: &Path, size: &Size, mut tell: impl FnMut(usize)) -> Result<(), Box<dyn std::error::Error>> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;")?;
    connection.execute_batch(SITE_SCHEMA)?;
    let transaction = connection.transaction()?;
    let site = Site {
        transaction: &transaction,
        size: *size,
    };
    site.people_and_places()?;
    site.documents()?;
    let whole = (2 * size.items + 2 * size.lots + size.serials).max(1);
    let mut at = 0;
    let mut step = |n: usize| {
        let before = at * 20 / whole;
        at += n;
        if at * 20 / whole > before {
            tell(at * 100 / whole);
        }
    };
    site.items(&mut step)?;
    site.lots(&mut step)?;
    site.serials(&mut step)?;
    site.history()?;
    transaction.commit()?;
    connection.execute_batch("PRAGMA journal_mode = WAL;")?;
    Ok(())
}

/// Brings a picture that [`build`] wrote into the gateway's ledger file, which nobody has open, as if `site` had imported it.
///
/// # Errors
/// SQLite's.
pub fn import(ledger: &Path, picture: &Path, site: &str) -> rusqlite::Result<()> {
    let mut database = Connection::open(ledger)?;
    database.execute("ATTACH ?1 AS bench", [picture.to_string_lossy()])?;
    let transaction = database.transaction()?;
    for table in TABLES {
        let columns = table.columns[1..].join(", ");
        let sql = format!(
            "INSERT INTO main.{0} (site, {columns}, cursor) SELECT ?1, {columns}, 1 FROM bench.{0}",
            table.name
        );
        transaction.execute(&sql, [site])?;
    }
    transaction.execute("UPDATE site SET change = 1", [])?;
    transaction.commit()
}

type Done = Result<(), Box<dyn std::error::Error>>;

struct Site<'t> {
    transaction: &'t Transaction<'t>,
    size: Size,
}

impl Site<'_> {
    fn run(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> rusqlite::Result<()> {
        self.transaction
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(values))
            .map(|_| ())
    }

    fn bins(&self) -> usize {
        (self.size.lots / 25).max(1)
    }

    fn people_and_places(&self) -> Done {
        let pin = PinHash::new(PIN, [1; 16], PEPPER, PinCost::LEAST)?.to_string();
        for (key, value) in [
            ("format", SITE_FORMAT.to_string()),
            ("site", SITE.into()),
            ("cursor", "1".into()),
            ("server_epoch", "bench".into()),
        ] {
            self.run("INSERT INTO meta VALUES (?1, ?2)", params![key, value])?;
        }
        self.run(
            "INSERT INTO person VALUES (?1, 'p1', 'B-1', 'A. Associate', 1, 'associate', ?2, 'en', NULL, 1, 1, 0)",
            params![SITE, pin],
        )?;
        let fixed = [
            ("DOCK-1", "dock"),
            ("CART-1", "resource"),
            ("CAGE-1", "cage"),
            ("STAGE-1", "staging"),
        ];
        for (place, kind) in fixed {
            self.run(
                "INSERT INTO place VALUES (?1, ?2, ?3, NULL, 0, NULL, 1, 0)",
                params![SITE, place, kind],
            )?;
        }
        for n in 0..self.bins() {
            self.run(
                "INSERT INTO place VALUES (?1, ?2, 'bin', NULL, ?3, NULL, 1, 0)",
                params![SITE, format!("A-{n:05}"), i64::try_from(n)?],
            )?;
        }
        Ok(())
    }

    fn documents(&self) -> Done {
        let line = "INSERT INTO document_line
             VALUES (?1, ?2, ?3, ?4, 'ACME', ?5, 'CS', 12, ?6, 0, NULL, NULL, NULL, 0, 1, 0)";
        let open = |kind: &str, document: String, place: &str, lines: usize, first: usize, cases: i64| -> Done {
            self.run(
                "INSERT INTO document VALUES (?1, ?2, ?3, 'ACME', NULL, ?4, 'open', 1, 0)",
                params![SITE, kind, document, place],
            )?;
            for l in 0..lines {
                let item = format!("I{}", first + l);
                self.run(
                    line,
                    params![SITE, kind, document, (l + 1).to_string(), item, cases * 12_000_000],
                )?;
            }
            Ok(())
        };
        for n in 0..NOTICES {
            let document = format!("{}", 80_000 + n);
            open("notice", document, "DOCK-1", NOTICE_LINES, n * NOTICE_LINES, 10_000)?;
        }
        open("notice", TAGGED.to_string(), "DOCK-1", 1, self.size.items, 10_000)?;
        for n in 0..ORDERS {
            let document = format!("{}", 70_000 + n);
            open(
                "order",
                document,
                "STAGE-1",
                ORDER_LINES,
                FIRST_ORDERED + n * ORDER_LINES,
                4,
            )?;
        }
        Ok(())
    }

    fn items(&self, step: &mut impl FnMut(usize)) -> Done {
        // The last one has serials and no lot, which a tag does not tell.
        for n in 0..=self.size.items {
            let item = format!("I{n}");
            let tagged = n == self.size.items;
            self.run(
                "INSERT INTO item VALUES (?1, 'ACME', ?2, ?3, ?4, 'fefo', 'EA', ?5, 30, 30, 1, 0)",
                params![
                    SITE,
                    item,
                    format!("Item {n}"),
                    if tagged { "serial" } else { "lot" },
                    i64::from(!tagged)
                ],
            )?;
            for (level, unit, factor, digit) in [("each", "EA", 1, 0), ("case", "CS", 12, 1)] {
                self.run(
                    "INSERT INTO pack_level VALUES (?1, 'ACME', ?2, ?3, '', ?4, ?5, ?6, NULL, 1, 0)",
                    params![SITE, item, level, gtin(digit, n), unit, factor],
                )?;
            }
            step(2);
        }
        Ok(())
    }

    /// The lots of an item follow each other by expiry and lie in different bins.
    fn lots(&self, step: &mut impl FnMut(usize)) -> Done {
        for n in 0..self.size.lots {
            let (item, lot) = (format!("I{}", n % self.size.items), format!("L{n:07}"));
            let turn = n / self.size.items;
            let expiry = format!("2030-{:02}-28", turn % 12 + 1);
            self.run(
                "INSERT INTO lot VALUES (?1, 'ACME', ?2, ?3, '', ?4, NULL, NULL, '2026-01-01', 1, 0)",
                params![SITE, item, lot, expiry],
            )?;
            let bin = format!("place:A-{:05}", (n + turn * 37) % self.bins());
            self.run(
                "INSERT INTO stock VALUES (?1, 'ACME', ?2, ?3, '', 'case', ?4, 24000000, 1, 0)",
                params![SITE, item, lot, bin],
            )?;
            step(2);
        }
        Ok(())
    }

    fn serials(&self, step: &mut impl FnMut(usize)) -> Done {
        for n in 0..self.size.serials {
            let item = n % self.size.items;
            self.run(
                "INSERT INTO serial VALUES (?1, 'gtin', ?2, ?3, 'ACME', ?4, '', 'place:A-00000', 'here', NULL, 1, 0)",
                params![SITE, gtin(0, item), format!("S{n:08}"), format!("I{item}")],
            )?;
            step(1);
        }
        Ok(())
    }

    fn history(&self) -> Done {
        let sql = "INSERT INTO history VALUES (?1, 'd9', ?2, ?2, 0, 'p1', ?3, 'ACME', ?4, NULL, ?5, NULL, ?6, ?7,
                   1000000, NULL, 1, 0)";
        let moves = [
            ("received", "virtual:supplier", "place:DOCK-1"),
            ("lifted", "place:DOCK-1", "place:CART-1"),
            ("dropped", "place:CART-1", "place:A-00000"),
            ("lifted", "place:A-00000", "place:CART-1"),
        ];
        for n in 0..WITH_HISTORY.min(self.size.serials) {
            let (item, serial) = (format!("I{}", n % self.size.items), format!("S{n:08}"));
            for (m, (kind, from, to)) in moves.iter().enumerate() {
                let position = i64::try_from(n * moves.len() + m + 1)?;
                self.run(sql, params![SITE, position, kind, item, serial, from, to])?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_labels_of_the_bench_carry_right_check_digits() {
        for n in [0, 7, 99_999] {
            for level in [0, 1] {
                assert!(lotline_scan::Gtin::parse(&gtin(level, n)).is_ok(), "{}", gtin(level, n));
            }
        }
    }
}
