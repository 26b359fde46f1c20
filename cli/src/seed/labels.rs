//! The labels on these goods: exactly what a scanner delivers, AIM identifier in front and GS (0x1D) where FNC1 stands.

use super::goods::{Goods, find};
use super::{Options, floor, numbers, people};
use chrono::Datelike;
use lotline_record::model::{Day, Level, day_from};

/// A label one can scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// A short name to ask for it by.
    pub id: String,
    /// What it is on.
    pub caption: String,
    /// What the scanner delivers.
    pub data: String,
}

/// GS1 DataMatrix.
const DATAMATRIX: &str = "]d2";
/// GS1-128.
const GS1_128: &str = "]C1";
/// Code 128 without GS1 data.
const CODE_128: &str = "]C0";
/// FNC1 inside the data.
const GS: char = '\u{1d}';

fn yymmdd(day: Day) -> String {
    format!("{:02}{:02}{:02}", day.year().rem_euclid(100), day.month(), day.day())
}

/// Writes element strings; a separator follows a value of variable length unless it is the last.
fn elements(aim: &str, parts: &[(&str, &str)]) -> String {
    let mut out = String::from(aim);
    for (at, (ai, value)) in parts.iter().enumerate() {
        out.push_str(ai);
        out.push_str(value);
        let variable = !matches!(*ai, "00" | "01" | "02" | "11" | "15" | "17" | "20");
        if variable && at + 1 < parts.len() {
            out.push(GS);
        }
    }
    out
}

struct Wall {
    today: Day,
    out: Vec<Sample>,
}

impl Wall {
    fn add(&mut self, id: impl Into<String>, caption: impl Into<String>, data: String) {
        self.out.push(Sample {
            id: id.into(),
            caption: caption.into(),
            data,
        });
    }

    fn expiry(&self, goods: &Goods, lot: &str) -> Option<Day> {
        goods.lot(lot).expires.map(|days| day_from(self.today, days))
    }

    /// GS1-128 on a case: (01)(17)(10).
    fn case(&mut self, id: &str, item: &str, lot: &str) {
        let goods = find(item);
        let gtin = goods.gtin(Level::Case);
        let factor = goods.pack(Level::Case).factor;
        let expiry = self.expiry(goods, lot);
        let data = match expiry.map(yymmdd) {
            Some(expiry) => elements(GS1_128, &[("01", &gtin), ("17", &expiry), ("10", lot)]),
            None => elements(GS1_128, &[("01", &gtin), ("10", lot)]),
        };
        let until = expiry.map(|e| format!(", expires {e}")).unwrap_or_default();
        self.add(id, format!("{}: case of {factor}, lot {lot}{until}", goods.name), data);
    }

    /// GS1 DataMatrix on an each: (01)(17)(10).
    fn each(&mut self, id: &str, item: &str, lot: &str) {
        let goods = find(item);
        let gtin = goods.gtin(Level::Each);
        let expiry = self.expiry(goods, lot);
        let data = match expiry.map(yymmdd) {
            Some(expiry) => elements(DATAMATRIX, &[("01", &gtin), ("17", &expiry), ("10", lot)]),
            None => elements(DATAMATRIX, &[("01", &gtin), ("10", lot)]),
        };
        let until = expiry.map(|e| format!(", expires {e}")).unwrap_or_default();
        self.add(id, format!("{}: one, lot {lot}{until}", goods.name), data);
    }

    /// GS1 DataMatrix on a serialised each: (01)(21)(17)(10), or (01)(21) where there are no lots.
    fn unit(&mut self, id: &str, item: &str, lot: &str, serial: &str) {
        let goods = find(item);
        let gtin = goods.gtin(Level::Each);
        if lot.is_empty() {
            let data = elements(DATAMATRIX, &[("01", &gtin), ("21", serial)]);
            return self.add(id, format!("{}: serial {serial}", goods.name), data);
        }
        let expiry = self.expiry(goods, lot).map(yymmdd).unwrap_or_default();
        let data = elements(
            DATAMATRIX,
            &[("01", &gtin), ("21", serial), ("17", &expiry), ("10", lot)],
        );
        self.add(id, format!("{}: lot {lot}, serial {serial}", goods.name), data);
    }
}

