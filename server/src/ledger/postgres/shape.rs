//! The tables as both sides have them, read from the replica's own schema: a table that is added to the ledger is mirrored
//! without another word.

use crate::ledger::Result;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::fmt::Write;

/// Number of mirrored tables' key columns at most: the width of `touched`.
pub(super) const WIDEST_KEY: usize = 8;

/// Type of a column. SQLite keeps nothing else here: no floating point, booleans are 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Text,
    Blob,
}

impl Kind {
    pub(super) fn sql(self) -> &'static str {
        match self {
            Kind::Int => "bigint",
            Kind::Text => "text",
            Kind::Blob => "bytea",
        }
    }
}

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    required: bool,
}

/// A table of the replica and its counterpart in PostgreSQL.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// Name on both sides.
    pub(super) name: String,
    /// Of the replica, in its order. PostgreSQL has `site` before them where it is not among them.
    pub(super) columns: Vec<Column>,
    /// Which columns are the replica's key.
    pub(super) key: Vec<usize>,
    /// Whether the replica's own table has it.
    pub(super) has_site: bool,
}

/// `entry` has two counterparts: the bytes, which never change, and what became of them.
pub(super) const ENTRY: &str = "entry";
const OF_STATE: [&str; 4] = ["arrival", "change", "counted", "kept_by"];

