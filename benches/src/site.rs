//! A site of any size, written straight into `site.db` as a snapshot would bring it.

use lotline_record::model::{PinCost, PinHash};
use lotline_record::wire::{SITE_FORMAT, SITE_SCHEMA};
use rusqlite::{Connection, params};
use std::path::Path;

/// The site's name.
pub const SITE: &str = "S1";
/// Its pepper.
pub const PEPPER: &[u8] = b"bench";
/// The one person's PIN.
pub const PIN: &str = "1234";

/// How large a site.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Items, each with a case and an each.
    pub items: usize,
    /// Lots, with stock in a bin.
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

/// The DataMatrix of a case of item 0, each with a lot of its own.
pub fn case_label(n: usize) -> String {
    format!("]d201{}1731063010BENCH{n:07}", gtin(1, 0))
}

/// Writes the site.
///
/// # Errors
/// SQLite's, or the PIN's.
pub fn build(path: &Path, size: &Size) -> Result<(), Box<dyn std::error::Error>> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")?;
    connection.execute_batch(SITE_SCHEMA)?;
    let transaction = connection.transaction()?;
    let pin = PinHash::new(PIN, [1; 16], PEPPER, PinCost::LEAST)?.to_string();
    {
        let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
            transaction
                .prepare_cached(sql)
                .and_then(|mut s| s.execute(values))
                .map(|_| ())
        };
        for (key, value) in [
            ("format", SITE_FORMAT.to_string()),
            ("site", SITE.into()),
            ("cursor", "1".into()),
            ("server_epoch", "bench".into()),
        ] {
            run("INSERT INTO meta VALUES (?1, ?2)", params![key, value])?;
        }
        run(
            "INSERT INTO person VALUES (?1, 'p1', 'B-1', 'A. Associate', 1, 'associate', ?2, 'en', NULL, 1, 1, 0)",
            params![SITE, pin],
        )?;
        for (place, kind) in [("DOCK-1", "dock"), ("CART-1", "resource"), ("CAGE-1", "cage")] {
            run(
                "INSERT INTO place VALUES (?1, ?2, ?3, NULL, 0, NULL, 1, 0)",
                params![SITE, place, kind],
            )?;
        }
        for n in 0..(size.lots / 25).max(1) {
            let place = format!("A-{n:05}");
            run(
                "INSERT INTO place VALUES (?1, ?2, 'bin', NULL, ?3, NULL, 1, 0)",
                params![SITE, place, i64::try_from(n)?],
            )?;
        }
        run(
            "INSERT INTO document VALUES (?1, 'notice', '80041', 'ACME', NULL, 'DOCK-1', 'open', 1, 0)",
            params![SITE],
        )?;
        run(
            "INSERT INTO document_line VALUES (?1, 'notice', '80041', '1', 'ACME', 'I0', 'CS', 12, 1000000000000000, 0, NULL, NULL, NULL, 0, 1, 0)",
            params![SITE],
        )?;
        for n in 0..size.items {
            let item = format!("I{n}");
            run(
                "INSERT INTO item VALUES (?1, 'ACME', ?2, ?3, 'lot', 'fefo', 'EA', 1, 30, 30, 1, 0)",
                params![SITE, item, format!("Item {n}")],
            )?;
            for (level, unit, factor, digit) in [("each", "EA", 1, 0), ("case", "CS", 12, 1)] {
                run(
                    "INSERT INTO pack_level VALUES (?1, 'ACME', ?2, ?3, '', ?4, ?5, ?6, NULL, 1, 0)",
                    params![SITE, item, level, gtin(digit, n), unit, factor],
                )?;
            }
        }
        for n in 0..size.lots {
            let (item, lot) = (format!("I{}", n % size.items), format!("L{n:07}"));
            run(
                "INSERT INTO lot VALUES (?1, 'ACME', ?2, ?3, '', '2030-06-30', NULL, NULL, '2026-01-01', 1, 0)",
                params![SITE, item, lot],
            )?;
            run(
                "INSERT INTO stock VALUES (?1, 'ACME', ?2, ?3, '', 'case', ?4, 24000000, 1, 0)",
                params![SITE, item, lot, format!("place:A-{:05}", n % (size.lots / 25).max(1))],
            )?;
        }
        for n in 0..size.serials {
            run(
                "INSERT INTO serial VALUES (?1, 'gtin', ?2, ?3, 'ACME', ?4, '', 'place:A-00000', 'here', NULL, 1, 0)",
                params![
                    SITE,
                    gtin(0, n % size.items),
                    format!("S{n:08}"),
                    format!("I{}", n % size.items)
                ],
            )?;
        }
    }
    transaction.commit()?;
    Ok(())
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
