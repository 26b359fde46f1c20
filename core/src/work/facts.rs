//! What flows may ask: the picture, read through one trait, so that a flow holds no SQL.

use crate::Error;
use lotline_record::entry::{Body, EntryRef, Heard, Position};
use lotline_record::model::{
    Account, Amount, Block, ContentsKnown, Day, DeviceId, DocumentId, DocumentKind, ExceptionId, Goods, Item, ItemId,
    Level, Lifecycle, LineId, LineKey, LotKey, LotNumber, OwnerId, PackLevel, Person, PersonId, Place, PlaceId,
    PlateId, Quantity, Reservation, SerialKey, Task, TaskId, Unit,
};
use lotline_record::text::{Message, Phrase};
use lotline_record::trace::kin::{Descent, Kin, Member};
use lotline_record::trace::marks::Marks;
use lotline_record::trace::report::{Dated, Told};
use lotline_scan::Gtin;
use std::sync::{Arc, OnceLock};

/// What is known of a lot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LotFacts {
    /// Its expiry.
    pub expiry: Option<Day>,
    /// The day it first came in.
    pub received_on: Option<Day>,
    /// The supplier's own number of it.
    pub supplier_lot: Option<LotNumber>,
}

/// What is known of a serial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerialFacts {
    /// Where it is.
    pub account: Account,
    /// Its lifecycle.
    pub lifecycle: Lifecycle,
    /// The other place that claims it, while that is not settled.
    pub claimed: Option<Account>,
}

/// A serial that is in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerialAt {
    /// Which.
    pub serial: SerialKey,
    /// Whose.
    pub owner: OwnerId,
    /// Which item.
    pub item: ItemId,
    /// Which lot.
    pub lot: Option<LotKey>,
}

impl SerialAt {
    /// The one unit it stands for.
    pub(crate) fn goods(&self) -> Goods {
        Goods {
            owner: self.owner.clone(),
            item: self.item.clone(),
            level: Level::Each,
            quantity: Quantity::one(Unit::each(), 1),
            weight: None,
            lot: self.lot.clone(),
            supplier_lot: None,
            expiry: None,
            produced: None,
            serial: Some(self.serial.clone()),
            plate: None,
            out_of: None,
        }
    }
}

/// What is known of a handling unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlateFacts {
    /// Whose goods, if known.
    pub owner: Option<OwnerId>,
    /// Where it stands.
    pub account: Account,
    /// How its contents are known.
    pub known: ContentsKnown,
}

/// Some stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockFacts {
    /// Whose.
    pub owner: OwnerId,
    /// Which item.
    pub item: ItemId,
    /// Which lot.
    pub lot: Option<LotKey>,
    /// At which pack level.
    pub level: Level,
    /// Where.
    pub account: Account,
    /// How much, in base units; negative while a fact is missing.
    pub amount: Amount,
}

/// A notice or order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Which.
    pub document: DocumentId,
    /// Whose goods.
    pub owner: OwnerId,
    /// From or to whom, as printed.
    pub partner: String,
    /// The same by its key.
    pub partner_key: Option<String>,
    /// Its dock or staging place.
    pub place: Option<PlaceId>,
}

/// An order that was picked, with what follows for its goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbound {
    /// The order.
    pub order: Document,
    /// To whom, by the key of the partner.
    pub partner: Option<String>,
    /// `done` or `short` when picked, `loading:TRAILER`, `shipped`.
    pub state: String,
}

/// A line of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// Which.
    pub key: LineKey,
    /// Whose.
    pub owner: OwnerId,
    /// Which item.
    pub item: ItemId,
    /// What people call it.
    pub name: String,
    /// Whether the item is tracked by serial.
    pub by_serial: bool,
    /// Unit of the line.
    pub unit: Unit,
    /// Base units in one.
    pub factor: u32,
    /// Asked, in base units.
    pub expected: Amount,
    /// There, in base units, own work included.
    pub done: Amount,
    /// The lot it asks for.
    pub lot: Option<LotNumber>,
    /// The expiry it tells.
    pub expiry: Option<Day>,
    /// The handling unit it comes on.
    pub plate: Option<PlateId>,
    /// The warehouse's own system chose the lot.
    pub allocated: bool,
    /// The notice tells the serials of its item.
    pub serials: bool,
    /// How a list shows it.
    pub words: LineWords,
}

/// What the notices say of a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToldSerial {
    /// This notice tells of it.
    pub here: bool,
    /// Other open notices that do.
    pub elsewhere: Vec<DocumentId>,
}

/// What a list says of a line: made once for each amount that is there, since every screen shows all lines.
#[derive(Debug, Clone, Default)]
pub struct LineWords(OnceLock<(Amount, [Phrase; 2])>);

impl LineWords {
    /// The words for the amount `done`, which `make` makes unless they are kept.
    pub fn of(&self, done: Amount, make: impl Fn() -> [Message; 2]) -> [Phrase; 2] {
        let new = || (done, make().map(Phrase::from));
        let (kept_for, kept) = self.0.get_or_init(new);
        if *kept_for == done { kept.clone() } else { new().1 }
    }
}

