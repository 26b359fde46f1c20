//! What must hold for whatever notice there is.

use super::*;
use lotline_record::model::{LotNumber, SerialNumber};
use lotline_scan::{Gtin, Sscc, check_digit};
use proptest::prelude::*;

fn keyed(digits: usize, number: u64) -> String {
    let body = format!("{number:0width$}", width = digits - 1);
    let check = check_digit(body.as_bytes()).unwrap();
    format!("{body}{}", char::from(check))
}

fn text() -> impl Strategy<Value = String> {
    "[A-Za-z0-9 .,()/+:?'-]{0,10}[A-Z0-9]".prop_map(|text| text.trim().to_owned())
}

fn day() -> impl Strategy<Value = Day> {
    (2020..2040, 1..13_u32, 1..29_u32).prop_map(|(y, m, d)| Day::from_ymd_opt(y, m, d).unwrap())
}

prop_compose! {
    fn line(serial_base: u32)(
        number in "[1-9][0-9]{0,3}", gtin in 0..9_999_999_999_999_u64, buyer in prop::option::of("[A-Z0-9]{1,8}"),
        vendor in prop::option::of("[A-Z0-9-]{1,8}"), description in prop::option::of(text()),
        serials in 0..7_u32, quantity in 1..5_000_u32, unit in prop::sample::select(vec!["EA", "CA", "ZZ"]),
        lot in prop::option::of("[A-Za-z0-9-]{1,12}"), supplier in prop::option::of("[A-Z0-9]{1,12}"),
        days in [prop::option::of(day()), prop::option::of(day()), prop::option::of(day())],
        country in prop::option::of("[A-Z]{2}"), salt in any::<u16>(),
    ) -> Line {
        let (unit, quantity) = if serials > 0 { ("EA", serials) } else { (unit, quantity) };
        let serial = |n| SerialNumber::new(format!("S{serial_base}-{salt}-{n}")).unwrap();
        Line {
            number, gtin: Some(Gtin::parse(&keyed(14, gtin)).unwrap()), buyer_item: buyer, vendor_item: vendor,
            description, quantity: Some(Amount::whole(quantity)), unit: Some(unit.into()),
            lot: lot.map(|lot| LotNumber::new(lot).unwrap()),
            supplier_lot: supplier.map(|lot| LotNumber::new(lot).unwrap()),
            expiry: days[0], best_before: days[1], made: days[2], country,
            serials: (0..serials).map(serial).collect(), ..Line::default()
        }
    }
}

fn pack(sscc: u64) -> impl Strategy<Value = Unit> {
    line(u32::try_from(sscc % 1_000).unwrap()).prop_map(move |line| Unit {
        kind: UnitKind::Pack,
        sscc: Some(Sscc::parse(&keyed(18, sscc)).unwrap()),
        units: Vec::new(),
        lines: vec![line],
        origin: Origin::default(),
    })
}

/// What the ready mappings do not do: serials at packs, lots in PIA, lines counted, delimiters of its own in EDIFACT.
const OTHERS: [&str; 2] = [
    "name = 'marks'\nformat = 'x12'\n[serial]\nwrite = 'marks'\n[lot]\nwrite = ['reference']\n[hierarchy]\ntotals = 'lines'\n[envelope]\nsegment = \"\\u001D\"",
    "name = 'items'\nformat = 'edifact'\n[lot]\nwrite = ['item']\n[envelope]\nuna = true\nelement = '*'\ncomponent = '!'\ncharset = 'UNOY'",
];

