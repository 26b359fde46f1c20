//! The documents of the warehouse's own system: ship notices on their way in, orders to go out.

use lotline_record::model::{DocumentKind, Level};

/// A document.
pub struct Paper {
    /// Notice or order.
    pub kind: DocumentKind,
    /// Its number.
    pub document: &'static str,
    /// Whose goods.
    pub owner: &'static str,
    /// Who sends or gets them.
    pub partner: &'static str,
    /// Where they arrive, or wait for their trailer.
    pub place: &'static str,
    /// What it asks for.
    pub lines: &'static [Line],
}

/// A line.
pub struct Line {
    /// Which item.
    pub item: &'static str,
    /// Counted at which level.
    pub level: Level,
    /// How many of that level.
    pub count: u32,
    /// The lot told beforehand, if any; its expiry is told with it.
    pub lot: Option<&'static str>,
    /// Number of the SSCC it comes on, if any.
    pub plate: Option<u64>,
    /// The warehouse's own system chose the lot.
    pub allocated: bool,
    /// What the serials of its units begin with, where the notice tells them.
    pub serials: Option<&'static str>,
}

const fn line(item: &'static str, level: Level, count: u32, lot: Option<&'static str>) -> Line {
    Line {
        item,
        level,
        count,
        lot,
        plate: None,
        allocated: false,
        serials: None,
    }
}

/// Suppliers and customers: key and name; each has a GLN under the demonstration prefix.
pub const PARTNERS: &[(&str, &str)] = &[
    ("SUP-ACME", "Acme plant north"),
    ("SUP-BRIO", "Brio mill"),
    ("SUP-VOLT", "Volt assembly"),
    ("CUS-01", "City hospital"),
    ("CUS-02", "Corner stores"),
    ("CUS-03", "Workshop supplies"),
];

/// All documents.
pub const PAPERS: &[Paper] = &[
    Paper {
        kind: DocumentKind::Notice,
        document: "80041",
        owner: "ACME",
        partner: "SUP-ACME",
        place: "DOCK-1",
        lines: &[
            line("P500", Level::Case, 6, Some("L2604D")),
            // More of a lot that is in stock; one of its cases carries another expiry.
            line("P500", Level::Case, 2, Some("L2603A")),
            line("AMOX250", Level::Each, 4, Some("AX44")),
        ],
    },
    Paper {
        kind: DocumentKind::Notice,
        document: "80042",
        owner: "BRIO",
        partner: "SUP-BRIO",
        place: "DOCK-2",
        lines: &[
            line("OATS1", Level::Case, 5, Some("H0440")),
            Line {
                item: "MILK1",
                level: Level::Case,
                count: 36,
                lot: Some("M7790"),
                plate: Some(601),
                allocated: false,
                serials: None,
            },
        ],
    },
    Paper {
        kind: DocumentKind::Notice,
        document: "80043",
        owner: "VOLT",
        partner: "SUP-VOLT",
        place: "DOCK-2",
        lines: &[
            Line {
                item: "SSD1T",
                level: Level::Each,
                count: 4,
                lot: None,
                plate: None,
                allocated: false,
                serials: Some("SN26"),
            },
            line("CELL18", Level::Case, 3, Some("C26-11")),
        ],
    },
    Paper {
        kind: DocumentKind::Order,
        document: "5512",
        owner: "ACME",
        partner: "CUS-01",
        place: "STAGE-1",
        lines: &[
            line("P500", Level::Each, 7, None),
            line("AMOX250", Level::Each, 2, None),
        ],
    },
    Paper {
        kind: DocumentKind::Order,
        document: "5513",
        owner: "BRIO",
        partner: "CUS-02",
        place: "STAGE-1",
        lines: &[line("OATS1", Level::Case, 4, None), line("MILK1", Level::Case, 2, None)],
    },
    Paper {
        kind: DocumentKind::Order,
        document: "5514",
        owner: "VOLT",
        partner: "CUS-03",
        place: "STAGE-1",
        lines: &[
            line("SSD1T", Level::Each, 2, None),
            Line {
                item: "CELL18",
                level: Level::Each,
                count: 4,
                lot: Some("C26-09"),
                plate: None,
                allocated: true,
                serials: None,
            },
        ],
    },
    Paper {
        kind: DocumentKind::Order,
        document: "5515",
        owner: "ACME",
        partner: "CUS-01",
        place: "STAGE-1",
        lines: &[line("INSU3", Level::Each, 3, None)],
    },
];
