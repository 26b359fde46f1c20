//! The tables of `site.db`, as both sides see them.

/// The schema's text. The gateway builds its picture and every snapshot from it.
pub const SITE_SCHEMA: &str = concat!(include_str!("site.sql"), include_str!("site_indexes.sql"));

/// The part of it that a picture of an older version may lack and gets where it is opened.
pub const SITE_INDEXES: &str = include_str!("site_indexes.sql");

/// Number of the schema; stored in `meta.format`. A device fetches a snapshot when the server's is another.
pub const SITE_FORMAT: u32 = 1;

/// How many bytes at the end of each page of a picture's file are left free: what a device needs there that encrypts the pages
/// as they come (SQLCipher 4: 16 for the initialisation vector, 64 for HMAC-SHA512).
pub const SITE_RESERVED: u8 = 80;

/// The size of its pages in bytes.
pub const SITE_PAGE: u16 = 4_096;

/// The key in `meta` of a picture under which its working set stands, as JSON; absent where it is the whole site.
pub const WORKING_SET: &str = "working_set";

/// A table whose rows travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns in order, without `cursor` and `gone`.
    pub columns: &'static [&'static str],
    /// How many of them, from the first, are the key.
    pub key: usize,
    /// True when a device gets only rows whose `device` column names it.
    pub own_only: bool,
}

impl Table {
    /// Whether its rows go ahead of everything else, because work must stop at once for what they say: a block, a recall, a
    /// person who may no more, a lock-out, a policy. Without them nobody can begin to work either.
    pub fn is_urgent(&self) -> bool {
        matches!(self.name, "policy" | "block" | "person" | "lockout")
    }
}

const fn shared(name: &'static str, key: usize, columns: &'static [&'static str]) -> Table {
    Table {
        name,
        columns,
        key,
        own_only: false,
    }
}

/// Every table whose rows travel, in the order of a page.
pub const TABLES: &[Table] = &[
    shared("policy", 2, &["site", "version", "policy"]),
    shared(
        "block",
        2,
        &[
            "site",
            "block",
            "kind",
            "scope_of",
            "scope_key",
            "scope",
            "reason",
            "state",
        ],
    ),
    shared(
        "person",
        2,
        &[
            "site",
            "person",
            "badge",
            "name",
            "name_version",
            "role",
            "pin",
            "language",
            "owners",
            "active",
        ],
    ),
    shared(
        "setting",
        3,
        &["site", "person", "name", "value", "changed_ms", "device"],
    ),
    shared("lockout", 2, &["site", "person", "until_ms"]),
    shared(
        "item",
        3,
        &[
            "site",
            "owner",
            "item",
            "name",
            "tracking",
            "rotation",
            "base_unit",
            "expires",
            "shelf_in_days",
            "shelf_out_days",
        ],
    ),
    shared(
        "pack_level",
        5,
        &[
            "site",
            "owner",
            "item",
            "level",
            "valid_from",
            "gtin",
            "unit",
            "factor",
            "valid_to",
        ],
    ),
    shared("place", 2, &["site", "place", "kind", "zone", "walk", "check_digits"]),
    shared("partner", 2, &["site", "partner", "name", "gln"]),
    shared(
        "document",
        3,
        &["site", "kind", "document", "owner", "partner", "place", "state"],
    ),
    shared(
        "document_line",
        4,
        &[
            "site",
            "kind",
            "document",
            "line",
            "owner",
            "item",
            "unit",
            "factor",
            "expected",
            "done",
            "lot",
            "expiry",
            "plate",
            "allocated",
        ],
    ),
    shared(
        "notice_serial",
        7,
        &[
            "site",
            "document",
            "owner",
            "item",
            "scheme",
            "maker_key",
            "serial",
            "line",
        ],
    ),
    shared(
        "task",
        2,
        &[
            "site",
            "task",
            "kind",
            "owner",
            "priority",
            "place",
            "zone",
            "to_place",
            "equipment",
            "document",
            "item",
            "lot",
            "amount",
            "due_ms",
            "state",
        ],
    ),
    shared(
        "assignment",
        2,
        &["site", "task", "state", "person", "device", "until_ms"],
    ),
    shared(
        "reservation",
        7,
        &[
            "site", "task", "owner", "item", "lot", "maker", "place", "amount", "device", "until_ms",
        ],
    ),
    shared(
        "lot",
        5,
        &[
            "site",
            "owner",
            "item",
            "lot",
            "maker",
            "expiry",
            "produced",
            "supplier_lot",
            "received_on",
        ],
    ),
    shared(
        "serial",
        4,
        &[
            "site",
            "scheme",
            "maker_key",
            "serial",
            "owner",
            "item",
            "lot",
            "account",
            "lifecycle",
            "claimed",
        ],
    ),
    shared(
        "plate",
        2,
        &["site", "plate", "owner", "account", "contents_known", "parent"],
    ),
    shared(
        "stock",
        7,
        &["site", "owner", "item", "lot", "maker", "level", "account", "amount"],
    ),
    shared(
        "exception",
        2,
        &[
            "site",
            "exception",
            "code",
            "state",
            "owner",
            "item",
            "lot",
            "serial",
            "message",
            "goods",
            "account",
            "line",
            "known_expiry",
            "raised_by",
            "device",
            "raised_ms",
            "resolution",
            "reason",
            "signed_by",
            "signed_ms",
            "evidence",
        ],
    ),
    Table {
        name: "verdict",
        columns: &[
            "site",
            "device",
            "position",
            "verdict",
            "reason",
            "exception",
            "wms",
            "wms_reason",
        ],
        key: 3,
        own_only: true,
    },
    shared(
        "history",
        3,
        &[
            "site",
            "device",
            "position",
            "at_ms",
            "zone_min",
            "person",
            "kind",
            "owner",
            "item",
            "lot",
            "serial",
            "plate",
            "from_account",
            "to_account",
            "amount",
            "document",
        ],
    ),
];

/// The table of that name.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|t| t.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_that_travels_stands_in_the_schema_with_its_columns_in_order() {
        for table in TABLES {
            let head = format!("CREATE TABLE {} (", table.name);
            let start = SITE_SCHEMA
                .find(&head)
                .unwrap_or_else(|| panic!("{} is not in the schema", table.name));
            let text = &SITE_SCHEMA[start + head.len()..];
            let text = &text[..text.find("PRIMARY KEY").unwrap()];
            let plain: String = text
                .lines()
                .map(|l| l.split("--").next().unwrap())
                .collect::<Vec<_>>()
                .join(" ");
            let found: Vec<&str> = plain.split(',').filter_map(|c| c.split_whitespace().next()).collect();
            let expected: Vec<&str> = table.columns.iter().copied().chain(["cursor", "gone"]).collect();
            assert_eq!(found, expected, "{}", table.name);
            assert_eq!(table.columns[0], "site", "{}: site is the first key", table.name);
        }
    }
}
