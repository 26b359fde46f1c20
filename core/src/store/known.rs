//! What is known in memory between two inputs, so that a scan does not ask the disk what it asked a second ago.
//!
//! Nothing here is a source: each fact was read from the two files and can be forgotten at any time. Three rules keep
//! it true:
//!
//! 1. What a page, a new picture or a change of the journal's `meta` may touch is forgotten right after the commit.
//! 2. A fact that was read before such a commit is not kept after it: the reader names the generation it began in.
//! 3. Own entries move sums and lots on by their effects ([`Known::appended`]) once they are committed. While the
//!    commit runs the shelves are empty, so that neither an error nor a panic leaves them ahead of the disk.
//!
//! Lock order: the journal, then this; never the other way round.

use super::behind::Left;
use super::picture::Blocks;
use crate::handheld::Anchor;
use crate::work::facts::{DocumentLine, LineWords, LotFacts, StockFacts};
use lotline_record::entry::Tip;
use lotline_record::model::{
    Amount, Day, DeviceId, DocumentId, DocumentKind, Item, ItemId, LotKey, OwnerId, PackLevel, Person, PersonId, Place,
    PlaceId, Policy, PolicyError, Reservation, WorkingSet,
};
use lotline_record::stock::{Effect, StockKey};
use lotline_record::text::{Arg, Message};
use lotline_record::wire::{Page, StoredThrough};
use lotline_scan::Gtin;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;

/// Facts of one kind on a shelf. A full shelf is emptied: what is still needed is read again.
const MOST: usize = 4_096;
/// Rows of stock on the shelf, over all items: some 10 MB at most.
const MOST_STOCK: usize = 40_000;

/// What the device is and where its chain stands.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    /// Its name; `unenrolled` before enrolment.
    pub(crate) device: DeviceId,
    /// The site as the journal has it.
    pub(crate) site: Option<String>,
    /// The site whose rows of the picture count.
    pub(crate) picture_site: String,
    /// The cart, fork or hand the device stands for.
    pub(crate) resource: Option<String>,
    /// The last entry.
    pub(crate) tip: Tip,
    /// Entries that still go up.
    pub(crate) pending: u64,
    /// Whether there is a server.
    pub(crate) enrolled: bool,
    /// Last measured offset of the clock.
    pub(crate) offset_ms: Option<i64>,
    /// When the gateway last told the time.
    pub(crate) anchor: Option<Anchor>,
    /// When the recall list was last known to be complete, milliseconds since 1970.
    pub(crate) recall_list_ms: Option<i64>,
    /// The picture's cursor.
    pub(crate) cursor: u64,
    /// Entries the gateway has and has not applied.
    pub(crate) at_gateway: u64,
    /// Entries the warehouse's own system has.
    pub(crate) in_wms: u64,
    /// What of the site the picture carries; `None`: all of it.
    pub(crate) working_set: Option<Arc<WorkingSet>>,
    /// The policy in force.
    pub(crate) policy: InForce,
}

/// The newest good policy, and a newer one that does not take effect.
#[derive(Debug, Clone, Default)]
pub(crate) struct InForce {
    pub(crate) policy: Arc<Policy>,
    pub(crate) refused: Option<RefusedPolicy>,
}

/// A policy that came down and cannot be read, or contradicts itself.
#[derive(Debug, Clone)]
pub(crate) struct RefusedPolicy {
    /// Its number.
    pub(crate) version: i64,
    /// The number of the one that stays.
    pub(crate) kept: i64,
    /// Why.
    pub(crate) why: PolicyError,
}

impl RefusedPolicy {
    /// In words.
    pub(crate) fn message(&self) -> Message {
        let (wrong, at, detail) = match &self.why {
            PolicyError::Unreadable(why) => ("unreadable", "", why),
            PolicyError::Contradiction { at, why } => ("contradiction", at.as_str(), why),
        };
        Message::new("stop-policy-refused")
            .with("version", Arg::text(self.version))
            .with("kept", Arg::text(self.kept))
            .with("wrong", Arg::text(wrong))
            .with("at", Arg::text(at))
            .with("detail", Arg::text(detail))
    }
}

/// A bounded map.
#[derive(Debug)]
pub(super) struct Shelf<K, V>(HashMap<K, V>);

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Shelf(HashMap::new())
    }
}