/// Every table of the ledger, by name.
pub(super) fn of(replica: &Connection) -> Result<Vec<Shape>> {
    let mut names = replica.prepare(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'replica'
          ORDER BY name",
    )?;
    let names = names
        .query_map([], |row| row.get::<_, String>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    names.into_iter().map(|name| table(replica, name)).collect()
}

fn table(replica: &Connection, name: String) -> Result<Shape> {
    let mut statement =
        replica.prepare("SELECT name, upper(type), \"notnull\", pk FROM pragma_table_info(?1) ORDER BY cid")?;
    let found = statement
        .query_map([&name], |row| {
            let kind = match row.get::<_, String>(1)?.as_str() {
                "INTEGER" => Kind::Int,
                "BLOB" => Kind::Blob,
                _ => Kind::Text,
            };
            let pk = row.get::<_, u32>(3)? as usize;
            Ok((
                Column {
                    name: row.get(0)?,
                    kind,
                    required: row.get::<_, bool>(2)? || pk > 0,
                },
                pk,
            ))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut key: Vec<(usize, usize)> = found
        .iter()
        .enumerate()
        .filter(|(_, (_, pk))| *pk > 0)
        .map(|(at, (_, pk))| (*pk, at))
        .collect();
    key.sort_unstable();
    let columns: Vec<Column> = found.into_iter().map(|(column, _)| column).collect();
    debug_assert!(!key.is_empty() && key.len() <= WIDEST_KEY, "{name}");
    Ok(Shape {
        has_site: columns.iter().any(|column| column.name == "site"),
        key: key.into_iter().map(|(_, at)| at).collect(),
        name,
        columns,
    })
}

impl Shape {
    fn quoted(&self) -> String {
        format!("lotline.{}", quote(&self.name))
    }

    fn key_names(&self) -> Vec<String> {
        let own = self.key.iter().map(|at| quote(&self.columns[*at].name));
        if self.has_site {
            own.collect()
        } else {
            std::iter::once("site".to_owned()).chain(own).collect()
        }
    }

    /// The table in PostgreSQL, made if it is not there.
    pub(super) fn create(&self) -> String {
        let mut sql = format!("CREATE TABLE IF NOT EXISTS {} (\n", self.quoted());
        if !self.has_site {
            sql.push_str("  site text NOT NULL,\n");
        }
        for column in &self.columns {
            let must = if column.required { " NOT NULL" } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(sql, "  {} {}{must},", quote(&column.name), column.kind.sql());
        }
        let _ = write!(sql, "  PRIMARY KEY ({})\n);\n", self.key_names().join(", "));
        sql
    }

    /// Keeps `columns` of many rows: `$1` is the site where `columns` has none, then an array a column.
    fn keep(&self, target: &str, columns: &[&Column], key: Option<&[String]>) -> String {
        let named = columns.iter().map(|c| quote(&c.name));
        let names: Vec<String> = if self.has_site {
            named.collect()
        } else {
            std::iter::once("site".to_owned()).chain(named).collect()
        };
        let first = usize::from(!self.has_site) + 1;
        let arrays: Vec<String> = (first..)
            .zip(columns)
            .map(|(n, c)| format!("${n}::{}[]", c.kind.sql()))
            .collect();
        let site = if self.has_site { "" } else { "$1::text, " };
        let otherwise = key.map_or_else(
            || "DO NOTHING".to_owned(),
            |key| {
                let set: Vec<String> = names
                    .iter()
                    .filter(|name| !key.contains(name))
                    .map(|name| format!("{name} = excluded.{name}"))
                    .collect();
                if set.is_empty() {
                    "DO NOTHING".to_owned()
                } else {
                    format!("({}) DO UPDATE SET {}", key.join(", "), set.join(", "))
                }
            },
        );
        format!(
            "INSERT INTO lotline.{target} ({}) SELECT {site}u.* FROM unnest({}) u ON CONFLICT {otherwise}",
            names.join(", "),
            arrays.join(", "),
        )
    }

    /// Inserts rows or replaces them by their key; the statements, each with the columns it takes, and whether it is only for
    /// rows that are new.
    pub(super) fn keeping(&self) -> Vec<Keeping> {
        if self.name != ENTRY {
            let all: Vec<&Column> = self.columns.iter().collect();
            return vec![Keeping {
                sql: self.keep(&quote(&self.name), &all, Some(&self.key_names())),
                columns: (0..self.columns.len()).collect(),
                new_only: false,
            }];
        }
        let part = |of: &dyn Fn(&str) -> bool| -> Vec<usize> {
            (0..self.columns.len())
                .filter(|at| of(&self.columns[*at].name))
                .collect()
        };
        let of = |columns: &[usize]| columns.iter().map(|at| &self.columns[*at]).collect::<Vec<_>>();
        let bytes = part(&|name| name == "arrival" || !OF_STATE.contains(&name));
        let state = part(&|name| OF_STATE.contains(&name));
        vec![
            Keeping {
                sql: self.keep("entry", &of(&bytes), None),
                columns: bytes,
                new_only: true,
            },
            Keeping {
                sql: self.keep("entry_state", &of(&state), Some(&["site".into(), "arrival".into()])),
                columns: state,
                new_only: false,
            },
        ]
    }

    /// Drops rows by key: `$1` is the site, then an array a key column.
    pub(super) fn drop_rows(&self) -> String {
        let columns: Vec<&Column> = self.key.iter().map(|at| &self.columns[*at]).collect();
        let arrays: Vec<String> = (2..)
            .zip(&columns)
            .map(|(n, c)| format!("${n}::{}[]", c.kind.sql()))
            .collect();
        let names: Vec<String> = columns.iter().map(|c| quote(&c.name)).collect();
        let same: Vec<String> = names.iter().map(|name| format!("t.{name} = u.{name}")).collect();
        format!(
            "DELETE FROM {} t USING unnest({}) u ({}) WHERE t.site = $1::text AND {}",
            self.quoted(),
            arrays.join(", "),
            names.join(", "),
            same.join(" AND "),
        )
    }

    /// All rows of the site `$1`, columns in the replica's order.
    pub(super) fn select(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|c| quote(&c.name)).collect();
        if self.name == ENTRY {
            return format!(
                "SELECT {} FROM lotline.entry e JOIN lotline.entry_state s USING (site, arrival) WHERE e.site = $1",
                names.join(", ")
            );
        }
        format!("SELECT {} FROM {} WHERE site = $1", names.join(", "), self.quoted())
    }

    /// As [`Shape::select`], only the rows whose keys are given: `$2` on, an array a key column.
    pub(super) fn select_keys(&self) -> String {
        let columns: Vec<&Column> = self.key.iter().map(|at| &self.columns[*at]).collect();
        let arrays: Vec<String> = (2..)
            .zip(&columns)
            .map(|(n, c)| format!("${n}::{}[]", c.kind.sql()))
            .collect();
        let names: Vec<String> = columns.iter().map(|c| quote(&c.name)).collect();
        let table = if self.name == ENTRY { "e." } else { "" };
        let mine: Vec<String> = names.iter().map(|name| format!("{table}{name}")).collect();
        format!(
            "{} AND ({}) IN (SELECT * FROM unnest({}))",
            self.select(),
            mine.join(", "),
            arrays.join(", "),
        )
    }

    /// Puts one row into the replica.
    pub(super) fn put(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|c| quote(&c.name)).collect();
        let marks: Vec<String> = (1..=names.len()).map(|n| format!("?{n}")).collect();
        format!(
            "INSERT OR REPLACE INTO main.{} ({}) VALUES ({})",
            quote(&self.name),
            names.join(", "),
            marks.join(", ")
        )
    }

    /// Takes one row out of the replica, by its key.
    pub(super) fn take(&self) -> String {
        let same: Vec<String> = (1..)
            .zip(&self.key)
            .map(|(n, at)| format!("{} IS ?{n}", quote(&self.columns[*at].name)))
            .collect();
        format!("DELETE FROM main.{} WHERE {}", quote(&self.name), same.join(" AND "))
    }

    /// The triggers that note in `touched` what a transaction touches; `number` names the table there.
    pub(super) fn watch(&self, number: usize) -> String {
        let note = |side: &str, new: u8| {
            let keys: Vec<String> = self
                .key
                .iter()
                .map(|at| format!("{side}.{}", quote(&self.columns[*at].name)))
                .collect();
            let named: Vec<String> = (1..=keys.len()).map(|n| format!("k{n}")).collect();
            format!(
                "INSERT INTO touched (t, new, {}) VALUES ({number}, {new}, {});",
                named.join(", "),
                keys.join(", ")
            )
        };
        let table = quote(&self.name);
        let moved: Vec<String> = self
            .key
            .iter()
            .map(|at| quote(&self.columns[*at].name))
            .map(|name| format!("old.{name} IS NOT new.{name}"))
            .collect();
        format!(
            "CREATE TEMP TRIGGER touched_{number}_i AFTER INSERT ON main.{table} BEGIN {} END;
             CREATE TEMP TRIGGER touched_{number}_u AFTER UPDATE ON main.{table} BEGIN {} END;
             CREATE TEMP TRIGGER touched_{number}_m AFTER UPDATE ON main.{table} WHEN {} BEGIN {} END;
             CREATE TEMP TRIGGER touched_{number}_d AFTER DELETE ON main.{table} BEGIN {} END;",
            note("new", 1),
            note("new", 0),
            moved.join(" OR "),
            note("old", 0),
            note("old", 0),
        )
    }

    /// What a transaction touched of this table (`?1` its number): whether it is new, the key, and the row as it is now; all
    /// columns NULL where it is gone.
    pub(super) fn touched(&self) -> String {
        let keys: Vec<String> = (1..=self.key.len()).map(|n| format!("t.k{n}")).collect();
        let names: Vec<String> = self.columns.iter().map(|c| format!("m.{}", quote(&c.name))).collect();
        let same: Vec<String> = (1..)
            .zip(&self.key)
            .map(|(n, at)| format!("m.{} = t.k{n}", quote(&self.columns[*at].name)))
            .collect();
        format!(
            "SELECT max(t.new), {keys}, {} FROM temp.touched t LEFT JOIN main.{} m ON {} WHERE t.t = ?1 GROUP BY {keys}",
            names.join(", "),
            quote(&self.name),
            same.join(" AND "),
            keys = keys.join(", "),
        )
    }

    /// Where a value stands of the column called `name`.
    pub(super) fn at(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// A statement that keeps rows.
#[derive(Debug, Clone)]
pub(super) struct Keeping {
    pub(super) sql: String,
    /// The replica's columns it takes, in order.
    pub(super) columns: Vec<usize>,
    /// Only for rows that are new: what it keeps never changes.
    pub(super) new_only: bool,
}

/// Both SQLs quote a name alike.
pub(super) fn quote(name: &str) -> String {
    format!("\"{name}\"")
}

/// A row of the replica.
pub(super) type Cells = Vec<Value>;
