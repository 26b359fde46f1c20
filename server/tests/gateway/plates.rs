//! Handling units of two devices that were offline.

use crate::device::*;
use lotline_record::entry::*;
use lotline_record::model::*;
use lotline_record::numbering::{LeaseId, OwnRef};
use lotline_record::wire::Cell;

const ONE: &str = "003456789012345670";
const TWO: &str = "003456789012345687";

fn plate(name: &str) -> PlateId {
    PlateId::new(name).unwrap()
}

fn built(name: &str, at: &str) -> Body {
    Body::PlateBuilt {
        plate: plate(name),
        at: place(at),
        own: None,
        was: None,
    }
}

fn put(load: Load, from: &str, onto: &str) -> Body {
    Body::Dropped {
        load,
        from: place(from),
        to: Account::Plate(plate(onto)),
    }
}

async fn stands(device: &Device, name: &str) -> (Cell, Cell) {
    let page = device.page(0, 10_000).await.unwrap();
    let row = page
        .rows
        .into_iter()
        .rfind(|row| row.t == "plate" && row.r[1] == text(name));
    let row = row.unwrap();
    (row.r[3].clone(), row.r[4].clone())
}

#[tokio::test]
async fn one_label_on_two_pallets_is_one_exception_and_all_that_was_scanned_counts() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut a = Device::enrolled(&running, "hh-a", 1).await;
    let mut b = Device::enrolled(&running, "hh-b", 2).await;
    let unit = || Load::Goods(goods("L1", None, None));
    let of_a = [a.say(built(ONE, "A-01")), a.say(put(unit(), "A-01", ONE))];
    let of_b = [b.say(built(ONE, "A-02")), b.say(put(unit(), "A-02", ONE))];
    a.push(&of_a).await.unwrap();
    b.push(&of_b).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(a.verdict(&of_a[0]).await.unwrap().0, "applied");
    let verdict = b.verdict(&of_b[0]).await.unwrap();
    assert_eq!(
        (verdict.0.as_str(), verdict.1.as_deref()),
        ("exception", Some("plate_built_twice"))
    );
    assert_eq!(b.verdict(&of_b[1]).await.unwrap().0, "applied");
    assert_eq!(stands(&a, ONE).await.0, text("place:A-01"), "the first stays");
    let on_it = stock(running.ledger(), "P500");
    assert!(on_it.contains(&(format!("plate:{ONE}"), "2".to_owned())), "{on_it:?}");
    // The same device again is no contradiction, nor is a tote that everybody knew to be empty.
    let tote = Body::PlateBuilt {
        plate: plate("TOTE-1"),
        at: place("A-02"),
        own: None,
        was: Some(place("A-01")),
    };
    let more = [a.say(built("TOTE-1", "A-01"))];
    a.push(&more).await.unwrap();
    settle(running.ledger()).await;
    let again = [b.say(tote)];
    b.push(&again).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(b.verdict(&again[0]).await.unwrap().0, "applied");
    assert_eq!(stands(&a, "TOTE-1").await, (text("place:A-02"), text("scanned")));
}

#[tokio::test]
async fn a_handling_unit_stands_where_it_was_last_by_the_clocks_whichever_device_reports_first() {
    for swapped in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let running = start(folder.path()).await;
        let mut a = Device::enrolled(&running, "hh-a", 1).await;
        let mut b = Device::enrolled(&running, "hh-b", 2).await;
        let at = |device: &mut Device, from: &str, to: &str, wall: &str| {
            let body = Body::Dropped {
                load: Load::Plate(plate(ONE)),
                from: place(from),
                to: place(to),
            };
            let mut entry = device.entry(Some("ana"), body);
            entry.at.wall = wall.parse().unwrap();
            device.append(&entry)
        };
        // The clock of the first went back after its first report: its second one tells no less.
        let of_a = [
            at(&mut a, "DOCK-1", "A-01", "2026-11-21T08:00:00.000Z"),
            at(&mut a, "A-01", "A-02", "2026-11-21T07:00:00.000Z"),
        ];
        let of_b = [at(&mut b, "A-01", "A-03", "2026-11-21T07:30:00.000Z")];
        if swapped {
            b.push(&of_b).await.unwrap();
            a.push(&of_a).await.unwrap();
        } else {
            a.push(&of_a).await.unwrap();
            b.push(&of_b).await.unwrap();
        }
        settle(running.ledger()).await;
        assert_eq!(stands(&a, ONE).await.0, text("place:A-02"), "swapped: {swapped}");
    }
}