/// Words follow from the line: they make none another one.
impl PartialEq for LineWords {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for LineWords {}

/// An open exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionFacts {
    /// Its name.
    pub exception: ExceptionId,
    /// Which rule.
    pub code: String,
    /// The explanation.
    pub message: Message,
    /// The goods.
    pub goods: Option<Goods>,
    /// Where they are.
    pub at: Option<Account>,
    /// The line they would fill.
    pub line: Option<LineKey>,
    /// What the record says.
    pub known_expiry: Option<Day>,
    /// Whose scan.
    pub raised_by: Option<PersonId>,
    /// On which device.
    pub device: DeviceId,
    /// When, milliseconds since 1970.
    pub raised_ms: i64,
}

/// A line of history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryFacts {
    /// When, milliseconds since 1970, by the device's clock.
    pub at_ms: i64,
    /// Minutes local time was ahead of UTC.
    pub zone_min: i32,
    /// Which device.
    pub device: Option<DeviceId>,
    /// Where in its chain.
    pub position: Position,
    /// Who.
    pub person: Option<PersonId>,
    /// What.
    pub kind: String,
    /// Which lot.
    pub lot: Option<String>,
    /// Which serial.
    pub serial: Option<String>,
    /// From where.
    pub from: Option<Account>,
    /// Where to.
    pub to: Option<Account>,
    /// How much.
    pub amount: Amount,
    /// For which document.
    pub document: Option<String>,
}

/// Which day of a lot is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// When it expires.
    Expiry,
    /// When it first came in.
    Received,
}

/// Whose history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A lot, or without a lot number the whole item.
    Lot {
        /// Whose.
        owner: OwnerId,
        /// Which item.
        item: ItemId,
        /// Which lot.
        lot: Option<LotNumber>,
    },
    /// A serial.
    Serial(SerialKey),
    /// A handling unit.
    Plate(PlateId),
}

/// What became of some own entries, as their counter-signatures and the picture tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Entries that the gateway has counter-signed.
    pub received: u64,
    /// Of them, those that it has counter-signed more than once.
    pub twice: u64,
    /// When it received the last of them, milliseconds since 1970 by its clock.
    pub received_ms: Option<i64>,
    /// Whether they continue the chain and hash to what is stored.
    pub chain: bool,
    /// Whether the picture counts all of them.
    pub included: bool,
}

