//! What back-ends bring: items with pack levels, lots, partners, ship notices, orders and tasks, one JSON record each
//! (`docs/wms.md`, "What back-ends bring"). Reading judges a record by itself; what it means with what is known already is
//! the ledger's ([`crate::Ledger::bring`]).

mod read;

pub use read::{MOST_BYTES, read, split};

use lotline_record::model::{
    Day, DocumentId, DocumentKind, ItemId, Level, LineId, LotNumber, MakerId, OwnerId, PlaceId, PlateId, Rotation,
    SerialNumber, SerialScheme, TaskId, TaskKind, Tracking, Unit,
};
use serde::{Deserialize, Serialize};

/// A record with its revision: of two of the same kind and key the greater one holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Counts up with each change; a sequence number or a time in milliseconds.
    pub revision: i64,
    /// What it says.
    pub record: Record,
}

/// What is brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// An item with all its pack levels.
    Item(Item),
    /// A lot.
    Lot(Lot),
    /// A supplier or customer.
    Partner(Partner),
    /// A ship notice, an order, a purchase order: with all its lines.
    Document(Document),
    /// Work that waits.
    Task(Task),
}

impl Record {
    /// Its kind and key: what its revisions are compared by.
    pub fn name(&self) -> (&'static str, String) {
        match self {
            Record::Item(item) => ("item", format!("{}/{}", item.owner, item.item)),
            Record::Lot(lot) => {
                let maker = lot.maker.as_ref().map_or_else(String::new, |maker| format!("/{maker}"));
                ("lot", format!("{}/{}/{}{maker}", lot.owner, lot.item, lot.lot))
            }
            Record::Partner(partner) => ("partner", partner.partner.clone()),
            Record::Document(paper) => (paper.kind.as_str(), paper.document.to_string()),
            Record::Task(task) => ("task", task.task.to_string()),
        }
    }
}

/// An item. Levels that it no longer names are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Whose.
    pub owner: OwnerId,
    /// The owner's key.
    pub item: ItemId,
    /// What people call it; 1 to 120 characters.
    pub name: String,
    /// What a scan must carry.
    pub tracking: Tracking,
    /// In which order it leaves.
    pub rotation: Rotation,
    /// The unit in which stock is counted.
    pub base_unit: Unit,
    /// Whether its lots expire.
    #[serde(default)]
    pub expires: bool,
    /// Days that must be left at receipt.
    #[serde(default)]
    pub shelf_in_days: Option<u32>,
    /// Days that must be left when it leaves.
    #[serde(default)]
    pub shelf_out_days: Option<u32>,
    /// How it is packed; one at least.
    pub levels: Vec<PackLevel>,
    /// It is no longer stored here.
    #[serde(default)]
    pub gone: bool,
}

/// How an item is packed at a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackLevel {
    /// At which level.
    pub level: Level,
    /// What its label says: 8, 12, 13 or 14 digits.
    #[serde(default)]
    pub gtin: Option<String>,
    /// Unit code.
    pub unit: Unit,
    /// Base units in one; 1 to 1,000,000.
    pub factor: u32,
    /// From which day on.
    #[serde(default)]
    pub valid_from: Option<Day>,
    /// Up to which day.
    #[serde(default)]
    pub valid_to: Option<Day>,
}

/// A lot, as the back-end knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// Whose.
    pub owner: OwnerId,
    /// Which item.
    pub item: ItemId,
    /// The number as printed.
    pub lot: LotNumber,
    /// Who made it.
    #[serde(default)]
    pub maker: Option<MakerId>,
    /// Its day of expiry.
    #[serde(default)]
    pub expiry: Option<Day>,
    /// Its day of production.
    #[serde(default)]
    pub produced: Option<Day>,
    /// The supplier's own number.
    #[serde(default)]
    pub supplier_lot: Option<LotNumber>,
    /// When the first of it came.
    #[serde(default)]
    pub received_on: Option<Day>,
}

/// A supplier or customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Its key; 1 to 60 characters.
    pub partner: String,
    /// What people call it; 1 to 120 characters.
    pub name: String,
    /// Its GLN: 13 digits.
    #[serde(default)]
    pub gln: Option<String>,
    /// Nobody trades with it any more.
    #[serde(default)]
    pub gone: bool,
}

/// A document. Lines and serials that it no longer names are gone; what was done of a line stays done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// `notice`, `order` or `purchase`: the record's `kind`.
    #[serde(skip, default = "notice")]
    pub kind: DocumentKind,
    /// Its number.
    pub document: DocumentId,
    /// Whose goods.
    pub owner: OwnerId,
    /// Who sends or gets them.
    #[serde(default)]
    pub partner: Option<String>,
    /// Where they arrive, or wait for their trailer.
    #[serde(default)]
    pub place: Option<PlaceId>,
    /// Nothing of it is awaited any more.
    #[serde(default)]
    pub closed: bool,
    /// What it asks for; one line at least, 10,000 at most.
    pub lines: Vec<Line>,
}

fn notice() -> DocumentKind {
    DocumentKind::Notice
}

/// A line: an item by its key with a unit, or by the GTIN of a pack level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its number in the document.
    pub line: LineId,
    /// Which item; else `gtin` says it.
    #[serde(default)]
    pub item: Option<ItemId>,
    /// The pack level's GTIN.
    #[serde(default)]
    pub gtin: Option<String>,
    /// At which pack level `quantity` counts; else the `gtin`'s, else the each.
    #[serde(default)]
    pub level: Option<Level>,
    /// How many, as a decimal of at most six places: `"12"`, `"2.5"`. Above 0.
    pub quantity: String,
    /// Which lot.
    #[serde(default)]
    pub lot: Option<LotNumber>,
    /// Its day of expiry.
    #[serde(default)]
    pub expiry: Option<Day>,
    /// The handling unit it comes on; then the line stands for a part of it.
    #[serde(default)]
    pub plate: Option<PlateId>,
    /// The back-end chose the lot: rotation then only warns.
    #[serde(default)]
    pub allocated: bool,
    /// Its units by their serials; of a ship notice alone.
    #[serde(default)]
    pub serials: Vec<Serial>,
}

/// A unit: by its serial alone, which is then one of the line's GTIN, or with the numbering it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Serial {
    /// Of the line's GTIN.
    Plain(SerialNumber),
    /// Of another numbering.
    Keyed {
        /// Which.
        scheme: SerialScheme,
        /// The maker's key within it.
        maker_key: String,
        /// The number as printed.
        serial: SerialNumber,
    },
}

/// Work that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// The back-end's own number.
    pub task: TaskId,
    /// What is to be done.
    #[serde(rename = "do")]
    pub kind: TaskKind,
    /// Whose goods.
    pub owner: OwnerId,
    /// 1 goes before 2.
    pub priority: u32,
    /// Where it begins.
    #[serde(default)]
    pub place: Option<PlaceId>,
    /// Where it ends.
    #[serde(default)]
    pub to: Option<PlaceId>,
    /// What it takes, as `fork`.
    #[serde(default)]
    pub equipment: Option<String>,
    /// For which document.
    #[serde(default)]
    pub document: Option<DocumentId>,
    /// Which item.
    #[serde(default)]
    pub item: Option<ItemId>,
    /// Which lot.
    #[serde(default)]
    pub lot: Option<LotNumber>,
    /// How much, in base units.
    #[serde(default)]
    pub quantity: Option<String>,
    /// Until when.
    #[serde(default)]
    pub due: Option<lotline_record::entry::Instant>,
    /// Nobody need do it any more.
    #[serde(default)]
    pub withdrawn: bool,
}
