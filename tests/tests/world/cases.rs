//! The reference: physical cases in a physical warehouse, and nothing else. Knows no type of the core, no record and no
//! rule; what a person did with their hands is done here, too.

use std::collections::BTreeMap;

/// A thing that can be carried: an each, a case of 12, a unit with a serial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    pub item: &'static str,
    pub lot: &'static str,
    pub serial: Option<String>,
    /// How many of the smallest unit are in it.
    pub holds: i64,
    /// `A-01`, `CART-1`; `outside` before it came and after it left, `lost` when nobody saw it go.
    pub at: String,
}

/// Where nothing of this warehouse is.
pub const OUTSIDE: &str = "outside";

/// So much of an item and lot, by place, in smallest units.
pub type Found = BTreeMap<(String, String, String), i64>;

/// The things, by when they came into the world.
#[derive(Debug, Clone, Default)]
pub struct Warehouse {
    pub things: Vec<Thing>,
    /// What vanished or appeared and nobody wrote down, by place, item and lot, in smallest units.
    unwritten: BTreeMap<(String, &'static str, &'static str), i64>,
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

    /// Somebody carries it there.
    pub fn carry(&mut self, thing: usize, to: &str) {
        to.clone_into(&mut self.things[thing].at);
    }

    /// It is gone, and nobody wrote it down.
    pub fn vanish(&mut self, thing: usize) {
        let gone = self.things[thing].clone();
        *self.unwritten.entry((gone.at, gone.item, gone.lot)).or_default() -= gone.holds;
        OUTSIDE.clone_into(&mut self.things[thing].at);
    }

    /// A count of the place was confirmed: what was unwritten there is written now.
    pub fn counted(&mut self, place: &str, item: &str) {
        self.unwritten.retain(|(at, what, _), _| at != place || *what != item);
    }

    /// Walks through the warehouse: what stands where, by place, item and lot, in smallest units.
    pub fn walk(&self) -> Found {
        let mut found = BTreeMap::new();
        for thing in self.things.iter().filter(|thing| thing.at != OUTSIDE) {
            *found
                .entry((thing.at.clone(), thing.item.to_owned(), thing.lot.to_owned()))
                .or_default() += thing.holds;
        }
        found
    }

    /// What a record that was told everything else must have: what stands there, and what vanished unseen.
    pub fn expected(&self) -> Found {
        let mut all = self.walk();
        for ((place, item, lot), gone) in &self.unwritten {
            *all.entry((place.clone(), (*item).to_owned(), (*lot).to_owned()))
                .or_default() -= gone;
        }
        all.retain(|_, amount| *amount != 0);
        all
    }
}
