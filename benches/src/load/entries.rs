//! What the devices write: entries of a real shift (`benches/fixtures/shift.jsonl`), with evidence, verdict and facts as a
//! handheld stored them, told anew of other goods and places.

use super::gateway::site;
use lotline_record::entry::{Body, Entry, Instant, Load, Tip};
use lotline_record::model::{Account, EntryId, Goods, LotKey, OwnerId, PlaceId, SerialKey, SerialScheme};

const RECORDED: &str = include_str!("../../fixtures/shift.jsonl");

/// Entries of a device come in rounds of so many: a case with its lot, an each with its serial, a case lifted, put down, and one
/// picked.
pub(super) const ROUND: u64 = 5;
/// One entry in so many claims a serial that the neighbour claims as well: of two such claims, one contradicts.
const CONTESTED: u64 = 50;
/// Units in a case.
pub(super) const CASE: u64 = 12;

/// The recorded entries.
#[derive(Debug)]
pub(super) struct Shift {
    case: Entry,
    lifted: Entry,
    dropped: Entry,
    picked: Entry,
    /// Whose goods the devices handle, two neighbours those of one; none: those that were recorded.
    owners: Vec<OwnerId>,
}

/// Whether that entry of a device claims a serial that its neighbour's entry of the same number claims as well.
pub(super) fn is_contested(seq: u64) -> bool {
    seq % CONTESTED == 2
}

/// Units that an entry of that number brings into the house.
pub(super) fn units(seq: u64) -> u64 {
    match seq % ROUND {
        1 => CASE,
        2 => 1,
        _ => 0,
    }
}

impl Shift {
    pub(super) fn recorded() -> Self {
        let mut lines = RECORDED.lines().map(|line| serde_json::from_str(line).unwrap());
        let mut next = || lines.next().unwrap();
        Shift {
            case: next(),
            lifted: next(),
            dropped: next(),
            picked: next(),
            owners: Vec::new(),
        }
    }

    /// The same in a store that these owners share.
    pub(super) fn shared_by(owners: Vec<OwnerId>) -> Self {
        Shift {
            owners,
            ..Self::recorded()
        }
    }

    /// The entry that follows `tip`, of the device with that number.
    pub(super) fn entry(&self, number: usize, tip: &Tip, at: Instant) -> Entry {
        let seq = tip.seq + 1;
        let place = |name: &str| Account::Place(PlaceId::new(format!("{name}-{number}")).unwrap());
        let recorded = match seq % ROUND {
            1 | 2 => &self.case,
            3 => &self.lifted,
            4 => &self.dropped,
            _ => &self.picked,
        };
        let mut entry = recorded.clone();
        // One lot a device, with one expiry.
        let told = |goods: &mut Goods| {
            if let Some(owner) = self.owners.get(number / 2 % self.owners.len().max(1)) {
                goods.owner = owner.clone();
            }
            goods.lot = Some(LotKey::of(format!("L{number}").parse().unwrap()));
            goods.expiry = self.case.body.goods().and_then(|goods| goods.expiry);
        };
        match &mut entry.body {
            Body::Received { goods, to, .. } => {
                if seq % ROUND == 2 {
                    let Body::Picked { goods: each, .. } = &self.picked.body else {
                        unreachable!("the fourth recorded entry is a pick")
                    };
                    *goods = each.clone();
                    goods.serial = Some(serial(number, seq));
                }
                told(goods);
                *to = place("DOCK");
            }
            Body::Lifted { load, from, to } => {
                if let Load::Goods(goods) = load {
                    told(goods);
                }
                (*from, *to) = (place("DOCK"), place("CART"));
            }
            Body::Dropped { load, from, to } => {
                if let Load::Goods(goods) = load {
                    told(goods);
                }
                (*from, *to) = (place("CART"), place("BIN"));
            }
            Body::Picked { goods, from, to, .. } => {
                told(goods);
                (*from, *to) = (place("BIN"), place("CART"));
            }
            _ => unreachable!("no other kind is recorded"),
        }
        entry.id = EntryId::new(format!("{}-{}-{seq}", tip.device, tip.epoch)).unwrap();
        entry.site = site();
        entry.device = tip.device.clone();
        (entry.epoch, entry.seq, entry.prev) = (tip.epoch, seq, tip.hash);
        entry.at.wall = at;
        entry.at.mono_ms = seq;
        entry
    }
}

fn serial(number: usize, seq: u64) -> SerialKey {
    let name = if is_contested(seq) {
        format!("X{}-{seq}", number / 2)
    } else {
        format!("S{number}-{seq}")
    };
    SerialKey {
        scheme: SerialScheme::Gtin,
        maker_key: "09521000005006".into(),
        serial: name.parse().unwrap(),
    }
}
