//! The site of a training: a few goods with lots and serials, three bins, one notice, one order. Its words begin with
//! `T-`, so that nobody takes them for the warehouse's own.

use lotline_record::model::{
    Block, BlockId, BlockKind, Day, ItemId, LotNumber, NameError, OwnerId, Person, Scope, Settings, day_from,
};
use lotline_record::wire::{self, Cell, Row};

const EACH: &str = "09506000010014";
const CASE: &str = "19506000010011";
const MONITOR: &str = "09506000010021";
const OWNER: &str = "T-OWNER";
/// The hash of no PIN: whose training it is can be copied without anything to guess at.
const NO_PIN: &str = "argon2id:8:1:00000000000000000000000000000000:\
                      0000000000000000000000000000000000000000000000000000000000000000";
const MICROS: i64 = 1_000_000;

/// Lot, days until it expires, eaches, where.
const STOCK: &[(&str, i64, i64, &str)] = &[
    ("T-OLD", -20, 5, "T-01"),
    ("T-SOON", 120, 10, "T-02"),
    ("T-LATE", 400, 24, "T-DOCK"),
];
const PLACES: &[(&str, &str)] = &[
    ("T-DOCK", "dock"),
    ("T-01", "bin"),
    ("T-02", "bin"),
    ("T-03", "bin"),
    ("T-STAGE", "staging"),
    ("T-CAGE", "cage"),
];

/// Rows of one site.
struct Rows<'a> {
    site: &'a str,
    out: Vec<Row>,
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

impl Rows<'_> {
    /// A row whose values stand in the order of the table's columns, after the site; the rest is null.
    fn add(&mut self, table: &str, values: &[Cell]) {
        let columns = wire::table(table).map_or(0, |table| table.columns.len());
        let mut row = vec![text(self.site)];
        row.extend_from_slice(values);
        row.resize(columns, Cell::Null);
        self.out.push(Row {
            t: table.to_owned(),
            c: 1,
            gone: false,
            r: row,
        });
    }
}

/// The whole site for `people`, as it stands `today`: what is in it is the same each time.
pub(crate) fn rows(site: &str, resource: &str, people: &[Person], today: Day) -> Vec<Row> {
    let mut rows = Rows { site, out: Vec::new() };
    let policy = r#"{"receipt":{"flag_bare_notices":false}}"#;
    rows.add("policy", &[Cell::Int(1), text(policy)]);
    for person in people {
        rows.add(
            "person",
            &[
                text(person.person.as_str()),
                text(&person.badge),
                text(&person.name),
                Cell::Int(person.name_version.into()),
                text(person.role.as_str()),
                text(NO_PIN),
                text(&person.language),
                Cell::Null,
                Cell::Int(1),
            ],
        );
        // As they want it; what they do not want otherwise is as it comes here, too.
        if person.settings != Settings::default() {
            for setting in person.settings.all() {
                let key = [person.person.as_str(), setting.name(), &setting.value()].map(text);
                rows.add("setting", &[&key[..], &[Cell::Int(0), text("")]].concat());
            }
        }
    }
    goods(&mut rows);
    for (at, (place, kind)) in (1..).zip(PLACES) {
        rows.add("place", &[text(place), text(kind), Cell::Null, Cell::Int(at * 10)]);
    }
    rows.add("place", &[text(resource), text("resource"), Cell::Null, Cell::Int(0)]);
    rows.add("partner", &[text("T-PARTNER"), text("T-PARTNER")]);
    papers(&mut rows);
    for (lot, days, eaches, place) in STOCK {
        let received = day_from(today, -30).to_string();
        let expiry = day_from(today, *days).to_string();
        let lot_row = [text(OWNER), text("T-TAB"), text(lot), text(""), text(&expiry)];
        rows.add(
            "lot",
            &[&lot_row[..], &[Cell::Null, Cell::Null, text(&received)]].concat(),
        );
        for (account, amount) in [
            (format!("place:{place}"), *eaches),
            ("virtual:opening".to_owned(), -eaches),
        ] {
            let key = [text(OWNER), text("T-TAB"), text(lot), text(""), text("each")];
            rows.add(
                "stock",
                &[&key[..], &[text(&account), Cell::Int(amount * MICROS)]].concat(),
            );
        }
    }
    rows.out
}

fn goods(rows: &mut Rows<'_>) {
    let items = [
        (
            "T-TAB",
            "Training tablets",
            "lot",
            "fefo",
            1,
            Cell::Int(90),
            Cell::Int(30),
        ),
        ("T-MON", "Training monitor", "serial", "none", 0, Cell::Null, Cell::Null),
    ];
    for (item, name, tracking, rotation, expires, shelf_in, shelf_out) in items {
        let cells = [
            text(OWNER),
            text(item),
            text(name),
            text(tracking),
            text(rotation),
            text("EA"),
        ];
        rows.add(
            "item",
            &[&cells[..], &[Cell::Int(expires), shelf_in, shelf_out]].concat(),
        );
    }
    for (item, level, gtin, unit, factor) in [
        ("T-TAB", "each", EACH, "EA", 1),
        ("T-TAB", "case", CASE, "CS", 12),
        ("T-MON", "each", MONITOR, "EA", 1),
    ] {
        let cells = [text(OWNER), text(item), text(level), text(""), text(gtin), text(unit)];
        rows.add("pack_level", &[&cells[..], &[Cell::Int(factor)]].concat());
    }
}

fn papers(rows: &mut Rows<'_>) {
    for (kind, document, place) in [("notice", "T-100", "T-DOCK"), ("order", "T-200", "T-STAGE")] {
        let cells = [kind, document, OWNER, "T-PARTNER", place, "open"].map(text);
        rows.add("document", &cells);
    }
    for (kind, document, line, item, unit, factor, expected) in [
        ("notice", "T-100", "1", "T-TAB", "CS", 12, 240),
        ("notice", "T-100", "2", "T-MON", "EA", 1, 3),
        ("order", "T-200", "1", "T-TAB", "EA", 1, 2),
    ] {
        let cells = [kind, document, line, OWNER, item, unit].map(text);
        let amounts = [Cell::Int(factor), Cell::Int(expected * MICROS), Cell::Int(0)];
        let rest = [Cell::Null, Cell::Null, Cell::Null, Cell::Int(0)];
        rows.add("document_line", &[&cells[..], &amounts, &rest].concat());
    }
}

/// A recall of `lot`, as it comes down in the middle of a lesson.
///
/// # Errors
/// When `lot` cannot be the number of one.
pub(crate) fn recall(site: &str, lot: &str) -> Result<Row, NameError> {
    let block = Block {
        through: Vec::new(),
        block: BlockId::new("T-RECALL")?,
        kind: BlockKind::Recall,
        scope: Scope::Lot {
            owner: OwnerId::new(OWNER)?,
            item: ItemId::new("T-TAB")?,
            lot: LotNumber::new(lot)?,
        },
        reason: "T-RECALL".into(),
        placed_by: None,
        part: None,
    };
    let (of, key) = block.scope.key();
    // A scope is words and always serialises.
    let scope = serde_json::to_string(&block.scope).unwrap_or_default();
    let mut rows = Rows { site, out: Vec::new() };
    rows.add(
        "block",
        &[
            text(block.block.as_str()),
            text(block.kind.as_str()),
            text(of),
            text(&key),
            text(&scope),
            text(&block.reason),
            text("open"),
        ],
    );
    Ok(rows.out.remove(0))
}
