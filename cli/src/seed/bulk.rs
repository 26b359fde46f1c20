//! The crowd: as many more items, lots and serials as asked for, made one row at a time and never held together.

use super::Options;
use super::numbers::{draw, gtin};
use super::table::{Line, null};
use lotline_record::model::day_from;
use lotline_record::wire::Row;

const COMPANY: u32 = 700;
const OWNER: &str = "BULK";
// What a number is drawn for.
const BIN: u64 = 1;
const EXPIRY: u64 = 2;
const COUNT: u64 = 3;
const MICROS: i64 = 1_000_000;

/// How large the crowd is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Items beside the hand-made ones, at most 999,999.
    pub items: u32,
    /// Lots of each.
    pub lots: u32,
    /// Serials in all, dealt to the items in turn. An item with serials has no stock without.
    pub serials: u64,
}

impl Size {
    fn serials_of(&self, item: u32) -> u64 {
        let items = u64::from(self.items.max(1));
        self.serials / items + u64::from(u64::from(item) < self.serials % items)
    }
}

/// All rows of the crowd.
pub fn rows(options: &Options) -> impl Iterator<Item = Row> + '_ {
    (0..options.bulk.items).flat_map(move |item| {
        let head = head(options, item);
        let lots = (0..options.bulk.lots).flat_map(move |lot| of_lot(options, item, lot));
        let serials = (0..options.bulk.serials_of(item)).map(move |n| serial(options, item, n));
        head.into_iter().chain(lots).chain(serials)
    })
}

fn key(item: u32) -> String {
    format!("X{item:06}")
}

fn lot_number(item: u32, lot: u32) -> String {
    format!("X{item:06}-{lot:03}")
}

fn head(options: &Options, item: u32) -> Vec<Row> {
    let serialised = options.bulk.serials_of(item) > 0;
    let tracking = match (serialised, options.bulk.lots > 0) {
        (true, true) => "lot_and_serial",
        (true, false) => "serial",
        (false, true) => "lot",
        (false, false) => "none",
    };
    let (expires, rotation) = if options.bulk.lots > 0 {
        (1, "fefo")
    } else {
        (0, "none")
    };
    let level = |level: &str, indicator: u32, unit: &str, factor: i64| {
        Line::of(options, "pack_level")
            .add(OWNER)
            .add(key(item))
            .add(level)
            .add("")
            .add(gtin(indicator, COMPANY, item))
            .add(unit)
            .add(factor)
            .add(null())
            .row()
    };
    vec![
        Line::of(options, "item")
            .add(OWNER)
            .add(key(item))
            .add(format!("Article {item}"))
            .add(tracking)
            .add(rotation)
            .add("EA")
            .add(expires)
            .add(null())
            .add(null())
            .row(),
        level("each", 0, "EA", 1),
        level("case", 2, "CS", 12),
    ]
}

fn of_lot(options: &Options, item: u32, lot: u32) -> Vec<Row> {
    let at = u64::from(item) * 1_000 + u64::from(lot);
    let days = i64::try_from(30 + draw(options.seed, EXPIRY, at, 700)).unwrap_or(30);
    let number = lot_number(item, lot);
    let mut out = vec![
        Line::of(options, "lot")
            .add(OWNER)
            .add(key(item))
            .add(number.as_str())
            .add("")
            .add(day_from(options.today, days).to_string())
            .add(null())
            .add(null())
            .add(day_from(options.today, -20).to_string())
            .row(),
    ];
    // Serialised items have their stock from their serials, dealt over the lots in turn.
    let serials = options.bulk.serials_of(item);
    let lots = u64::from(options.bulk.lots);
    let (count, bin) = if serials > 0 {
        (
            serials / lots + u64::from(u64::from(lot) < serials % lots),
            bin(options, item),
        )
    } else {
        (12 + draw(options.seed, COUNT, at, 500), bin(options, item))
    };
    let amount = i64::try_from(count).unwrap_or(0) * MICROS;
    if amount > 0 {
        out.extend(stock(options, &key(item), &number, &bin, amount));
    }
    out
}

fn stock(options: &Options, item: &str, lot: &str, bin: &str, amount: i64) -> [Row; 2] {
    let leg = |account: &str, amount: i64| {
        Line::of(options, "stock")
            .add(OWNER)
            .add(item)
            .add(lot)
            .add("")
            .add("each")
            .add(account)
            .add(amount)
            .row()
    };
    [leg(&format!("place:{bin}"), amount), leg("virtual:opening", -amount)]
}

fn bin(options: &Options, item: u32) -> String {
    let at = draw(options.seed, BIN, u64::from(item), 40);
    format!("A-{:02}-{:02}", at / 4 + 1, at % 4 + 1)
}

fn serial(options: &Options, item: u32, n: u64) -> Row {
    let lots = u64::from(options.bulk.lots);
    let lot = if lots == 0 {
        String::new()
    } else {
        lot_number(item, u32::try_from(n % lots).unwrap_or(0))
    };
    Line::of(options, "serial")
        .add("gtin")
        .add(gtin(0, COMPANY, item))
        .add(format!("X{item:06}{n:08}"))
        .add(OWNER)
        .add(key(item))
        .add(lot)
        .add(format!("place:{}", bin(options, item)))
        .add("here")
        .add(null())
        .row()
}