#[tokio::test]
async fn two_pallets_put_onto_one_another_stand_once() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut a = Device::enrolled(&running, "hh-a", 1).await;
    let mut b = Device::enrolled(&running, "hh-b", 2).await;
    let begun = [a.say(built(ONE, "A-01")), a.say(built(TWO, "A-01"))];
    a.push(&begun).await.unwrap();
    let of_a = [a.say(put(Load::Plate(plate(ONE)), "A-01", TWO))];
    let of_b = [b.say(put(Load::Plate(plate(TWO)), "A-01", ONE))];
    a.push(&of_a).await.unwrap();
    b.push(&of_b).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(a.verdict(&of_a[0]).await.unwrap().0, "applied");
    assert_eq!(b.verdict(&of_b[0]).await.unwrap().1.as_deref(), Some("plate_cycle"));
    assert_eq!(stands(&a, TWO).await.0, text("place:A-01"));
    assert_eq!(running.ledger().open_exceptions().unwrap().len(), 1);
}

#[tokio::test]
async fn a_number_that_was_taken_back_is_gone_and_a_pallet_broken_down_is_known_to_be_empty() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-a", 1).await;
    let own = Body::PlateBuilt {
        plate: plate(ONE),
        at: place("A-01"),
        own: Some(OwnRef {
            lease: LeaseId(1),
            number: 1,
        }),
        was: None,
    };
    let first = device.say(own.clone());
    let undone = device.say(Body::Undone {
        entry: EntryRef {
            device: "hh-a".parse().unwrap(),
            epoch: first.position.epoch(),
            seq: first.position.seq(),
            hash: first.hash,
        },
        body: Box::new(own),
    });
    let broken = device.say(Body::PlateBroken {
        plate: plate(TWO),
        at: place("A-01"),
        was: ContentsKnown::Unknown,
    });
    device.push(&[first, undone, broken]).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(stands(&device, ONE).await.0, text("virtual:disposed"));
    assert_eq!(stands(&device, TWO).await, (text("place:A-01"), text("scanned")));
}

#[tokio::test]
async fn one_unit_that_two_devices_label_has_one_place_and_an_exception() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut a = Device::enrolled(&running, "hh-a", 1).await;
    let mut b = Device::enrolled(&running, "hh-b", 2).await;
    let unit = || goods("L1", None, Some("SN1"));
    let labelled = |number: &str| Body::Relabelled {
        goods: unit(),
        at: place("A-01"),
        unit: SerialKey {
            scheme: SerialScheme::Own,
            maker_key: "09506000134352".into(),
            serial: number.parse().unwrap(),
        },
        own: OwnRef {
            lease: LeaseId(1),
            number: 1,
        },
        reason: "unreadable".into(),
    };
    let first = [a.say(received(unit(), "A-01")), a.say(labelled("950600000000000001"))];
    a.push(&first).await.unwrap();
    settle(running.ledger()).await;
    let serials = |page: lotline_record::wire::Page| {
        let rows = page.rows.into_iter().filter(|row| row.t == "serial");
        let cells: Vec<_> = rows
            .map(|row| (row.r[3].clone(), row.r[7].clone(), row.r[8].clone()))
            .collect();
        cells
    };
    let here = (text("950600000000000001"), text("place:A-01"), text("here"));
    let ended = (text("SN1"), text("virtual:consumed"), text("consumed"));
    let known = serials(a.page(0, 10_000).await.unwrap());
    assert!(known.contains(&here) && known.contains(&ended), "{known:?}");
    assert_eq!(
        stock(running.ledger(), "P500"),
        [("place:A-01".to_owned(), "1".to_owned())]
    );
    // The other device had not heard of it.
    let second = [b.say(labelled("950600000000000002"))];
    b.push(&second).await.unwrap();
    settle(running.ledger()).await;
    let known = serials(a.page(0, 10_000).await.unwrap());
    assert!(known.contains(&here), "{known:?}");
    assert_eq!(
        b.verdict(&second[0]).await.unwrap().1.as_deref(),
        Some("relabelled_twice")
    );
}

/// The rows of serials, in the end, of what each device told; whichever was told first.
async fn serials_told(told: &[(&str, &[Body])], order: &[usize]) -> Vec<(Cell, Cell, Cell)> {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut devices = Vec::new();
    for (n, (name, _)) in told.iter().enumerate() {
        devices.push(Device::enrolled(&running, name, u8::try_from(n + 1).unwrap()).await);
    }
    for n in order {
        let device = &mut devices[*n];
        let mut said: Vec<lotline_record::entry::Sealed> = Vec::new();
        for body in told[*n].1 {
            let mut body = body.clone();
            if let Body::Undone { entry, .. } = &mut body {
                let last = said.last().unwrap();
                (entry.seq, entry.hash) = (last.position.seq(), last.hash);
            }
            said.push(device.say(body));
        }
        device.push(&said).await.unwrap();
        settle(running.ledger()).await;
    }
    let page = devices[0].page(0, 10_000).await.unwrap();
    let mut rows = std::collections::BTreeMap::new();
    for row in page.rows.into_iter().filter(|row| row.t == "serial") {
        rows.insert(
            format!("{:?}", row.r[3]),
            (row.r[3].clone(), row.r[7].clone(), row.r[8].clone()),
        );
    }
    rows.into_values().collect()
}

