//! The floor: places, and what stands in them when the record begins.

use lotline_record::model::{Level, PlaceKind};

/// A place.
pub struct Place {
    /// Its name, as printed.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// Its zone.
    pub zone: Option<&'static str>,
}

/// Every place in the order of the walk: docks, bins, staging, cage, then what carries goods.
pub fn places() -> Vec<Place> {
    let named = |name: &str, kind, zone| Place {
        name: name.to_owned(),
        kind,
        zone,
    };
    let mut out = vec![
        named("DOCK-1", PlaceKind::Dock, None),
        named("DOCK-2", PlaceKind::Dock, None),
    ];
    for bay in 1..=10 {
        for bin in 1..=4 {
            out.push(named(&format!("A-{bay:02}-{bin:02}"), PlaceKind::Bin, Some("A")));
        }
    }
    out.push(named("STAGE-1", PlaceKind::Staging, None));
    out.push(named("CAGE-1", PlaceKind::Cage, None));
    for cart in 1..=4 {
        out.push(named(&format!("CART-{cart}"), PlaceKind::Resource, None));
    }
    out.extend(["TRAILER-1", "TRAILER-2"].map(|name| named(name, PlaceKind::Trailer, None)));
    out
}

/// Stock without serials when the record begins: item, lot, level, count at that level, place.
pub const STOCK: &[(&str, &str, Level, u32, &str)] = &[
    // Expired, and still in the bin beside the lot that should leave first.
    ("P500", "L2509X", Level::Each, 9, "A-01-01"),
    ("P500", "L2511C", Level::Each, 30, "A-01-01"),
    ("P500", "L2512B", Level::Each, 60, "A-01-02"),
    ("P500", "L2603A", Level::Case, 20, "A-01-03"),
    // Under recall.
    ("INSU3", "S-99", Level::Each, 14, "A-02-03"),
    ("INSU3", "S-100", Level::Each, 40, "A-02-04"),
    ("OATS1", "H0427", Level::Case, 6, "A-03-01"),
    ("OATS1", "H0431", Level::Case, 18, "A-03-02"),
    ("MILK1", "M7781", Level::Case, 24, "A-04-01"),
    ("CELL18", "C26-07", Level::Each, 150, "A-05-01"),
    ("CELL18", "C26-09", Level::Each, 400, "A-05-02"),
];

/// Serials that are here: item, lot, prefix of the serials, how many, place.
pub const SERIALS: &[(&str, &str, &str, u32, &str)] = &[
    ("AMOX250", "AX41", "AX41S", 8, "A-02-01"),
    ("AMOX250", "AX42", "AX42S", 12, "A-02-02"),
    ("SSD1T", "", "SN24", 10, "A-06-01"),
];

/// A pallet that stands here: item, lot, cases on it, place, number of its SSCC.
pub const PALLETS: &[(&str, &str, u32, &str, u64)] = &[("OATS1", "H0431", 24, "A-10-01", 501)];
