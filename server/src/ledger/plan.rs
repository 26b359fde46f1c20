//! How rows are found: indexes that no format needs, and what SQLite's planner is told of all of them.
//!
//! Without figures the planner takes it that the first column of an index leaves ten rows. Here that column is the site, of
//! which a ledger has one: a search by it alone reads the whole table, and is taken for cheaper than the index that was made
//! for the question. `ANALYZE` counts what is there when it is asked: nothing, in a new ledger, and that would be believed for
//! years. So the figures are reckoned from the indexes' columns (SQLite, "Database File Format", the table `sqlite_stat1`).

use rusqlite::{Connection, params};

/// No entry's meaning hangs on these: every version may make them.
const INDEXES: &str = "
  CREATE INDEX IF NOT EXISTS exception_serial ON exception (site, serial) WHERE serial IS NOT NULL;
  CREATE INDEX IF NOT EXISTS plate_received_entry ON plate_received (arrival);
";

/// Rows of a table that grows for years, as the planner is to see it.
const ROWS: u64 = 1_000_000;
/// What a column leaves of the rows that those before it left. The site leaves all.
const LEAVES: u64 = 100;

/// Makes the indexes and tells the planner of them, where that was not done before. Connections that come later know it, too.
pub(super) fn tell(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(INDEXES)?;
    let reckoned = reckon(conn)?;
    // Makes the table of figures, and looks at nothing else.
    conn.execute_batch("ANALYZE sqlite_schema")?;
    let known: Vec<[String; 3]> = conn
        .prepare("SELECT tbl, idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL ORDER BY tbl, idx")?
        .query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?
        .collect::<rusqlite::Result<_>>()?;
    if known == reckoned {
        return Ok(());
    }
    conn.execute("DELETE FROM sqlite_stat1", [])?;
    for [table, index, figures] in reckoned {
        conn.execute(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?1, ?2, ?3)",
            params![table, index, figures],
        )?;
    }
    conn.execute_batch("ANALYZE sqlite_schema")
}

/// Table, index and its figures: how many rows it has, and how many are left by its first column, its first two, and so on.
fn reckon(conn: &Connection) -> rusqlite::Result<Vec<[String; 3]>> {
    let mut statement = conn.prepare(
        "SELECT t.name, iif(t.wr AND i.origin = 'pk', t.name, i.name) AS idx, i.\"unique\", i.partial, group_concat(c.name)
           FROM pragma_table_list t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
          WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
          GROUP BY t.name, i.name ORDER BY t.name, idx",
    )?;
    let rows = statement.query_map([], |row| {
        let columns: String = row.get(4)?;
        Ok(([row.get(0)?, row.get(1)?], figures(&columns, row.get(2)?, row.get(3)?)))
    })?;
    rows.map(|row| row.map(|([table, index], figures)| [table, index, figures]))
        .collect()
}

fn figures(columns: &str, unique: bool, partial: bool) -> String {
    let rows = if partial { ROWS / LEAVES } else { ROWS };
    let mut left = rows;
    let mut out: Vec<u64> = vec![rows];
    for column in columns.split(',') {
        if column != "site" {
            left = (left / LEAVES).max(1);
        }
        out.push(left);
    }
    if unique && let Some(last) = out.last_mut() {
        *last = 1;
    }
    out.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::sqlite;
    use rusqlite::Connection;
    use std::path::Path;

    /// What grows with every entry.
    const GROWING: [&str; 12] = [
        "delivery",
        "entry",
        "exception",
        "history",
        "lot",
        "movement",
        "plate_received",
        "push_proof",
        "receipt",
        "serial",
        "serial_way",
        "verdict",
    ];

    /// Statements that are to read everything, and why.
    const WHOLE: [(&str, &str); 5] = [
        (
            "FROM entry ORDER BY device, epoch, seq",
            "a restored ledger is looked through",
        ),
        (
            "FROM receipt ORDER BY received_ms DESC LIMIT 1",
            "a restored ledger is looked through",
        ),
        ("FROM push_proof p JOIN device d", "an export takes all"),
        ("FROM receipt WHERE ?1 IS NULL OR device = ?1", "an export takes all"),
        (
            "FROM (SELECT * FROM entry ORDER BY arrival DESC LIMIT ?1) e",
            "its newest rows",
        ),
    ];

    /// The statements that are written in the ledger's source, each with its file.
    fn statements(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && name != "postgres" {
                statements(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                for text in source.replace("\\\"", "'").split('"').skip(1).step_by(2) {
                    let begins = ["SELECT ", "UPDATE ", "DELETE FROM ", "WITH "];
                    if begins.iter().any(|word| text.starts_with(word)) {
                        found.push((name.clone(), text.split_whitespace().collect::<Vec<_>>().join(" ")));
                    }
                }
            }
        }
    }

    fn plan(conn: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        statement.raw_query().mapped(|row| row.get(3)).collect()
    }

    /// Reads a growing table by its site alone, or from one end to the other; but what is open is what waits, not what grows.
    fn reads_all(sql: &str, step: &str) -> bool {
        let mut words = step.split_whitespace();
        let (how, what) = (words.next(), words.next().unwrap_or_default());
        let grows = GROWING
            .iter()
            .any(|table| what == *table || sql.contains(&format!(" {table} {what} ")));
        let waits = ["_open", "_kept"]
            .iter()
            .any(|end| step.contains(&format!("{end} (")) || step.ends_with(end));
        grows && !waits && (how == Some("SCAN") || how == Some("SEARCH") && step.ends_with("(site=?)"))
    }

    #[test]
    fn no_statement_reads_a_table_that_grows_for_years_from_end_to_end() {
        let conn = sqlite::empty().unwrap();
        let mut found = Vec::new();
        statements(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ledger"), &mut found);
        let (mut looked, mut bad) = (0, Vec::new());
        for (file, sql) in found {
            if WHOLE.iter().any(|(part, _)| sql.contains(part)) {
                continue;
            }
            // What is put together at run time can't be explained from its source.
            let Ok(steps) = plan(&conn, &sql) else { continue };
            looked += 1;
            bad.extend(
                steps
                    .iter()
                    .filter(|step| reads_all(&sql, step))
                    .map(|step| format!("{file}: {sql}\n  {step}")),
            );
        }
        assert!(looked > 150, "only {looked} statements were found");
        assert!(bad.is_empty(), "{}", bad.join("\n"));
        for condition in [
            "owner = ?2 AND item = ?3 AND serial = ?4",
            "serial = ?2 AND serial = ?3 AND serial = ?4",
            "plate = ?2 AND plate = ?3 AND plate = ?4",
            "owner = ?2 AND item = ?3 AND lot = ?4",
        ] {
            let sql = super::super::found::last_touched(condition);
            let steps = plan(&conn, &sql).unwrap();
            assert!(
                !steps.iter().any(|step| reads_all(&sql, step)),
                "{condition}: {steps:?}"
            );
        }
    }
}