impl<K: Eq + Hash, V> Shelf<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key)
    }

    pub(super) fn put(&mut self, key: K, value: V) {
        if self.0.len() >= MOST {
            self.0.clear();
        }
        self.0.insert(key, value);
    }
}

/// A person.
#[derive(Debug, Clone)]
pub(super) struct KnownPerson {
    pub(super) person: Person,
    /// Owners in their scope; `None`: all.
    pub(super) scope: Option<Vec<OwnerId>>,
    /// Whether they chose something here that the picture does not include yet.
    pub(super) own_settings: bool,
}

/// An item and whether its goods expire; `None`: there is no such item.
pub(super) type KnownItem = Option<(Item, bool)>;
/// Lot, maker, level and account as texts: the order in which stock is told.
pub(super) type StockRowKey = [String; 4];

/// The shelves.
#[derive(Debug, Default)]
pub(super) struct Known {
    generation: u64,
    pub(super) standing: Option<Arc<Standing>>,
    pub(super) policy: Option<InForce>,
    pub(super) people: Shelf<PersonId, KnownPerson>,
    pub(super) levels: Shelf<(Gtin, Day), Vec<(Item, PackLevel)>>,
    pub(super) items: Shelf<(OwnerId, ItemId), KnownItem>,
    pub(super) places: Shelf<PlaceId, Option<Place>>,
    pub(super) blocks: Option<Arc<Blocks>>,
    pub(super) lots: Shelf<(OwnerId, ItemId, LotKey), Option<LotFacts>>,
    pub(super) stock: Shelf<(OwnerId, ItemId), BTreeMap<StockRowKey, StockFacts>>,
    pub(super) lines: Shelf<(DocumentKind, DocumentId), Arc<Vec<DocumentLine>>>,
    pub(super) reservations: Shelf<(OwnerId, ItemId), Vec<Reservation>>,
    stock_rows: usize,
}

impl Known {
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// Everything may have changed.
    pub(super) fn forget(&mut self) {
        *self = Known {
            generation: self.generation + 1,
            ..Known::default()
        };
    }

    /// The journal's `meta`, the picture's or the chain changed by another way than an append.
    pub(super) fn forget_standing(&mut self) {
        self.generation += 1;
        self.standing = None;
    }

    /// The server is durable up to `through`.
    pub(super) fn acknowledged(&mut self, through: &StoredThrough) {
        self.generation += 1;
        self.standing = self.standing.take().filter(|s| s.tip.epoch == through.epoch);
        if let Some(standing) = &mut self.standing {
            let standing = Arc::make_mut(standing);
            standing.pending = standing.tip.seq.saturating_sub(through.seq);
        }
    }

    /// A page was committed: its rows changed, and with its cursor `included`.
    pub(super) fn paged(&mut self, page: &Page) {
        self.generation += 1;
        for row in &page.rows {
            match row.t.as_str() {
                "person" | "setting" => self.people = Shelf::default(),
                "policy" => (self.policy, self.standing) = (None, None),
                "item" | "pack_level" => {
                    self.items = Shelf::default();
                    self.levels = Shelf::default();
                }
                "place" => self.places = Shelf::default(),
                "block" => self.blocks = None,
                "reservation" => self.reservations = Shelf::default(),
                _ => {}
            }
        }
        // What own effects take part in follows from `included`, whatever rows came with it.
        self.lots = Shelf::default();
        self.lines = Shelf::default();
        self.people.0.retain(|_, known| !known.own_settings);
        self.blocks.take_if(|all| all.has_own());
        self.forget_stock();
        if let Some(standing) = &mut self.standing {
            let standing = Arc::make_mut(standing);
            standing.cursor = page.to;
            standing.at_gateway = page.counts.at_gateway;
            standing.in_wms = page.counts.in_wms;
        }
    }

    /// Rows went ahead of the page that they belong to.
    pub(super) fn went_ahead(&mut self, page: &Page) {
        self.generation += 1;
        // Which own blocks take part in follows from what the page counts, whatever rows came with it.
        self.blocks = None;
        for row in &page.rows {
            match row.t.as_str() {
                "person" => self.people = Shelf::default(),
                "policy" => (self.policy, self.standing) = (None, None),
                _ => {}
            }
        }
    }

