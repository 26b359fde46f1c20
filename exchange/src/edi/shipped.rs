//! What left with an order, as a notice to whom it goes.

use super::notice::{Line, Moment, Notice, Order, Origin, Party, Purpose, Unit, UnitKind, amount};
use lotline_record::entry::{Body, Load};
use lotline_record::model::{Account, Amount, DocumentId, Goods, ItemId, Level, OwnerId, PlateId};
use lotline_scan::{Gtin, Sscc};
use std::collections::{BTreeMap, HashSet};

/// What is not in the entries of a shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of the notice.
    pub number: String,
    /// When it is made; of day and time.
    pub created: Moment,
    /// When the goods left.
    pub shipped: Moment,
    /// Who takes part.
    pub parties: Vec<Party>,
}

/// Units within each other that are told; deeper ones are told at this depth.
const DEEPEST: usize = 8;

/// Makes the notice of an order out of the entries that shipped it (domain, section 2: pack levels carry the GTIN).
/// `gtin` says which GTIN an item's pack level has. A handling unit, and a unit with a serial, counts once, however often
/// it was told; a number of a handling unit that is no SSCC is the site's own and is not told. `None`: nothing left.
pub fn shipped<'b>(
    bodies: impl IntoIterator<Item = &'b Body>,
    order: &DocumentId,
    head: Head,
    gtin: impl Fn(&OwnerId, &ItemId, Level) -> Option<Gtin>,
) -> Option<Notice> {
    let mut plates: BTreeMap<&PlateId, Option<&PlateId>> = BTreeMap::new();
    let mut goods: Vec<(Option<&PlateId>, &Goods)> = Vec::new();
    let mut serials = HashSet::new();
    for body in bodies {
        let Body::Shipped { load, from, document } = body else {
            continue;
        };
        if document != order {
            continue;
        }
        let on = match from {
            Account::Plate(plate) => Some(plate),
            _ => None,
        };
        match load {
            Load::Plate(plate) => {
                plates.entry(plate).or_insert(on);
            }
            Load::Goods(unit) => {
                let first = unit.serial.as_ref().is_none_or(|serial| serials.insert(serial.clone()));
                if first {
                    goods.push((on.or(unit.plate.as_ref()), unit));
                }
            }
        }
    }
    if plates.is_empty() && goods.is_empty() {
        return None;
    }
    // Goods may say a plate that no entry of its own told.
    for (plate, _) in &goods {
        if let Some(plate) = plate {
            plates.entry(plate).or_insert(None);
        }
    }
    let mut lines: BTreeMap<Option<&PlateId>, Vec<Line>> = BTreeMap::new();
    let mut count = 0_u32;
    for (plate, unit) in goods {
        let told = line(unit, order, &gtin);
        let of = lines.entry(plate).or_default();
        if let Some(known) = of.iter_mut().find(|known| alike(known, &told)) {
            known.quantity = sum(known.quantity, told.quantity);
            known.serials.extend(told.serials);
        } else {
            count += 1;
            of.push(Line {
                number: count.to_string(),
                ..told
            });
        }
    }
    let within = |plate: &PlateId| {
        plates
            .get(plate)
            .copied()
            .flatten()
            .filter(|on| plates.contains_key(on))
    };
    let top: Vec<&PlateId> = plates.keys().copied().filter(|plate| within(plate).is_none()).collect();
    let units = top
        .into_iter()
        .map(|plate| unit(plate, &plates, &mut lines, 0))
        .collect();
    Some(Notice {
        number: head.number,
        purpose: Purpose::Original,
        created: head.created,
        shipped: Some(head.shipped),
        due: None,
        packages: Vec::new(),
        carrier: None,
        references: Vec::new(),
        parties: head.parties,
        statement: None,
        orders: vec![Order {
            number: order.to_string(),
            date: None,
        }],
        units,
        lines: lines.remove(&None).unwrap_or_default(),
    })
}

fn sum(one: Option<Amount>, other: Option<Amount>) -> Option<Amount> {
    Some(one?.plus(other?))
}

fn line(unit: &Goods, order: &DocumentId, gtin: &impl Fn(&OwnerId, &ItemId, Level) -> Option<Gtin>) -> Line {
    Line {
        order: Some(order.to_string()),
        gtin: gtin(&unit.owner, &unit.item, unit.level),
        vendor_item: Some(unit.item.to_string()),
        quantity: amount(&unit.quantity.n.normalize().to_string()),
        unit: Some(unit.quantity.u.0.clone()),
        lot: unit.lot.as_ref().map(|lot| lot.number.clone()),
        supplier_lot: unit.supplier_lot.clone(),
        expiry: unit.expiry,
        made: unit.produced,
        serials: unit.serial.iter().map(|serial| serial.serial.clone()).collect(),
        ..Line::default()
    }
}

/// The same but for how much and which serials.
fn alike(one: &Line, other: &Line) -> bool {
    let bare = |line: &Line| Line {
        number: String::new(),
        quantity: None,
        serials: Vec::new(),
        ..line.clone()
    };
    bare(one) == bare(other)
}