/// Notices as any of the mappings can say them: one line in each pack, packs on pallets or not, one order or several.
fn notice() -> impl Strategy<Value = Notice> {
    let packs = prop::collection::vec(any::<u32>(), 1..6)
        .prop_flat_map(|seeds| seeds.iter().map(|seed| pack(u64::from(*seed) + 7)).collect::<Vec<_>>());
    let head = (
        text(),
        day(),
        prop::option::of(day()),
        prop::option::of(text()),
        prop::option::of(0..999_999_u64),
    );
    let orders = prop::collection::vec(("[A-Z0-9]{3,9}", prop::option::of(day())), 0..3);
    (head, packs, orders, any::<bool>()).prop_map(|((number, created, due, name, gln), packs, orders, tares)| {
        let orders: BTreeMap<String, Option<Day>> = orders.into_iter().collect();
        let orders: Vec<Order> = orders
            .into_iter()
            .map(|(number, date)| Order { number, date })
            .collect();
        let mut units = Vec::new();
        let count = packs.len();
        for (at, mut pack) in packs.into_iter().enumerate() {
            // Orders come in sequence: a form that has them above units writes them so.
            let order = orders.get(at * orders.len() / count).map(|order| order.number.clone());
            pack.lines[0].order = order;
            units.push(if tares {
                Unit {
                    kind: UnitKind::Tare,
                    sscc: Some(Sscc::parse(&keyed(18, 900_000 + at as u64)).unwrap()),
                    units: vec![pack],
                    lines: Vec::new(),
                    origin: Origin::default(),
                }
            } else {
                pack
            });
        }
        Notice {
            number,
            purpose: Purpose::Original,
            created: Moment {
                day: created,
                time: Some("0830".into()),
                zone: None,
            },
            shipped: Some(Moment {
                day: created,
                time: Some("0900".into()),
                zone: Some("UT".into()),
            }),
            due: due.map(Moment::day),
            packages: vec![Packages {
                kind: "carton".into(),
                count: u32::try_from(count).unwrap(),
                weight: Some(Amount::from_micros(412_500_000)),
                weight_unit: Some("KG".into()),
            }],
            carrier: Some(Carrier {
                scac: Some("ABCD".into()),
                name,
                mode: Some("M".into()),
            }),
            references: vec![Reference {
                kind: "bill".into(),
                value: "BOL1".into(),
            }],
            parties: vec![Party {
                role: "ship_from".into(),
                gln: gln.map(|n| keyed(13, n)),
                name: Some("A".into()),
                city: Some("Ghent".into()),
                postcode: Some("9000".into()),
                country: Some("BE".into()),
                street: vec!["Quay 1".into()],
                ..Party::default()
            }],
            statement: None,
            orders,
            units,
            lines: Vec::new(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_notice_is_read_as_it_was_written_in_every_mapping(notice in notice()) {
        let others = OTHERS.iter().map(|text| Mapping::from_toml(text).unwrap());
        for mapping in READY.iter().map(|(name, _)| ready(name)).chain(others) {
            let name = &mapping.name;
            let written = write(&notice, &mapping, &numbers(7, 8, 9));
            let written = match written {
                // A form without a release character has no place for its own delimiters.
                Err(WriteError::Character { .. }) if mapping.format == Format::X12 => continue,
                other => other.unwrap(),
            };
            let (again, findings) = one(&written, Some(&mapping));
            prop_assert_eq!(&findings, &[], "{}", name);
            prop_assert_eq!(&again, &notice, "{}:\n{}", name, String::from_utf8_lossy(&written));
            let twice = write(&again, &mapping, &numbers(7, 8, 9)).unwrap();
            prop_assert_eq!(written, twice, "{}", name);
        }
    }

    #[test]
    fn a_notice_is_its_json(notice in notice()) {
        let json = serde_json::to_string(&notice).unwrap();
        prop_assert_eq!(serde_json::from_str::<Notice>(&json).unwrap(), notice);
    }

    #[test]
    fn what_can_be_read_is_written_byte_for_byte(at in 0..3_000_usize, byte in any::<u8>(), cut in 0..3_000_usize) {
        for sample in [SAMPLE, include_str!("../../../tests/fixtures/edi/sotpi.desadv")] {
            let mut bytes = sample.as_bytes().to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            bytes.truncate(if cut % 3 == 0 { cut } else { usize::MAX });
            if let Ok(held) = interchanges(&bytes, &Limits::default()) {
                let again: Vec<u8> = held.iter().flat_map(|held| held.bytes().unwrap()).collect();
                prop_assert_eq!(again, bytes);
            }
        }
    }
}