    /// Recalls are known up to `at_ms`, milliseconds since 1970.
    pub(super) fn recalls_at(&mut self, at_ms: i64) {
        self.generation += 1;
        if let Some(standing) = &mut self.standing {
            Arc::make_mut(standing).recall_list_ms = Some(at_ms);
        }
    }

    /// Somebody chose how devices are to be for them.
    pub(super) fn forget_people(&mut self) {
        self.people = Shelf::default();
    }

    fn forget_stock(&mut self) {
        self.stock = Shelf::default();
        self.stock_rows = 0;
    }

    pub(super) fn keep_stock(&mut self, owner: OwnerId, item: ItemId, rows: BTreeMap<StockRowKey, StockFacts>) {
        self.stock_rows += rows.len();
        if self.stock_rows > MOST_STOCK {
            self.forget_stock();
            self.stock_rows = rows.len();
        }
        self.stock.put((owner, item), rows);
    }

    /// Everything that is known, taken off the shelves.
    pub(super) fn take_off(&mut self) -> Known {
        let empty = Known {
            generation: self.generation,
            ..Known::default()
        };
        std::mem::replace(self, empty)
    }

    /// Comes back, unless something was forgotten meanwhile.
    pub(super) fn put_back(&mut self, other: Known) {
        if self.generation == other.generation {
            *self = other;
        }
    }

    /// Own entries are on disk: what is known moves on with them.
    pub(super) fn appended(&mut self, tip: Tip, entries: &[Left]) {
        if let Some(standing) = &mut self.standing {
            let standing = Arc::make_mut(standing);
            standing.tip = tip;
            standing.pending += entries.len() as u64;
        }
        for Left { entry, effects, .. } in entries {
            let day = entry.at.wall.day(entry.at.zone_min);
            for effect in effects {
                self.apply(effect, day);
            }
        }
    }

    fn apply(&mut self, effect: &Effect, day: Day) {
        match effect {
            Effect::Stock { key, account, delta } => self.move_stock(key, account, *delta),
            Effect::Line { line, delta } => {
                let lines = self.lines.0.get_mut(&(line.kind, line.document.clone()));
                if let Some(known) = lines.and_then(|all| Arc::make_mut(all).iter_mut().find(|l| l.key == *line)) {
                    known.done = known.done.plus(*delta);
                    known.words = LineWords::default();
                }
            }
            Effect::Lot {
                owner,
                item,
                lot,
                expiry,
                correct,
                ..
            } => {
                let key = (owner.clone(), item.clone(), lot.clone());
                if let Some(known) = self.lots.0.get_mut(&key) {
                    let facts = known.get_or_insert_with(LotFacts::default);
                    learn(facts, *expiry, Some(day), *correct);
                }
            }
            Effect::Block(_) | Effect::Unblock(_) => self.blocks = None,
            // Serials, handling units, documents and exceptions are not kept.
            Effect::Serial { .. }
            | Effect::Plate { .. }
            | Effect::Closed { .. }
            | Effect::Opened { .. }
            | Effect::Task { .. }
            | Effect::Settled { .. } => {}
        }
    }

    fn move_stock(&mut self, key: &StockKey, account: &lotline_record::model::Account, delta: Amount) {
        if !account.is_physical() {
            return;
        }
        let Some(rows) = self.stock.0.get_mut(&(key.owner.clone(), key.item.clone())) else {
            return;
        };
        let (lot, maker) = super::effects::lot_parts(key.lot.as_ref());
        let at: StockRowKey = [
            lot.to_owned(),
            maker.to_owned(),
            key.level.as_str().to_owned(),
            account.to_string(),
        ];
        let row = rows.entry(at.clone()).or_insert_with(|| StockFacts {
            owner: key.owner.clone(),
            item: key.item.clone(),
            lot: key.lot.clone(),
            level: key.level,
            account: account.clone(),
            amount: Amount::ZERO,
        });
        row.amount = row.amount.plus(delta);
        if row.amount == Amount::ZERO {
            rows.remove(&at);
        }
    }
}

/// What a label or a correction tells of a lot: sets what is not known yet; only a correction replaces.
pub(super) fn learn(lot: &mut LotFacts, expiry: Option<Day>, received_on: Option<Day>, correct: bool) {
    if correct || lot.expiry.is_none() {
        lot.expiry = expiry.or(lot.expiry);
    }
    lot.received_on = lot.received_on.or(received_on);
}