fn unit<'p>(
    plate: &'p PlateId,
    plates: &BTreeMap<&'p PlateId, Option<&'p PlateId>>,
    lines: &mut BTreeMap<Option<&'p PlateId>, Vec<Line>>,
    depth: usize,
) -> Unit {
    // What stands on the trailer is the pallet, what is on that a pack.
    let kind = if depth == 0 { UnitKind::Tare } else { UnitKind::Pack };
    let inner: Vec<&'p PlateId> = plates
        .iter()
        .filter(|(_, on)| **on == Some(plate) && depth < DEEPEST)
        .map(|(plate, _)| *plate)
        .collect();
    Unit {
        kind,
        sscc: Sscc::parse(plate.as_str()).ok(),
        units: inner
            .into_iter()
            .map(|inner| unit(inner, plates, lines, depth + 1))
            .collect(),
        lines: lines.remove(&Some(plate)).unwrap_or_default(),
        origin: Origin::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, Mapping, Needs, Numbers, check, read, write};
    use super::*;
    use lotline_record::model::{Day, Tracking};
    use serde_json::{Value, json};

    fn goods(lot: &str, serial: Option<&str>) -> Value {
        let serial = serial.map(|serial| json!({"scheme": "gtin", "maker_key": "09521141012345", "serial": serial}));
        let mut goods = json!({"owner": "ACME", "item": "SYR5", "level": "each", "quantity": {"n": "1", "u": "EA"},
            "lot": {"number": lot}, "expiry": "2028-03-31"});
        if let Some(serial) = serial {
            goods["serial"] = serial;
        }
        json!({ "goods": goods })
    }

    fn left(load: &Value, from: &str, order: &str) -> Body {
        let body = json!({"kind": "shipped", "load": load, "from": from, "document": order});
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn what_left_with_an_order_is_told_once_on_its_units_and_can_be_received() {
        let (pallet, pack) = ("095211410000000175", "195211410000000240");
        let plate = |id: &str| json!({ "plate": id });
        let bodies = [
            left(&plate(pallet), "place:TRAILER-1", "O7"),
            left(&plate(pack), &format!("plate:{pallet}"), "O7"),
            left(&goods("L1", Some("A1")), &format!("plate:{pack}"), "O7"),
            left(&goods("L1", Some("A2")), &format!("plate:{pack}"), "O7"),
            left(&goods("L1", Some("A2")), &format!("plate:{pack}"), "O7"),
            left(&goods("L2", Some("A3")), &format!("plate:{pack}"), "O7"),
            left(&goods("L3", Some("A4")), "place:TRAILER-1", "O7"),
            left(&goods("L3", Some("A5")), "place:TRAILER-1", "O8"),
        ];
        let day = Day::from_ymd_opt(2026, 3, 2).unwrap();
        let moment = Moment {
            day,
            time: Some("0905".into()),
            zone: None,
        };
        let head = Head {
            number: "O7".into(),
            created: moment.clone(),
            shipped: moment,
            parties: Vec::new(),
        };
        let gtin = |_: &OwnerId, _: &ItemId, _: Level| Gtin::parse("9521141012345").ok();
        let order = DocumentId::new("O7").unwrap();
        let notice = shipped(&bodies, &order, head.clone(), gtin).unwrap();
        let inner = &notice.units[0].units[0];
        assert_eq!((notice.units.len(), inner.sscc.unwrap().as_str()), (1, pack));
        let told: Vec<(String, String, usize)> = [&inner.lines[0], &inner.lines[1], &notice.lines[0]]
            .map(|l| {
                (
                    l.lot.clone().unwrap().to_string(),
                    l.quantity.unwrap().to_string(),
                    l.serials.len(),
                )
            })
            .to_vec();
        let want = [("L1", "2", 2), ("L2", "1", 1), ("L3", "1", 1)];
        assert_eq!(told, want.map(|(lot, n, count)| (lot.to_owned(), n.to_owned(), count)));
        let needs = Needs {
            otherwise: Some(Tracking::LotAndSerial),
            ..Needs::default()
        };
        let numbers = Numbers {
            interchange: 1,
            group: 1,
            message: 1,
            day,
            time: "0905".into(),
        };
        for name in ["x12-4010", "eancom-d01b"] {
            let mapping = Mapping::ready(name).unwrap().unwrap();
            let written = write(&notice, &mapping, &numbers).unwrap();
            let file = read(&written, Some(&mapping), &Limits::default()).unwrap();
            assert_eq!(file.findings().count(), 0, "{name}");
            assert_eq!(file.readings[0].notice.as_ref(), Some(&notice), "{name}");
            assert_eq!(check(&notice, &needs), [], "{name}");
        }
        let nobody = DocumentId::new("O9").unwrap();
        assert_eq!(shipped(&bodies, &nobody, head, gtin), None);
    }
}