/// Serial number `n` (from 1) of a run.
pub(super) fn serial(prefix: &str, n: u32) -> String {
    format!("{prefix}{n:05}")
}

/// Every label of the hand-made part of the site, in the order in which a shift meets them.
pub fn labels(options: &Options) -> Vec<Sample> {
    let mut wall = Wall {
        today: options.today,
        out: Vec::new(),
    };
    for person in people::PEOPLE {
        let caption = format!(
            "Badge of {} ({}, PIN {})",
            person.name,
            person.role.as_str(),
            person.pin
        );
        wall.add(
            format!("badge-{}", &person.badge[2..]),
            caption,
            format!("{CODE_128}{}", person.badge),
        );
    }
    // Coming in.
    wall.case("p500-case", "P500", "L2604D");
    wall.case("p500-case-known", "P500", "L2603A");
    contradiction(&mut wall);
    for n in 1..=4 {
        wall.unit(&format!("amox-in-{n}"), "AMOX250", "AX44", &serial("AX44S", n));
    }
    wall.case("oats-case", "OATS1", "H0440");
    let milk = find("MILK1").owner().company;
    wall.add(
        "milk-pallet",
        "Pallet of 36 cases UHT milk 1 l",
        elements(GS1_128, &[("00", &numbers::sscc(milk, 601))]),
    );
    wall.case("milk-case", "MILK1", "M7790");
    for n in 1..=4 {
        wall.unit(&format!("ssd-in-{n}"), "SSD1T", "", &serial("SN26", n));
    }
    wall.case("cell-case", "CELL18", "C26-11");
    // Going out.
    wall.each("p500-expired", "P500", "L2509X");
    wall.each("p500-first", "P500", "L2511C");
    wall.each("p500-later", "P500", "L2512B");
    for n in 1..=3 {
        wall.unit(&format!("amox-{n}"), "AMOX250", "AX41", &serial("AX41S", n));
    }
    wall.each("insulin-recalled", "INSU3", "S-99");
    wall.each("insulin", "INSU3", "S-100");
    wall.case("oats-first", "OATS1", "H0427");
    wall.case("milk-first", "MILK1", "M7781");
    for n in 1..=2 {
        wall.unit(&format!("ssd-{n}"), "SSD1T", "", &serial("SN24", n));
    }
    wall.each("cell", "CELL18", "C26-09");
    for (item, _, cases, _, number) in floor::PALLETS {
        let goods = find(item);
        let data = elements(GS1_128, &[("00", &numbers::sscc(goods.owner().company, *number))]);
        wall.add(
            format!("{}-pallet", goods.item.to_lowercase()),
            format!("Pallet of {cases} cases {}", goods.name),
            data,
        );
    }
    let nobody = numbers::gtin(0, 999, 1);
    wall.add(
        "unknown",
        "A code that nobody here stores",
        elements(DATAMATRIX, &[("01", &nobody), ("10", "Z1")]),
    );
    for place in floor::places() {
        wall.add(
            format!("place-{}", place.name),
            format!("Place {}", place.name),
            format!("{CODE_128}{}", place.name),
        );
    }
    wall.out
}

/// A case of a lot in stock whose label says another expiry than the record.
fn contradiction(wall: &mut Wall) {
    let goods = find("P500");
    let known = wall.expiry(goods, "L2603A").unwrap_or(wall.today);
    let other = day_from(known, -182);
    let data = elements(
        GS1_128,
        &[
            ("01", &goods.gtin(Level::Case)),
            ("17", &yymmdd(other)),
            ("10", "L2603A"),
        ],
    );
    wall.add(
        "p500-case-contradicts",
        format!(
            "{}: case of 12, lot L2603A, but the label says it expires {other}",
            goods.name
        ),
        data,
    );
}

/// The label of that short name.
pub fn label(options: &Options, id: &str) -> Option<Sample> {
    labels(options).into_iter().find(|sample| sample.id == id)
}