/// The picture.
pub trait Facts {
    /// Items that carry the GTIN, with the pack level it names, on `today`.
    fn items_by_gtin(&self, gtin: &Gtin, today: Day) -> Result<Vec<(Item, PackLevel)>, Error>;
    /// An item.
    fn item(&self, owner: &OwnerId, item: &ItemId) -> Result<Option<Item>, Error>;
    /// The item's pack levels on `today`, one of a kind.
    fn levels_of(&self, owner: &OwnerId, item: &ItemId, today: Day) -> Result<Vec<PackLevel>, Error>;
    /// Whether goods of the item expire.
    fn expires(&self, owner: &OwnerId, item: &ItemId) -> Result<bool, Error>;
    /// What is known of a lot.
    fn lot(&self, owner: &OwnerId, item: &ItemId, lot: &LotKey) -> Result<Option<LotFacts>, Error>;
    /// What is known of a serial.
    fn serial(&self, serial: &SerialKey) -> Result<Option<SerialFacts>, Error>;
    /// The unit that an identifier of the site's own is on.
    fn own_unit(&self, unit: &str) -> Result<Option<SerialAt>, Error>;
    /// Serials in an account. Reads all serials of the site once: for the end of a count, not for a scan.
    fn serials_in(&self, account: &Account) -> Result<Vec<SerialAt>, Error>;
    /// What is known of a handling unit.
    fn plate(&self, plate: &PlateId) -> Result<Option<PlateFacts>, Error>;
    /// Handling units that stand in an account.
    fn plates_in(&self, account: &Account) -> Result<Vec<PlateId>, Error>;
    /// What became of the own entries from `from` to `to`, of one epoch.
    fn drilled(&self, from: Position, to: Position) -> Result<Reconciled, Error>;
    /// Own entries that no gateway has.
    fn unsent(&self) -> Result<u64, Error>;
    /// A place by its printed name.
    fn place(&self, place: &PlaceId) -> Result<Option<Place>, Error>;
    /// The first cage, where goods are put aside.
    fn cage(&self) -> Result<Option<PlaceId>, Error>;
    /// The bin that follows a place in walk order: by walk, then by name.
    fn bin_after(&self, walk: u32, place: &PlaceId) -> Result<Option<Place>, Error>;
    /// The next empty bin on the walk.
    fn empty_bin(&self) -> Result<Option<PlaceId>, Error>;
    /// Stock of an item in all physical accounts, zero rows left out.
    fn stock_of(&self, owner: &OwnerId, item: &ItemId) -> Result<Vec<StockFacts>, Error>;
    /// Stock in an account, zero rows left out.
    fn stock_in(&self, account: &Account) -> Result<Vec<StockFacts>, Error>;
    /// Open documents of a kind.
    fn documents(&self, kind: DocumentKind) -> Result<Vec<Document>, Error>;
    /// An open document.
    fn document(&self, kind: DocumentKind, document: &DocumentId) -> Result<Option<Document>, Error>;
    /// Picked orders that have not left; or `which` alone, though it left.
    fn outbound(&self, which: Option<&DocumentId>) -> Result<Vec<Outbound>, Error>;
    /// Its lines.
    fn lines(&self, kind: DocumentKind, document: &DocumentId) -> Result<Arc<Vec<DocumentLine>>, Error>;
    /// What this notice and others say of a unit.
    fn told_serial(&self, notice: &DocumentId, serial: &SerialKey) -> Result<ToldSerial, Error>;
    /// The units that a notice tells of, by their numbers; of one line, or of all. For a pallet or the end of a receipt.
    fn told_serials(&self, notice: &DocumentId, line: Option<&LineId>) -> Result<Vec<SerialKey>, Error>;
    /// Open blocks that cover any of the goods' scopes or the place; drills, which stop nothing, left out.
    fn blocks(&self, goods: Option<&Goods>, place: Option<&PlaceId>) -> Result<Vec<Block>, Error>;
    /// Open recalls, drills among them, part by part in the order of their names.
    fn recalls(&self) -> Result<Vec<Block>, Error>;
    /// Units whose serials carry a maker's key, with where each is. For finding a range, not for a scan.
    fn serials_by_key(&self, maker_key: &str) -> Result<Vec<(SerialAt, Account)>, Error>;
    /// Handling units in the warehouse of which nobody knows what is on them, with where each stands. Reads all of them.
    fn unknown_plates(&self) -> Result<Vec<(PlateId, Account)>, Error>;
    /// Open blocks on a handling unit itself, whatever is on it.
    fn blocks_on_plate(&self, plate: &PlateId) -> Result<Vec<Block>, Error>;
    /// The person with that badge.
    fn person_by_badge(&self, badge: &str) -> Result<Option<Person>, Error>;
    /// A person.
    fn person(&self, person: &PersonId) -> Result<Option<Person>, Error>;
    /// What a person is called; the pseudonym where the directory does not know them.
    fn called(&self, person: &PersonId) -> Result<String, Error> {
        let known = self.person(person)?;
        Ok(known.map_or_else(|| person.to_string(), |known| known.name))
    }
    /// When a person last chose a setting of that name, milliseconds since 1970.
    fn chosen_ms(&self, person: &PersonId, name: &str) -> Result<Option<i64>, Error>;
    /// Owners in a person's scope; `None`: all.
    fn scope_of(&self, person: &PersonId) -> Result<Option<Vec<OwnerId>>, Error>;
    /// Open exceptions, oldest first.
    fn exceptions(&self) -> Result<Vec<ExceptionFacts>, Error>;
    /// An own entry, for undo.
    fn own_entry(&self, position: Position) -> Result<Option<(EntryRef, Body)>, Error>;
    /// Tasks of the work queue that are not done, own acts included, at most 500.
    fn tasks(&self) -> Result<Vec<Task>, Error>;
    /// A task, whatever became of it.
    fn task(&self, task: &TaskId) -> Result<Option<Task>, Error>;
    /// What of an item is kept for tasks, whoever has them and whether its time is over or not.
    fn reservations(&self, owner: &OwnerId, item: &ItemId) -> Result<Vec<Reservation>, Error>;
    /// Docks, by the walk.
    fn docks(&self) -> Result<Vec<PlaceId>, Error>;
    /// Whether the site has told anything of that device: it has, or had, a task, or wrote an entry.
    fn is_device(&self, device: &DeviceId) -> Result<bool, Error>;
    /// Up to which entry the site has told of each other device that did something with the lot there.
    fn heard(&self, owner: &OwnerId, item: &ItemId, lot: Option<&LotKey>, at: &Account) -> Result<Vec<Heard>, Error>;
    /// History, newest first, at most `limit` lines.
    fn history(&self, subject: &Subject, limit: usize) -> Result<Vec<HistoryFacts>, Error>;
    /// One step of a genealogy, by the runs of this device and of the site. What was taken back does not count.
    fn kin(&self, of: &Member, descent: Descent) -> Result<Vec<Kin>, Error>;
    /// The entries that made a serial and that shipped it.
    fn marks(&self, of: &Member) -> Result<Marks, Error>;
    /// Stock of lots whose day is on `until` or before it, by the indexes of lots; and whether there are more lots.
    fn dated(&self, by: By, until: Day) -> Result<(Vec<Dated>, bool), Error>;
    /// Exceptions raised, signed or waiting between two instants, milliseconds since 1970; and whether there are more.
    fn exceptions_between(&self, from_ms: i64, to_ms: i64) -> Result<(Vec<Told>, bool), Error>;
}