fn label(number: &str) -> Body {
    Body::Relabelled {
        goods: goods("L1", None, Some("SN1")),
        at: place("A-01"),
        unit: SerialKey {
            scheme: SerialScheme::Own,
            maker_key: "09506000134352".into(),
            serial: number.parse().unwrap(),
        },
        own: OwnRef {
            lease: LeaseId(1),
            number: 1,
        },
        reason: "unreadable".into(),
    }
}

fn taken_back(device: &str, body: Body) -> Body {
    Body::Undone {
        entry: EntryRef {
            device: device.parse().unwrap(),
            epoch: 1,
            seq: 1,
            hash: Hash::default(),
        },
        body: Box::new(body),
    }
}

#[tokio::test]
async fn a_move_told_after_a_new_label_moves_the_unit_under_its_new_name_in_any_order() {
    let unit = || goods("L1", None, Some("SN1"));
    let came = [received(unit(), "A-01")];
    let moved = [moved(unit(), "A-01", "CART-1"), moved(unit(), "CART-1", "A-02")];
    let labelled = [label("950600000000000001")];
    let told: [(&str, &[Body]); 3] = [("hh-a", &came), ("hh-b", &moved), ("hh-c", &labelled)];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let here = (text("950600000000000001"), text("place:A-02"), text("here"));
        let ended = (text("SN1"), text("virtual:consumed"), text("consumed"));
        assert_eq!(serials_told(&told, &order).await, [here, ended], "{order:?}");
    }
}

#[tokio::test]
async fn a_receipt_told_after_what_was_done_under_a_new_name_is_no_second_one() {
    let own = || Goods {
        serial: match label("950600000000000001") {
            Body::Relabelled { unit, .. } => Some(unit),
            _ => unreachable!(),
        },
        ..goods("L1", None, None)
    };
    let came = [received(goods("L1", None, Some("SN1")), "A-01")];
    let labelled = [label("950600000000000001"), moved(own(), "A-01", "A-02")];
    let told: [(&str, &[Body]); 2] = [("hh-a", &came), ("hh-b", &labelled)];
    for order in [[0, 1], [1, 0]] {
        let here = (text("950600000000000001"), text("place:A-02"), text("here"));
        let ended = (text("SN1"), text("virtual:consumed"), text("consumed"));
        assert_eq!(serials_told(&told, &order).await, [here, ended], "{order:?}");
    }
}

#[tokio::test]
async fn a_unit_that_two_devices_received_counts_once_whoever_is_told_first_and_stays_gone_once_it_left() {
    let unit = || goods("L1", None, Some("SN1"));
    let first = [received(unit(), "DOCK-1")];
    let gone = Body::Adjusted {
        goods: unit(),
        from: place("DOCK-1"),
        to: Account::Virtual(Virtual::Disposed),
        reason: "damaged".into(),
        signature: None,
    };
    let second = [received(unit(), "DOCK-1"), gone];
    let told: [(&str, &[Body]); 2] = [("hh-a", &first), ("hh-b", &second)];
    for order in [[0, 1], [1, 0]] {
        let ended = (text("SN1"), text("virtual:disposed"), text("disposed"));
        assert_eq!(serials_told(&told, &order).await, [ended], "{order:?}");
    }
}

#[tokio::test]
async fn a_burnt_number_is_gone_whichever_device_labelled_first() {
    let came = [received(goods("L1", None, Some("SN1")), "A-01")];
    let burnt = [
        label("950600000000000001"),
        taken_back("hh-b", label("950600000000000001")),
    ];
    let labelled = [label("950600000000000002")];
    let told: [(&str, &[Body]); 3] = [("hh-a", &came), ("hh-b", &burnt), ("hh-c", &labelled)];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let gone = (text("950600000000000001"), text("virtual:disposed"), text("disposed"));
        let here = (text("950600000000000002"), text("place:A-01"), text("here"));
        let ended = (text("SN1"), text("virtual:consumed"), text("consumed"));
        assert_eq!(serials_told(&told, &order).await, [gone, here, ended], "{order:?}");
    }
}
