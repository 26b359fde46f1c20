//! The goods: three owners, what they store, and its lots. Company and product names are invented.

use super::numbers;
use lotline_record::model::{Level, Rotation, Tracking};

/// A client whose goods are stored here.
pub struct Owner {
    /// Its key.
    pub key: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Three digits of its company prefix.
    pub company: u32,
}

/// How an item is packed.
pub struct Pack {
    /// At which level.
    pub level: Level,
    /// Unit code.
    pub unit: &'static str,
    /// Base units in one.
    pub factor: u32,
}

/// An item.
pub struct Goods {
    /// Whose: index into [`OWNERS`].
    pub owner: usize,
    /// Number within the owner's company prefix.
    pub number: u32,
    /// The owner's key.
    pub item: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What a scan must carry.
    pub tracking: Tracking,
    /// In which order it leaves.
    pub rotation: Rotation,
    /// Days that must be left at receipt.
    pub shelf_in: Option<u32>,
    /// Days that must be left when it leaves.
    pub shelf_out: Option<u32>,
    /// Pack levels, the each first.
    pub packs: &'static [Pack],
    /// Lots that the record knows.
    pub lots: &'static [Lot],
}

/// A lot. Days count from the site's day; negative ones are past.
pub struct Lot {
    /// As printed.
    pub number: &'static str,
    /// Day of expiry.
    pub expires: Option<i64>,
    /// Day of receipt.
    pub received: Option<i64>,
}

impl Goods {
    /// Whose.
    pub fn owner(&self) -> &'static Owner {
        &OWNERS[self.owner]
    }

    /// Its GTIN-14 at a level it is packed at.
    pub fn gtin(&self, level: Level) -> String {
        let indicator = match level {
            Level::Each => 0,
            Level::Inner => 1,
            Level::Case => 2,
            Level::Layer => 3,
            Level::Pallet => 4,
        };
        numbers::gtin(indicator, self.owner().company, self.number)
    }

    /// How it is packed at a level.
    ///
    /// # Panics
    /// When the tables here ask for a level that the item is not packed at.
    pub fn pack(&self, level: Level) -> &'static Pack {
        self.packs
            .iter()
            .find(|p| p.level == level)
            .expect("invariant: the seed asks only for levels that it lists")
    }

    /// A lot by its number.
    ///
    /// # Panics
    /// When the tables here name a lot that the item does not have.
    pub fn lot(&self, number: &str) -> &'static Lot {
        self.lots
            .iter()
            .find(|l| l.number == number)
            .expect("invariant: the seed names only lots that it lists")
    }
}

const fn pack(level: Level, unit: &'static str, factor: u32) -> Pack {
    Pack { level, unit, factor }
}

const fn lot(number: &'static str, expires: i64, received: i64) -> Lot {
    Lot {
        number,
        expires: Some(expires),
        received: Some(received),
    }
}

/// A lot that the record knows by name only until its goods arrive.
const fn coming(number: &'static str, expires: i64) -> Lot {
    Lot {
        number,
        expires: Some(expires),
        received: None,
    }
}

/// The clients.
pub const OWNERS: &[Owner] = &[
    Owner {
        key: "ACME",
        name: "Acme Pharma",
        company: 100,
    },
    Owner {
        key: "BRIO",
        name: "Brio Foods",
        company: 200,
    },
    Owner {
        key: "VOLT",
        name: "Volt Electronics",
        company: 300,
    },
];

/// Their items.
pub const GOODS: &[Goods] = &[
    Goods {
        owner: 0,
        number: 500,
        item: "P500",
        name: "Paracetamol 500 mg",
        tracking: Tracking::Lot,
        rotation: Rotation::Fefo,
        shelf_in: Some(90),
        shelf_out: Some(14),
        packs: &[
            pack(Level::Each, "EA", 1),
            pack(Level::Inner, "PK", 4),
            pack(Level::Case, "CS", 12),
        ],
        lots: &[
            lot("L2509X", -12, -400),
            lot("L2511C", 75, -300),
            lot("L2512B", 110, -280),
            lot("L2603A", 496, -5),
            coming("L2604D", 527),
        ],
    },
    Goods {
        owner: 0,
        number: 250,
        item: "AMOX250",
        name: "Amoxicillin 250 mg",
        tracking: Tracking::LotAndSerial,
        rotation: Rotation::Fefo,
        shelf_in: Some(180),
        shelf_out: Some(30),
        packs: &[pack(Level::Each, "EA", 1), pack(Level::Case, "CS", 20)],
        lots: &[lot("AX41", 240, -90), lot("AX42", 330, -30), coming("AX44", 500)],
    },
    Goods {
        owner: 0,
        number: 300,
        item: "INSU3",
        name: "Insulin pen 3 ml",
        tracking: Tracking::Lot,
        rotation: Rotation::Fefo,
        shelf_in: Some(120),
        shelf_out: Some(30),
        packs: &[pack(Level::Each, "EA", 1), pack(Level::Case, "CS", 10)],
        lots: &[lot("S-99", 260, -40), lot("S-100", 300, -20)],
    },
    Goods {
        owner: 1,
        number: 10,
        item: "OATS1",
        name: "Rolled oats 1 kg",
        tracking: Tracking::Lot,
        rotation: Rotation::Fefo,
        shelf_in: Some(60),
        shelf_out: Some(21),
        packs: &[
            pack(Level::Each, "EA", 1),
            pack(Level::Inner, "TR", 5),
            pack(Level::Case, "CS", 10),
        ],
        lots: &[lot("H0427", 96, -60), lot("H0431", 124, -30), coming("H0440", 187)],
    },
    Goods {
        owner: 1,
        number: 20,
        item: "MILK1",
        name: "UHT milk 1 l",
        tracking: Tracking::Lot,
        rotation: Rotation::Fefo,
        shelf_in: Some(45),
        shelf_out: Some(14),
        packs: &[pack(Level::Each, "EA", 1), pack(Level::Case, "CS", 12)],
        lots: &[lot("M7781", 61, -20), coming("M7790", 118)],
    },
    Goods {
        owner: 2,
        number: 1,
        item: "SSD1T",
        name: "Solid state drive 1 TB",
        tracking: Tracking::Serial,
        rotation: Rotation::Fifo,
        shelf_in: None,
        shelf_out: None,
        packs: &[pack(Level::Each, "EA", 1), pack(Level::Case, "CS", 5)],
        lots: &[],
    },
    Goods {
        owner: 2,
        number: 2,
        item: "CELL18",
        name: "Battery cell 18650",
        tracking: Tracking::Lot,
        rotation: Rotation::Fifo,
        shelf_in: None,
        shelf_out: None,
        packs: &[pack(Level::Each, "EA", 1), pack(Level::Case, "CS", 50)],
        lots: &[
            Lot {
                number: "C26-07",
                expires: None,
                received: Some(-70),
            },
            Lot {
                number: "C26-09",
                expires: None,
                received: Some(-12),
            },
            Lot {
                number: "C26-11",
                expires: None,
                received: None,
            },
        ],
    },
];

/// An item by its owner's key.
///
/// # Panics
/// When the tables here name an item that is not listed.
pub fn find(item: &str) -> &'static Goods {
    GOODS
        .iter()
        .find(|g| g.item == item)
        .expect("invariant: the seed names only items that it lists")
}
