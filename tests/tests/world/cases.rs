//! The reference: physical cases in a physical warehouse, and nothing else. Knows no type of the core, no record and no
//! rule; what a person did with their hands is done here, too.

use std::collections::BTreeMap;

/// A thing that can be carried: an each, a case of 12, a unit with a serial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    pub item: &'static str,
    pub lot: &'static str,
    pub serial: Option<String>,
    /// The labels it was given in place of its own, the first one first; two people may each give it one.
    pub own_labels: Vec<String>,
    /// How many of the smallest unit are in it.
    pub holds: i64,
    /// Where it was before this warehouse knew of it: one of [`ELSEWHERE`].
    pub origin: &'static str,
    /// `A-01`, `CART-1`, or one of [`ELSEWHERE`].
    pub at: String,
}

impl Thing {
    /// A unit of nothing yet, that is still where it came from.
    pub fn new(origin: &'static str) -> Self {
        Thing {
            item: "",
            lot: "",
            serial: None,
            own_labels: Vec::new(),
            holds: 1,
            origin,
            at: origin.to_owned(),
        }
    }
}

pub const SUPPLIER: &str = "supplier";
pub const CUSTOMER: &str = "customer";
pub const DISPOSED: &str = "disposed";
pub const CONSUMED: &str = "consumed";
/// Where what was here before the record began comes from.
pub const OPENING: &str = "opening";
/// Where what is made comes from.
pub const PRODUCED: &str = "produced";
/// Where what is found comes from, and what is written off as lost or damaged goes to.
pub const UNEXPLAINED: &str = "unexplained";
/// Gone, and nobody wrote it down.
const VANISHED: &str = "vanished";

/// Where nothing of this warehouse is.
pub const ELSEWHERE: [&str; 8] = [
    SUPPLIER,
    CUSTOMER,
    DISPOSED,
    CONSUMED,
    PRODUCED,
    OPENING,
    UNEXPLAINED,
    VANISHED,
];

/// So much of an item and lot, by place, in smallest units.
pub type Found = BTreeMap<(String, String, String), i64>;

/// The things, by when they came into the world.
#[derive(Debug, Clone, Default)]
pub struct Warehouse {
    pub things: Vec<Thing>,
    /// Where each carton stands; a thing in it is at the carton.
    pub cartons: BTreeMap<String, String>,
    /// What vanished and nobody wrote down, by place, item and lot, in smallest units.
    unwritten: BTreeMap<(String, &'static str, &'static str), i64>,
    /// What vanished, and was missed by a count.
    missed: BTreeMap<(&'static str, &'static str), i64>,
}

impl Warehouse {
    /// A new thing; gives its number.
    pub fn comes(&mut self, thing: Thing) -> usize {
        self.things.push(thing);
        self.things.len() - 1
    }

    /// The things that stand there.
    pub fn standing_at(&self, place: &str) -> Vec<usize> {
        (0..self.things.len()).filter(|n| self.things[*n].at == place).collect()
    }

    /// The cartons that stand there.
    pub fn cartons_at(&self, place: &str) -> Vec<String> {
        let here = self.cartons.iter().filter(|(_, at)| *at == place);
        here.map(|(carton, _)| carton.clone()).collect()
    }

    /// Somebody carries it there.
    pub fn carry(&mut self, thing: usize, to: &str) {
        to.clone_into(&mut self.things[thing].at);
    }

    /// A case is opened: its units stand where it stood. Gives them.
    pub fn open(&mut self, thing: usize) -> Vec<usize> {
        let units = self.things[thing].holds;
        self.things[thing].holds = 1;
        let one = self.things[thing].clone();
        let mut all = vec![thing];
        all.extend((1..units).map(|_| self.comes(one.clone())));
        all
    }

    /// It is gone, and nobody wrote it down.
    pub fn vanish(&mut self, thing: usize) {
        let gone = self.things[thing].clone();
        *self.unwritten.entry((gone.at, gone.item, gone.lot)).or_default() += gone.holds;
        self.carry(thing, VANISHED);
    }

    /// Whether something is gone there and nobody wrote it down.
    pub fn lacks(&self, place: &str) -> bool {
        self.unwritten.keys().any(|(at, ..)| at == place)
    }

    /// A count of the place was confirmed: what was unwritten there is written now.
    pub fn counted(&mut self, place: &str) {
        let missed = &mut self.missed;
        self.unwritten.retain(|(at, item, lot), gone| {
            if at == place {
                *missed.entry((*item, *lot)).or_default() += *gone;
            }
            at != place
        });
    }

    /// Walks through the warehouse: what stands where, by place, item and lot, in smallest units.
    pub fn walk(&self) -> Found {
        let mut found = BTreeMap::new();
        for thing in &self.things {
            if !ELSEWHERE.contains(&thing.at.as_str()) {
                let key = (thing.at.clone(), thing.item.to_owned(), thing.lot.to_owned());
                *found.entry(key).or_default() += thing.holds;
            }
        }
        found
    }

    /// What a record that was told everything else must have: what stands there, and what vanished unseen.
    pub fn expected(&self) -> Found {
        let mut all = self.walk();
        for ((place, item, lot), gone) in &self.unwritten {
            *all.entry((place.clone(), (*item).to_owned(), (*lot).to_owned()))
                .or_default() += gone;
        }
        all.retain(|_, amount| *amount != 0);
        all
    }

    /// What went out of the warehouse less what came in, by where to and where from.
    pub fn elsewhere(&self) -> Found {
        let mut all: Found = BTreeMap::new();
        let mut add = |account: &str, item: &str, lot: &str, amount: i64| {
            let key = (account.to_owned(), item.to_owned(), lot.to_owned());
            *all.entry(key).or_default() += amount;
        };
        for thing in &self.things {
            if ELSEWHERE.contains(&thing.at.as_str()) {
                add(&thing.at, thing.item, thing.lot, thing.holds);
            }
            add(thing.origin, thing.item, thing.lot, -thing.holds);
        }
        for ((item, lot), missed) in &self.missed {
            add(UNEXPLAINED, item, lot, *missed);
        }
        all.retain(|(account, ..), amount| account != VANISHED && *amount != 0);
        all
    }

    /// The units with a serial, by what is on their label now, and where each is; those that never came are left out.
    pub fn units(&self) -> impl Iterator<Item = (&str, &str)> {
        self.things
            .iter()
            .filter(|thing| thing.at != thing.origin)
            .filter_map(|thing| {
                let label = thing.own_labels.first().or(thing.serial.as_ref())?;
                Some((label.as_str(), thing.at.as_str()))
            })
    }
}
